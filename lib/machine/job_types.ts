import type { Carrier } from "./carrier.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { RetryOptions } from "./retry.ts";
import type { SpendCap } from "./spend_cap.ts";
import type { EncodedJob, Json, MachineAnswer } from "./types.ts";

/** How jobs are run. */
export interface JobRunnerOptions extends RetryOptions {
  /** Jobs at once, from being sent to being answered. @default {4} */
  readonly concurrency?: number;
  /** Longest time of one request, the time that the machine is asked to work not counted. @default {60000} */
  readonly requestMs?: number;
  /** Waits between two looks at a job: the first, and the longest; they grow by half each time. @default {[200, 5000]} */
  readonly pollMs?: readonly [first: number, longest: number];
  /**
   * Wait before "there is no such job" is asked again, and then believed: a request may still be on its way, a reply may be wrong.
   *
   * @default {10000}
   */
  readonly settleMs?: number;
  /** What may be spent. @default {no limit} */
  readonly spendCap?: SpendCap;
  /** Spaces requests out. @default {none} */
  readonly rateLimit?: RateLimit;
  /** How requests travel. @default {the network} */
  readonly carrier?: Carrier;
  /** How the machine is made again: what `deno task jobs` needs. No key in it. @default {unknown} */
  readonly origin?: Json;
}

/** A job to be run. */
export interface JobTask {
  /** What is sent. */
  readonly job: EncodedJob;
  /** The seed that the caller gave, if any. */
  readonly seed?: number;
  /** Which part of a call it is. */
  readonly part: number;
}

/** An answered job. */
export interface JobOutcome {
  /** What it was: see `jobKey`. */
  readonly key: string;
  /** The answer, read; absent where only the key of the job is known. */
  readonly answer?: MachineAnswer;
  /** True if nothing was sent: the answer was here already. */
  readonly cached: boolean;
  /** The machine's own name for it. */
  readonly id?: string;
  /** Requests that it took. */
  readonly requests: number;
  /** Bytes sent. */
  readonly sentBytes: number;
  /** Bytes received. */
  readonly receivedBytes: number;
}

/** How long a caller waits for a job. */
export interface JobWait {
  /** Stops the wait. */
  readonly signal?: AbortSignal;
  /** Longest wait. @default {no limit} */
  readonly deadlineMs?: number;
}
