import type { SamplerOrigin } from "../samplers/mod.ts";
import type { AttentionProblem } from "./types.ts";

/** Two words, status and length, stand before the bytes of a reply. */
const HEADER = 8;
const TEXT_BYTES = 4096;

/** Where an answer stands. */
export enum ReplyStatus {
  pending = 0,
  done = 1,
  failed = 2,
}

/** What the thread of {@link solverFrom} is asked. */
export interface SolverRequest {
  readonly origin: SamplerOrigin;
  readonly problem: AttentionProblem;
  readonly seed: number;
  readonly firstStream: number;
  readonly numReads: number;
  readonly reply: SharedArrayBuffer;
}

/** Room for `places` bytes, or for the text of an error. */
export function openReply(places: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER + Math.max(places, TEXT_BYTES));
}

/** Writes what fits and wakes the waiting thread. */
export function writeReply(reply: SharedArrayBuffer, status: ReplyStatus, bytes: Uint8Array): void {
  const control = new Int32Array(reply, 0, 2);
  const fitting = bytes.subarray(0, reply.byteLength - HEADER);
  new Uint8Array(reply, HEADER).set(fitting);
  control[1] = fitting.length;
  Atomics.store(control, 0, status);
  Atomics.notify(control, 0);
}

/** Blocks this thread until there is an answer, or the time is over: then the status is still `pending`. */
export function waitForReply(
  reply: SharedArrayBuffer,
  timeLimitMs: number,
): { status: ReplyStatus; bytes: Uint8Array } {
  const control = new Int32Array(reply, 0, 2);
  Atomics.wait(control, 0, ReplyStatus.pending, timeLimitMs);
  return { status: Atomics.load(control, 0), bytes: new Uint8Array(reply, HEADER, control[1]).slice() };
}
