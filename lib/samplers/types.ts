import type { IsingModel, QuboModel, Vartype } from "../model/mod.ts";

/** Anything that turns a model and a seed into a sample set: an algorithm here, or a machine far away. */
export interface Sampler<O extends SampleOptions = SampleOptions> {
  /** The name that stories and records carry. */
  readonly name: string;
  /** How a worker thread makes the same sampler again; absent where that cannot be. */
  readonly origin?: SamplerOrigin;
  /**
   * Draws states of low energy.
   *
   * A request that cannot be met (a wrong option, a model out of reach) rejects; a request that is stopped resolves with
   * what there is.
   */
  sample(model: IsingModel | QuboModel, options?: O): Promise<SampleSet>;
  /**
   * Draws states of several models in one go; there where that is cheaper than one call after the other, as at a machine that
   * takes several jobs, or several models in one.
   *
   * @returns a sample set a model, in their order
   */
  sampleAll?(models: readonly (IsingModel | QuboModel)[], options?: SampleAllOptions): Promise<SampleSet[]>;
}

/** How a sampler is asked to work on several models. */
export interface SampleAllOptions {
  /** R, the number of states to draw of each. @default {1} */
  readonly numReads?: number;
  /** A seed a model, integers from 0. @default {drawn, and reported in the stories} */
  readonly seeds?: readonly number[];
  /** Wall time for all of them, after which the sampler returns what it has. @default {no limit} */
  readonly timeLimitMs?: number;
  /** Stops the sampler, which returns what it has. @default {`stopSignal()`, the Stop button of a notebook} */
  readonly signal?: AbortSignal;
}

/** Where a sampler comes from: enough to make it again in another thread. */
export interface SamplerOrigin {
  /** URL of the module. */
  readonly module: string;
  /** Name under which the module exports the factory. */
  readonly name: string;
  /** What the factory was given; can be sent to a worker. */
  readonly options: unknown;
}

/** How a sampler is asked to work. */
export interface SampleOptions {
  /** R, the number of states to draw. @default {1} */
  readonly numReads?: number;
  /** Seed, an integer from 0; read k uses stream k of it. @default {drawn, and reported in the story} */
  readonly seed?: number;
  /** Wall time after which the sampler stops and returns what it has. @default {no limit} */
  readonly timeLimitMs?: number;
  /**
   * An energy that is low enough: the sampler stops as soon as a read has reached it, within the read where it can look.
   *
   * @default {none}
   */
  readonly target?: number;
  /**
   * States to start from, in the values of the model, `[R, n]` or `[n]` for all reads alike. A sampler that starts from
   * nothing refuses them.
   *
   * @default {drawn}
   */
  readonly initialStates?: Int8Array;
  /**
   * Threads that make the reads; 1 is the caller's own. The reads are the same for any number. A sampler that cannot share
   * its work, an exact one, uses one; so does a call of less than half a second that finds no threads started, for starting
   * them would take its time.
   *
   * @default {1}
   */
  readonly numWorkers?: number;
  /** Stops the sampler, which returns what it has. @default {`stopSignal()`, the Stop button of a notebook} */
  readonly signal?: AbortSignal;
  /** Called when the lowest energy falls, about ten times a second, and at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Where a sampler stands. */
export interface Progress {
  /** Name of the sampler. */
  readonly sampler: string;
  /** Reads complete. */
  readonly reads: number;
  /** Reads asked for. */
  readonly numReads: number;
  /** Lowest energy seen; Infinity before the first. Lowest seen, not ground. */
  readonly lowestEnergy: number;
  /** A state of that energy, in the values of the model: a copy of the sampler's; absent before the first. */
  readonly lowestState?: Int8Array;
  /** Wall time since the call. */
  readonly elapsedMs: number;
  /** Share of the work done, 0 to 1, where the sampler knows. */
  readonly share?: number;
}

/**
 * States and their energies, as they were drawn: row k is read k, until `aggregate` or `concatenate` change that.
 *
 * Not every row is a complete read: a sampler that was stopped adds the reads under way as the last rows
 * (`story.completedReads` tells), and with several workers the rows, still in order, may leave out reads never begun.
 */
export interface SampleSet {
  /** `[R, n]` row-major, in the values of the model: -1 and +1, or 0 and 1. */
  readonly states: Int8Array;
  /** E of each state, `[R]`, recomputed from the model in float64. */
  readonly energies: Float64Array;
  /** How often each state was drawn, `[R]`. */
  readonly counts: Uint32Array;
  /** Why the sampler stopped. */
  readonly ending: Ending;
  /** How the rows came to be. */
  readonly story: Story;
  /** Where rows come from after `concatenate`; absent in a set from one call. */
  readonly provenance?: Provenance;
}

/** Which call each row comes from. */
export interface Provenance {
  /** The story of every call. */
  readonly stories: readonly Story[];
  /** Index into `stories` of each row, `[R]`. */
  readonly rows: Uint32Array;
}

/** Why a sampler stopped. */
export type Ending = "completed" | "interrupted" | "timed-out" | "target-reached" | "machine-failed";

/** Everything needed to draw the same states again, and what it took. Survives `JSON.stringify`. */
export interface Story {
  /** Name of the sampler. */
  readonly sampler: string;
  /** Version of this library. */
  readonly version: string;
  /** The seed, given or drawn. */
  readonly seed: number;
  /** Every option with the value it had, the default and automatic ones too; null where there was none. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Which model: its `fingerprint`; empty if the call was stopped before it was known. */
  readonly fingerprint: string;
  /** The values of its variables. */
  readonly vartype: Vartype;
  /** n, the number of its variables. */
  readonly variables: number;
  /** The loop that ran, chosen by form and size of the model. */
  readonly kernel: string;
  /** Reads that ran to their end. */
  readonly completedReads: number;
  /** What it took. */
  readonly clocks: Clocks;
  /** Why the sampler stopped. */
  readonly ending: Ending;
  /** What else the sampler found out, by name; from several workers only what they all found alike. */
  readonly findings: Readonly<Record<string, number | string | boolean>>;
}

/** Wall times of a call. */
export interface Clocks {
  /** When the call began, ISO 8601. */
  readonly startedAt: string;
  /** Checking and preparing the model. */
  readonly setupMs: number;
  /** Sampling, energies included. */
  readonly sampleMs: number;
}
