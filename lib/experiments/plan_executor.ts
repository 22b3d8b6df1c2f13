import type { OperatorName, TrainProgress, TrainResult } from "../training/mod.ts";
import type { CodeVersion, MachineDescription, ResolvedOptions } from "./types.ts";

/** One run of a plan as plain JSON: all that a worker, in another process or on another machine, needs to make it. */
export interface RunTask {
  /** SHA-256 of configuration and data checksums, see `configurationDigest`: equal tasks give equal numbers. */
  readonly digest: string;
  /** Version of the package that dealt it; a worker of another one refuses it. */
  readonly version: string;
  /** Name of the data set. */
  readonly data: string;
  /** SHA-256 of its files by name, those that a record has. */
  readonly checksums: Readonly<Record<string, string>>;
  /** How a worker loads the data, for instance folder and counts: JSON that is handed to its loader as it is. */
  readonly source: unknown;
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Seed of weights, shuffles and solvers. */
  readonly seed: number;
  /** Every option that the numbers depend on. */
  readonly options: Omit<ResolvedOptions, "workers">;
  /** File that the run resumes from and keeps its state in. */
  readonly checkpoint: string;
}

/** What a worker reports of a run that ended. */
export interface RunReport {
  /** The numbers. */
  readonly result: TrainResult;
  /** Threads that shared a step. */
  readonly workers: number;
  /** When the run was started, or last resumed: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Which program ran. */
  readonly code: CodeVersion;
  /** Where it ran. */
  readonly machine: MachineDescription;
  /** Most memory that the worker has held, bytes. */
  readonly peakMemoryBytes: number;
}

/** How a task ended: with a report, whose result may be an interrupted one, or not at all. */
export type RunOutcome = { readonly report: RunReport } | {
  readonly failed: {
    /** How often it was tried. */
    readonly attempts: number;
    /** What is known of the cause, the worker's last words among it. */
    readonly reason: string;
  };
};

/** What an executor tells while it works, and how it is stopped. */
export interface ExecuteOptions {
  /** Stops every run after its current step, each keeping a checkpoint. */
  readonly signal?: AbortSignal;
  /** Awaited before a task is tried for the first time. */
  readonly onStart?: (task: RunTask) => Promise<void>;
  /** Called as often as the runs report. */
  readonly onProgress?: (task: RunTask, training: TrainProgress) => void;
  /** Awaited once a task, when it has ended or was interrupted; a task that was never begun has no outcome. */
  readonly onOutcome: (task: RunTask, outcome: RunOutcome) => Promise<void>;
}

/** What carries out the runs of a plan: in this process, on this machine, or elsewhere. */
export interface PlanExecutor {
  /**
   * Says how many of so many runs it makes at the same time, for the expected time to the end.
   *
   * @param left runs that have not ended
   */
  slots(left: number): number;
  /**
   * Throws if a run could not go on from its checkpoint; asked for every task before the first one is begun.
   *
   * @param task its checkpoint may be missing
   */
  check?(task: RunTask): Promise<void>;
  /**
   * Carries out tasks, in about this order.
   *
   * A task that fails is reported and the others go on. Ends when every task has ended or, after an abort, when every run
   * has kept its state.
   *
   * @throws if nothing can go on, for instance because the disk is full, or `onOutcome` throws; runs under way are stopped first
   */
  execute(tasks: readonly RunTask[], options: ExecuteOptions): Promise<void>;
}
