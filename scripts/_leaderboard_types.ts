import type { CodeVersion, MachineDescription } from "../lib/experiments/mod.ts";

/** What a number in an instance file means. */
export type Reading = "ising" | "maxcut" | "qubo";

/** A published instance. */
export interface Instance {
  /** `sk-n100-3`, `G22`, `bqp250-1`. */
  readonly name: string;
  /** The class that tables put it in: `SK n = 100`, `G-set n = 2000`. */
  readonly group: string;
  /** The file. */
  readonly path: string;
  /** How it is read. */
  readonly as: Reading;
  /** n. */
  readonly n: number;
  /** The energy of the best known or proved solution, in our convention (minus the cut); null where none is known. */
  readonly best: number | null;
  /** Where the published values disagree. */
  readonly note?: string;
}

/** A sampler, ours or a peer's, with the options it runs with. */
export interface Contestant {
  /** What tables call it. */
  readonly name: string;
  /** Whose program runs it. */
  readonly program: "qama" | "dwave-samplers" | "openjij" | "simulated-bifurcation";
  /** The factory in qama/samplers, or the sampler of the peer's script. */
  readonly sampler: string;
  /** Its options, without the length of a read. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What the length of a read is called among the options of ours; absent where a read has none. */
  readonly lengthOption?: "numSweeps" | "numSteps";
  /** Length of its reads where they are repeated until the time is over. @default {1000} */
  readonly restartLength?: number;
}

/** One measurement to make. Its JSON is its identity: a record of it is never made twice. */
export interface Cell {
  /** The section it belongs to. */
  readonly section: string;
  /** Name of the instance. */
  readonly instance: string;
  /** Name of the contestant. */
  readonly contestant: string;
  /** Sweeps or steps of a read; null: as many as the time allows, or the sampler's own choice. */
  readonly length: number | null;
  /** How many reads, where they are counted. */
  readonly numReads?: number;
  /** How long, where time is. */
  readonly timeLimitMs?: number;
  /** True if the run stops at the best known energy. */
  readonly toBest?: boolean;
  /** Threads, where the section is about them. @default {1} */
  readonly numWorkers?: number;
  /** Seed of the run. */
  readonly seed: number;
}

/** What a contestant is asked to do: one JSON line. */
export interface Job {
  readonly file: string;
  readonly as: Reading;
  readonly sampler: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly lengthOption?: string;
  readonly length: number | null;
  /** True if the sampler divides the time itself: it has no length that could fill it. */
  readonly ownTime: boolean;
  readonly numReads?: number;
  readonly timeLimitMs?: number;
  readonly target?: number;
  readonly numWorkers?: number;
  readonly seed: number;
  /** Runs the sampler shortly before the clock starts. */
  readonly warmUp: boolean;
}

/** What it took, in ms. */
export interface JobClocks {
  /** Reading the file. */
  readonly readMs: number;
  /** Making the library's model of it. */
  readonly convertMs: number;
  /** The reads alone, by the library's own account; null where it gives none. */
  readonly annealMs: number | null;
  /** Wall time around the library's call: what counts. */
  readonly callMs: number;
  /** All of it. */
  readonly totalMs: number;
}

/** What a contestant answers: one JSON line. */
export type Answer =
  | { readonly ok: false; readonly error: string }
  | {
    readonly ok: true;
    readonly versions: Readonly<Record<string, string>>;
    readonly terms: number;
    readonly length: number | null;
    readonly calls: number;
    readonly reads: number;
    readonly bestEnergy: number;
    readonly clocks: JobClocks;
    /** One a read, where reads were counted. */
    readonly energies?: readonly number[];
    /** When the target was reached; null if it was not. */
    readonly reachedMs?: number | null;
    /** Time and energy of improvements. */
    readonly trace?: readonly (readonly [ms: number, energy: number])[];
    /** The loop that ran, for ours. */
    readonly kernel?: string;
    readonly pinned: boolean;
  };

/** A cell that was measured. */
export interface CellRecord {
  readonly cell: Cell;
  /** The run it was made in, see {@link RunHeader}. */
  readonly run: string;
  /** Why there is no result; absent where there is one. */
  readonly failure?: string;
  /** What was found; absent where the cell failed. */
  readonly found?: {
    readonly n: number;
    readonly terms: number;
    /** The energy that counts as solved; null where none is known. */
    readonly best: number | null;
    /** Where the published values disagree. */
    readonly note?: string;
    /** Of the packages that ran. */
    readonly versions: Readonly<Record<string, string>>;
    readonly length: number | null;
    readonly calls: number;
    readonly reads: number;
    readonly bestEnergy: number;
    /** Mean over the reads, where they were counted. */
    readonly meanEnergy?: number;
    /** Reads at `best` or lower, where they were counted. */
    readonly successes?: number;
    readonly reachedMs?: number | null;
    readonly trace?: readonly (readonly [ms: number, energy: number])[];
    readonly kernel?: string;
    readonly clocks: JobClocks;
    readonly pinned: boolean;
  };
}

/** What all records of one run share. */
export interface RunHeader {
  /** When it began, ISO 8601: its name. */
  readonly run: string;
  readonly profile: string;
  readonly machine: MachineDescription;
  readonly code: CodeVersion;
  /** How many cells each section was to have, by its name; those of contestants that were not here are not counted. */
  readonly planned: Readonly<Record<string, number>>;
  /** The core that one-core measurements were kept on; null where the system cannot. */
  readonly core: number | null;
}
