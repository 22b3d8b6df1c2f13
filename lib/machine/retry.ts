import type { Rng } from "../random/mod.ts";

/** How often and how soon what may be repeated is repeated. */
export interface RetryOptions {
  /** Repetitions after the first try. @default {6} */
  readonly retries?: number;
  /** Longest wait before the first repetition; it doubles from one to the next. @default {250} */
  readonly firstBackoffMs?: number;
  /** Longest wait before any repetition, `Retry-After` left aside. @default {15000} */
  readonly longestBackoffMs?: number;
}

/** Repetitions after the first try where nothing is said. */
export const RETRIES = 6;

/** Longest wait of a timer, in ms: 24.8 days. */
export const LONGEST_MS = 2 ** 31 - 1;

const LONGEST_RETRY_AFTER_MS = 24 * 3600e3;

/**
 * Draws the wait before repetition k: uniform from 0 to `min(longest, first 2^k)`, "full jitter".
 *
 * Clients that failed together come back spread over the whole interval, not in a second wave.
 *
 * @param k 0 before the first repetition
 * @param rng where the number comes from; seeded differently in every process
 * @returns ms
 *
 * Cost O(1).
 * Source: M. Brooker, Exponential backoff and jitter, AWS Architecture Blog (2015).
 *
 * @example The second wait is shorter than half a second
 * ```ts
 * import { backoffMs } from "qama/machine";
 * import { Rng } from "qama/random";
 * import { assert } from "@std/assert";
 * assert(backoffMs(1, new Rng(1, 0), { firstBackoffMs: 250 }) < 500);
 * ```
 */
export function backoffMs(k: number, rng: Rng, options: RetryOptions = {}): number {
  const { firstBackoffMs = 250, longestBackoffMs = 15_000 } = options;
  return rng.uniform() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(k, 40));
}

/**
 * Reads `Retry-After`: seconds, or a date, which is taken against the `Date` of the same reply, so that a clock that goes wrong at
 * either end does not matter.
 *
 * @param headers of the reply, lower-case names
 * @param nowMs our clock, for a reply without a `Date`
 * @returns ms from 0 to a day; undefined if the header is absent or no such value
 *
 * Cost O(1).
 * Source: RFC 9110, section 10.2.3.
 *
 * @example Two minutes after the reply was made
 * ```ts
 * import { retryAfterMs } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const headers = { "retry-after": "Wed, 21 Oct 2015 07:30:00 GMT", date: "Wed, 21 Oct 2015 07:28:00 GMT" };
 * assertEquals([retryAfterMs(headers), retryAfterMs({ "retry-after": "3" })], [120_000, 3000]);
 * ```
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number = Date.now(),
): number | undefined {
  const text = headers["retry-after"]?.trim();
  if (text === undefined) return undefined;
  const within = (ms: number) => Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, ms));
  if (/^\d+(\.\d+)?$/.test(text)) return within(Number(text) * 1000);
  // Date.parse makes a date of almost anything
  const at = /^[a-z]{3,9},? .*\d\d:\d\d/i.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) return undefined;
  const date = Date.parse(headers.date ?? "");
  return within(at - (Number.isNaN(date) ? nowMs : date));
}

/**
 * Waits, unless told to stop.
 *
 * @param ms from 0; waits no longer than 24.8 days
 * @param signal ends the wait at once
 * @throws the signal's reason if it is aborted
 *
 * Cost one timer.
 *
 * @example A wait that is over at once
 * ```ts
 * import { pause } from "qama/machine";
 * await pause(0);
 * ```
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.min(ms, LONGEST_MS));
    signal?.addEventListener("abort", stop, { once: true });
  });
}
