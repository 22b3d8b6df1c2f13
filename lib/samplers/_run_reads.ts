import { energy, fingerprint, type Model, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import type { ResolvedOptions } from "./_options.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Ending, SampleSet, Story } from "./types.ts";

const PROGRESS_MS = 100;

/** An algorithm that draws one state at a time, in slices, so that it can be stopped. */
export interface Reader {
  /** The loop that runs. */
  readonly kernel: string;
  /** What the sampler resolved beside the sample options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Starts a read from `spins`, `[n]` of -1 and +1, which it changes in place; `rng` is the read's stream. */
  begin(spins: Int8Array, rng: Rng): void;
  /** Works for about a millisecond; true when the read is complete. */
  advance(): boolean;
}

/** What a sampler is, for the reads it makes. */
export interface ReadRequest {
  readonly sampler: string;
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Prepares the algorithm; timed as setup. */
  readonly prepare: () => Reader;
}

/** Runs the reads, one stream each, until they are done or something stops them, and tells the story. */
export async function runReads({ sampler, model, options, prepare }: ReadRequest): Promise<SampleSet> {
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options);
  const reader = prepare();
  const identity = fingerprint(model);
  const setupMs = watch.elapsedMs;
  const rows = new Rows(model);
  const spins = new Int8Array(model.n);
  let ending: Ending | undefined;
  let completedReads = 0;
  let lowestEnergy = Infinity;
  let reportedAt = 0;
  const report = () => {
    const elapsedMs = watch.elapsedMs;
    reportedAt = elapsedMs;
    const share = completedReads / options.numReads;
    options.onProgress?.({
      sampler,
      reads: completedReads,
      numReads: options.numReads,
      lowestEnergy,
      elapsedMs,
      share,
    });
  };

  for (let k = 0; k < options.numReads && ending === undefined; k++) {
    const rng = new Rng(options.seed, k);
    fillInitial(spins, model, options, k, rng);
    reader.begin(spins, rng);
    // a stop before the first read still gives its initial state
    ending = k === 0 ? watch.stopped : undefined;
    while (ending === undefined && !reader.advance()) {
      if (!watch.due) continue;
      await watch.pause();
      ending = watch.stopped;
    }
    const found = rows.add(spins);
    if (ending !== undefined) break;
    completedReads++;
    const improved = found < lowestEnergy;
    if (improved) lowestEnergy = found;
    if (improved || watch.elapsedMs - reportedAt >= PROGRESS_MS) report();
    if (found <= options.target) ending = "target-reached";
    else if (k + 1 < options.numReads && watch.due) {
      await watch.pause();
      ending = watch.stopped;
    }
  }
  report();

  const finalEnding = ending ?? "completed";
  const story: Story = {
    sampler,
    version,
    seed: options.seed,
    options: { ...reader.options, ...reportedOptions(options) },
    fingerprint: identity,
    vartype: model.vartype,
    variables: model.n,
    kernel: reader.kernel,
    completedReads,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending: finalEnding,
    findings: {},
  };
  return { ...rows.taken(), ending: finalEnding, story };
}

/** The sample options as a story keeps them. */
export function reportedOptions(options: ResolvedOptions): Record<string, unknown> {
  const { numReads, timeLimitMs, target, initialStates } = options;
  return {
    numReads,
    timeLimitMs: Number.isFinite(timeLimitMs) ? timeLimitMs : null,
    target: Number.isFinite(target) ? target : null,
    initialStates: initialStates === undefined ? "drawn" : "given",
  };
}

function fillInitial(spins: Int8Array, model: Model, options: ResolvedOptions, k: number, rng: Rng): void {
  const given = options.initialStates;
  const n = model.n;
  const start = given !== undefined && given.length > n ? k * n : 0;
  for (let i = 0; i < n; i++) {
    const up = given === undefined ? rng.uint32() >= 0x80000000 : given[start + i] === 1;
    spins[i] = up ? 1 : -1;
  }
}

/** Rows of a sample set that grows as reads come in: `numReads` may be far more than time allows. */
class Rows {
  readonly #model: Model;
  #states: Int8Array;
  #energies = new Float64Array(16);
  #count = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#states = new Int8Array(16 * model.n);
  }

  /** Adds a state given in spins; returns its energy. */
  add(spins: Int8Array): number {
    const n = this.#model.n;
    if (this.#count === this.#energies.length) {
      const [states, energies] = [this.#states, this.#energies];
      this.#states = new Int8Array(2 * states.length);
      this.#energies = new Float64Array(2 * energies.length);
      this.#states.set(states);
      this.#energies.set(energies);
    }
    const row = this.#states.subarray(this.#count * n, (this.#count + 1) * n);
    if (this.#model.vartype === "ising") row.set(spins);
    else for (let i = 0; i < n; i++) row[i] = spins[i] > 0 ? 1 : 0;
    const found = energy(this.#model, row);
    this.#energies[this.#count++] = found;
    return found;
  }

  /** What was added. */
  taken(): { states: Int8Array; energies: Float64Array; counts: Uint32Array } {
    return {
      states: this.#states.slice(0, this.#count * this.#model.n),
      energies: this.#energies.slice(0, this.#count),
      counts: new Uint32Array(this.#count).fill(1),
    };
  }
}
