import type { Model } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import type { ResolvedOptions } from "./_options.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { scored } from "./_rows.ts";
import type { Stopwatch } from "./_stopwatch.ts";
import type { Ending } from "./types.ts";

const LOOK_INSIDE_MS = 25;
const CUT_MS = 8;

/** Where batches of reads come from and where their rows go. */
export interface ReadDeal {
  /** Reads a batch has, at most the reader's lanes. */
  readonly width: number;
  /** First read of the next batch to be made here; -1 if there is none. */
  next(): number;
  /** True if the batch of this first read is not wanted any more. */
  dropped(first: number): boolean;
  /** Takes a row, in the values of the model; `values` is used again afterwards. */
  row(read: number, values: Int8Array, found: number, complete: boolean): void;
  /** The rows of a batch are all there. */
  done(first: number): void;
  /** This read, whose row is there, has reached the target. */
  hit(read: number): void;
  /** Takes a good state seen inside a read. */
  glimpse(values: Int8Array, found: number): void;
  /** Called about every 10 ms. */
  tick(): void;
}

/** Makes the batches that are dealt, one after another, until there are no more or something stops them. */
export async function readBatches(
  reader: Reader,
  model: Model,
  options: ResolvedOptions,
  watch: Stopwatch,
  deal: ReadDeal,
): Promise<Ending> {
  const { n } = model;
  const block = new Int8Array(deal.width * n);
  const values = new Int8Array(deal.width * n);
  let lookedAt = watch.elapsedMs;
  let glimpsed = Infinity;
  const look = () => {
    if (reader.best === undefined || watch.elapsedMs - lookedAt < LOOK_INSIDE_MS) return;
    lookedAt = watch.elapsedMs;
    const best = reader.best();
    if (best === undefined || !(best.energy < glimpsed)) return;
    glimpsed = best.energy;
    const row = values.subarray(0, n);
    deal.glimpse(row, scored(model, best.spins, row));
  };

  let stopped: Ending | undefined;
  for (let first = deal.next(); first >= 0; first = deal.next()) {
    if (stopped !== undefined) return stopped;
    const reads: ReadStart[] = [];
    for (let l = 0; l < deal.width && first + l < options.numReads; l++) {
      const rng = new Rng(options.seed, first + l);
      const spins = block.subarray(l * n, (l + 1) * n);
      fillInitial(spins, model, options, first + l, rng);
      reads.push({ read: first + l, spins, rng });
    }
    reader.begin(reads);
    // a stop before the first read still gives its initial state
    if (first === 0) stopped = watch.stopped;
    let dropped = false;
    while (stopped === undefined && !dropped && !reader.advance()) {
      if (!watch.due) continue;
      await watch.pause();
      stopped = watch.stopped;
      dropped = deal.dropped(first);
      look();
      deal.tick();
    }
    if (dropped) continue;
    if (stopped !== undefined) reader.settle?.();
    const order = stopped === undefined ? reads.map((_, l) => l) : bestFirst(reader, reads);
    const energies = new Float64Array(reads.length).fill(NaN);
    const start = performance.now();
    for (const l of order) {
      // many reads of a large model cut short: a time limit leaves time for the best of them only
      if (stopped !== undefined && l !== order[0] && performance.now() - start > CUT_MS) break;
      energies[l] = scored(model, reads[l].spins, values.subarray(l * n, (l + 1) * n), reader.energy?.());
    }
    const hit = energies.findIndex((energy) => energy <= options.target);
    const rows = hit < 0 ? reads.length : hit + 1;
    for (let l = 0; l < rows; l++) {
      if (Number.isNaN(energies[l])) continue;
      const complete = stopped === undefined && (hit < 0 || l === hit);
      deal.row(first + l, values.subarray(l * n, (l + 1) * n), energies[l], complete);
    }
    if (hit >= 0) {
      deal.hit(first + hit);
      return "target-reached";
    }
    if (stopped !== undefined) return stopped;
    deal.done(first);
    if (watch.due) {
      await watch.pause();
      stopped = watch.stopped;
      deal.tick();
    }
  }
  return "completed";
}

// the lane that holds the best state seen, then the others in order
function bestFirst(reader: Reader, reads: readonly ReadStart[]): number[] {
  const lanes = reads.map((_, l) => l);
  const best = reads.length > 1 ? reader.best?.() : undefined;
  const at = best === undefined ? -1 : reads.findIndex(({ spins }) => spins.every((spin, i) => spin === best.spins[i]));
  return at > 0 ? [at, ...lanes.filter((l) => l !== at)] : lanes;
}

/** Writes the initial state of read `read`: given, or drawn from its stream. */
export function fillInitial(spins: Int8Array, model: Model, options: ResolvedOptions, read: number, rng: Rng): void {
  const given = options.initialStates;
  const n = model.n;
  const start = given !== undefined && given.length > n ? read * n : 0;
  for (let i = 0; i < n; i++) {
    const up = given === undefined ? rng.uint32() >= 0x80000000 : given[start + i] === 1;
    spins[i] = up ? 1 : -1;
  }
}
