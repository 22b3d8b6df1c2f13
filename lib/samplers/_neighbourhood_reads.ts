import { energy, fingerprintWork, isingModel, type Model, quboModel, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { drive } from "./_drive.ts";
import type { ResolvedOptions } from "./_options.ts";
import { type PieceChoice, PieceChooser } from "./_piece_choice.ts";
import { PieceState } from "./_piece_state.ts";
import { fillInitial } from "./_read_batches.ts";
import { Report } from "./_report.ts";
import { Rows, scored } from "./_rows.ts";
import { reportedOptions } from "./_run_reads.ts";
import { loadInBlocks, type SpinLoops, spinLoops } from "./_spin_loops.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Ending, Sampler, SampleSet, Story } from "./types.ts";

const TURNS: readonly PieceChoice[] = ["connected", "impactful", "random"];
const LEAST_STALL = 20;
const STALL_COVERS = 4;
const LEAST_SHAKEN = 0.1;
const MOST_SHAKEN = 0.5;

/** How the pieces are made. */
export interface NeighbourhoodSettings {
  readonly size: number;
  readonly choice: PieceChoice | "mixed";
  readonly numRounds: number;
  readonly stallRounds: number | undefined;
  readonly pieceReads: number;
  readonly warmStart: boolean;
}

/** What is to be searched, and with what. */
export interface NeighbourhoodRequest {
  readonly sampler: string;
  readonly model: Model;
  readonly options: ResolvedOptions;
  readonly inside: Sampler;
  readonly settings: NeighbourhoodSettings;
}

/** Makes the reads, piece by piece, and tells the story. */
export async function searchNeighbourhoods(request: NeighbourhoodRequest): Promise<SampleSet> {
  return await new NeighbourhoodReads(request).run();
}

class NeighbourhoodReads {
  readonly #request: NeighbourhoodRequest;
  readonly #watch: Stopwatch;
  readonly #rows: Rows;
  readonly #report: Report;
  readonly #chooser: PieceChooser;
  // beside a large offset, energies differ by nothing
  readonly #bare: Model;
  readonly #findings: Record<string, number | string> = { pieces: 0, improvements: 0, restarts: 0 };
  #loops: SpinLoops | undefined;

  constructor(request: NeighbourhoodRequest) {
    this.#request = request;
    const { sampler, model, options, settings } = request;
    this.#watch = new Stopwatch(options);
    this.#rows = new Rows(model.n);
    this.#report = new Report(sampler, options, this.#watch, this.#rows);
    this.#chooser = new PieceChooser(model, settings.size);
    const { couplings, linear } = model;
    this.#bare = model.vartype === "ising" ? isingModel({ couplings, linear }) : quboModel({ couplings, linear });
  }

  async run(): Promise<SampleSet> {
    const { sampler, model, options, inside, settings } = this.#request;
    const startedAt = new Date().toISOString();
    const hashed = await drive(this.#watch, fingerprintWork(model));
    let ending = hashed.ending;
    if (ending === undefined) {
      const prepared = await drive(this.#watch, spinLoops(model));
      ending = prepared.ending;
      if (prepared.ending === undefined) this.#loops = prepared.result;
    }
    const setupMs = this.#watch.elapsedMs;
    for (let read = 0; ending === undefined && read < options.numReads; read++) ending = await this.#read(read);
    if (this.#rows.count === 0) this.#addFirst();
    this.#report.end();
    const story: Story = {
      sampler,
      version,
      seed: options.seed,
      options: {
        ...settings,
        stallRounds: settings.stallRounds ?? null,
        sampler: inside.name,
        ...reportedOptions(options),
      },
      fingerprint: hashed.ending === undefined ? hashed.result : "",
      vartype: model.vartype,
      variables: model.n,
      kernel: "pieces",
      completedReads: this.#rows.complete,
      clocks: { startedAt, setupMs, sampleMs: this.#watch.elapsedMs - setupMs },
      ending: ending ?? "completed",
      findings: this.#findings,
    };
    return { ...this.#rows.taken(), ending: ending ?? "completed", story };
  }

  // one row; the reason to stop after it, if there is one
  async #read(read: number): Promise<Ending | undefined> {
    const { model, options, settings } = this.#request;
    const rng = new Rng(options.seed, read);
    const { stallRounds = Math.max(LEAST_STALL, STALL_COVERS * Math.ceil(model.n / settings.size)) } = settings;
    const spins = new Int8Array(model.n);
    fillInitial(spins, model, options, read, rng);
    let ending = await this.#descend(spins);
    const values = new Int8Array(model.n);
    scored(model, spins, values);
    const state = new PieceState(this.#bare, values);
    const best = { values: state.values.slice(), bare: state.energy, energy: energy(model, values) };
    this.#report.see(best.values, best.energy);
    // since the last shake: a shaken state has a way to go before it is the lowest of all
    let own = state.energy;
    let stalled = 0;
    let share = LEAST_SHAKEN;
    for (let round = 0; round < settings.numRounds && model.n > 0; round++) {
      if (best.energy <= options.target) ending = "target-reached";
      ending ??= this.#watch.stopped;
      if (ending !== undefined) break;
      const choice = settings.choice === "mixed" ? TURNS[round % TURNS.length] : settings.choice;
      ending = await this.#work(state, this.#chooser.choose(choice, state, rng), rng.uint32());
      stalled = state.energy < own ? 0 : stalled + 1;
      own = Math.min(own, state.energy);
      // rounding aside
      if (state.energy < best.bare) state.settle();
      if (state.energy < best.bare) {
        [best.values, best.bare] = [state.values.slice(), state.energy];
        best.energy = energy(model, best.values);
        this.#report.see(best.values, best.energy);
        this.#count("improvements");
        share = LEAST_SHAKEN;
      }
      if (stalled >= stallRounds) {
        this.#shake(state, best.values, share, rng);
        share = Math.min(MOST_SHAKEN, 2 * share);
        own = state.energy;
        stalled = 0;
      }
      this.#report.tick();
    }
    if (best.energy <= options.target) ending = "target-reached";
    this.#rows.add(read, best.values, best.energy, ending === undefined || ending === "target-reached");
    this.#report.tick();
    return ending ?? (read + 1 < options.numReads ? this.#watch.stopped : undefined);
  }

  async #descend(spins: Int8Array): Promise<Ending | undefined> {
    const loops = this.#loops;
    if (loops === undefined) return undefined;
    const descent = await drive(
      this.#watch,
      (function* () {
        yield* loadInBlocks(loops, spins);
        while (loops.descend(spins) > 0) yield undefined;
      })(),
    );
    return descent.ending;
  }

  // has a piece solved, and takes what comes back if it is no worse
  async #work(state: PieceState, indices: Uint32Array, seed: number): Promise<Ending | undefined> {
    const { inside, model, options, settings } = this.#request;
    const { timeLimitMs, target, signal } = options;
    const own = Int8Array.from(indices, (i) => state.values[i]);
    let set: SampleSet;
    try {
      set = await inside.sample(state.piece(indices), {
        numReads: settings.pieceReads,
        seed,
        ...(Number.isFinite(timeLimitMs) && { timeLimitMs: Math.max(1e-3, timeLimitMs - this.#watch.elapsedMs) }),
        ...(Number.isFinite(target) && { target: target - model.offset }),
        ...(settings.warmStart && { initialStates: own }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (this.#findings.pieces === 0) throw error;
      this.#findings.failure = error instanceof Error ? error.message : String(error);
      return "machine-failed";
    }
    this.#count("pieces");
    for (const name of ["jobs", "machineMs"]) {
      const used = set.story.findings[name];
      if (typeof used === "number") this.#count(name, used);
    }
    let lowest = -1;
    for (let r = 0; r < set.energies.length; r++) {
      if (!(set.energies[r] > (lowest < 0 ? state.energy : set.energies[lowest]))) lowest = r;
    }
    if (lowest >= 0) {
      state.set(
        indices,
        set.states.subarray(lowest * indices.length, (lowest + 1) * indices.length),
        set.energies[lowest],
      );
    }
    if (set.ending === "machine-failed") {
      this.#findings.failure = String(set.story.findings.failure ?? `${inside.name} failed`);
      return set.ending;
    }
    if (this.#watch.due) await this.#watch.pause();
    return undefined;
  }

  #shake(state: PieceState, best: Int8Array, share: number, rng: Rng): void {
    const low = this.#request.model.vartype === "ising" ? -1 : 0;
    const values = best.map((value) => rng.uniform() < share ? 1 + low - value : value);
    const all = new Uint32Array(values.length).map((_, i) => i);
    state.set(all, values, 0);
    state.settle();
    this.#count("restarts");
  }

  #count(name: string, by = 1): void {
    this.#findings[name] = Number(this.#findings[name] ?? 0) + by;
  }

  // stopped before there was a row: the initial state of read 0
  #addFirst(): void {
    const { model, options } = this.#request;
    const spins = new Int8Array(model.n);
    fillInitial(spins, model, options, 0, new Rng(options.seed, 0));
    const values = new Int8Array(model.n);
    const found = scored(model, spins, values);
    this.#rows.add(0, values, found);
    this.#report.see(values, found);
  }
}
