/** Nothing is wrong with the task; this worker cannot do it. */
export class RefusedError extends Error {
  /** What it is called. */
  override readonly name: string = "RefusedError";
}

/** The process that did the task is gone; another try may go better. */
export class DiedError extends Error {
  override readonly name: string = "DiedError";
}

/** Nothing can go on here, other tasks neither: a full disk. */
export class BrokenWorkerError extends Error {
  override readonly name: string = "BrokenWorkerError";
}

/** Where a task stands, for those who look at the queue. */
export interface TaskBrief {
  /** What it is, and how far: `mnist mha 1: epoch 3/5`. */
  readonly label: string;
  /** Share that is done, 0 .. 1. */
  readonly done: number;
  /** Expected time to its end, ms; NaN while unknown. */
  readonly etaMs: number;
}

/** What a kind of task is given beside the task. */
export interface KindContext {
  /** Content hash of the task. */
  readonly key: string;
  /** Asks to stop at the next point from which the task can go on. */
  readonly signal: AbortSignal;
  /** Tells the submitter where the task stands, and those who look at the queue in brief. */
  readonly onProgress: (progress: unknown, brief?: TaskBrief) => void;
  /** Fetches the checkpoint of the task into a file; false where there is none. */
  readonly restore: (path: string) => Promise<boolean>;
  /** Keeps a file as the checkpoint of the task. */
  readonly keep: (path: string) => Promise<void>;
}

/** Says what a body must be: a schema of zod. */
export interface BodyCheck {
  /** Validates; what it gives is all that the kind sees. */
  safeParse(body: unknown): { readonly success: true; readonly data: unknown } | {
    readonly success: false;
    /** Complaints, each with its place. */
    readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
  };
}

/** Something that a worker can do: the only code that a message reaches. */
export interface TaskKind {
  /** What a body must be. */
  readonly body: BodyCheck;
  /**
   * Shorter than the bookkeeping of a long task is worth: nobody counts its first try, so that it is tried once more than others,
   * and done by each worker that has it where it is handed in several times; one record counts. @default {false}
   */
  readonly short?: boolean;
  /** Does it, for a body that was validated: the result is plain JSON, `stopped` where it ended by the signal. */
  readonly run: (
    body: unknown,
    context: KindContext,
  ) => Promise<{ readonly result: unknown; readonly stopped: boolean }>;
}
