/**
 * Why a machine did not answer, as far as a caller acts differently:
 *
 * - `key`: there is no key, or the machine does not accept it;
 * - `quota`: the account has nothing left, or our own spend cap was reached before anything was sent;
 * - `busy`: the machine took nothing; the same request may be sent later;
 * - `refused`: the machine took nothing and says that the request is wrong;
 * - `unknown-submission`: nobody here can tell whether the machine took the job; it is never sent again by itself;
 * - `reply`: a reply that does not fit the protocol;
 * - `job`: the machine took the job and reports that it failed, was cancelled or is gone;
 * - `network`: no connection, and nothing that could have been a job was sent;
 * - `deadline`: the time is over; a job that was taken goes on and can be collected later.
 */
export type MachineFault =
  | "key"
  | "quota"
  | "busy"
  | "refused"
  | "unknown-submission"
  | "reply"
  | "job"
  | "network"
  | "deadline";

/** What a {@link MachineError} knows beside its message. */
export interface MachineErrorDetails {
  /** Name of the machine, `isingq`. */
  readonly machine: string;
  /** Why it did not answer. */
  readonly fault: MachineFault;
  /** HTTP status, where there was a reply. */
  readonly status?: number;
  /** The machine's own name for the request, where it gave one. */
  readonly requestId?: string;
  /** The machine's own name for the job, where it is known. */
  readonly jobId?: string;
  /** The beginning of the reply; keys and signatures are blacked out. */
  readonly excerpt?: string;
  /** How long the machine asks us to wait, in ms. */
  readonly retryAfterMs?: number;
}

/**
 * A machine that did not do what was asked: the message says what happened and the way out, the fields say it to a program.
 *
 * @example Telling a quota from everything else
 * ```ts
 * import { MachineError } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const error = new MachineError("Cannot send to isingq: 3 of 3 jobs are spent", { machine: "isingq", fault: "quota" });
 * assertEquals([error.name, error.fault, error.machine], ["MachineError", "quota", "isingq"]);
 * ```
 */
export class MachineError extends Error {
  /** Name of the machine. */
  readonly machine: string;
  /** Why it did not answer. */
  readonly fault: MachineFault;
  /** HTTP status, where there was a reply. */
  readonly status: number | undefined;
  /** The machine's own name for the request, where it gave one. */
  readonly requestId: string | undefined;
  /** The machine's own name for the job, where it is known. */
  readonly jobId: string | undefined;
  /** The beginning of the reply, blacked out where it held a key. */
  readonly excerpt: string | undefined;
  /** How long the machine asks us to wait, in ms. */
  readonly retryAfterMs: number | undefined;

  /**
   * Makes the error.
   *
   * @param message sentence case, no full stop: what happened and the way out; no key in it
   * @param details see {@link MachineErrorDetails}
   * @param options `cause`, as for any Error
   */
  constructor(message: string, details: MachineErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = "MachineError";
    this.machine = details.machine;
    this.fault = details.fault;
    this.status = details.status;
    this.requestId = details.requestId;
    this.jobId = details.jobId;
    this.excerpt = details.excerpt;
    this.retryAfterMs = details.retryAfterMs;
  }
}
