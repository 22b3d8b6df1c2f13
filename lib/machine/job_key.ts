import { createHash } from "node:crypto";
import type { EncodedJob, Json } from "./types.ts";

/** What makes a job the same job. */
export interface JobIdentity {
  /** Address of the machine. */
  readonly url: string;
  /** What is sent; its machine, payload and reads count. */
  readonly job: EncodedJob;
  /** The seed that the caller gave, if any. */
  readonly seed?: number;
  /** Which part it is of a call whose reads are shared out among several jobs. */
  readonly part: number;
}

/**
 * Names a job by what is asked: SHA-256 of machine, address, payload, reads, the caller's seed, and the index of the part.
 *
 * Two jobs of one key are the same request: the second is answered with the answer of the first. No key of an account, no time
 * and no process enter. The names of a payload's parts count, not their order.
 *
 * @returns 64 hexadecimal digits, and the text of the payload that was made on the way
 *
 * Cost O(bytes of the payload).
 *
 * @example Another seed, another job
 * ```ts
 * import { jobKey } from "qama/machine";
 * import { assertNotEquals } from "@std/assert";
 * const cost = { jobs: 1, seconds: 0, money: 0 };
 * const whole = { machine: "m", variables: 1, vartype: "qubo", numReads: 1, payload: [1], scale: 1, offset: 0, cost } as const;
 * const keys = [1, 2].map((seed) => jobKey({ url: "https://m", job: whole, seed, part: 0 }).key);
 * assertNotEquals(keys[0], keys[1]);
 * ```
 */
export function jobKey({ url, job, seed, part }: JobIdentity): { readonly key: string; readonly payload: string } {
  const payload = JSON.stringify(inOrder(job.payload));
  const hash = createHash("sha256");
  hash.update(JSON.stringify(["qama job 1", job.machine, plainUrl(url), job.numReads, seed ?? null, part]));
  hash.update(payload);
  return { key: hash.digest("hex"), payload };
}

/** An address without the slashes at its end. */
export function plainUrl(url: string): string {
  return url.replace(/\/+$/, "");
}

// the names at the top alone: below them lie long lists of numbers
function inOrder(payload: Json): Json {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return payload;
  return Object.fromEntries(Object.entries(payload).sort(([a], [b]) => a < b ? -1 : 1));
}
