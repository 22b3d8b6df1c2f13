import { checkOptionNames } from "../model/mod.ts";
import type { CassetteOptions } from "./cassette.ts";
import { LONGEST_MS, type RetryOptions } from "./retry.ts";
import { checkSpendCap, type SpendCap } from "./spend_cap.ts";

/** How a machine is used, whichever it is: plain data, so that a thread can make the sampler again. */
export interface MachineOptions extends RetryOptions {
  /** Folder of the journal and the answers. @default {see `jobsFolder`} */
  readonly folder?: string;
  /** Jobs at once. @default {4} */
  readonly concurrency?: number;
  /** Requests a second, on average. @default {no limit} */
  readonly requestsPerSecond?: number;
  /** Longest wait for a job; it goes on and can be collected. @default {600000} */
  readonly deadlineMs?: number;
  /** Longest time of one request, the time that the machine is asked to work not counted; Infinity sets no limit. @default {60000} */
  readonly requestMs?: number;
  /** Waits between two looks at a job: the first, and the longest. @default {[200, 5000]} */
  readonly pollMs?: readonly [first: number, longest: number];
  /** Wait before "there is no such job" is asked again, and then believed. @default {10000} */
  readonly settleMs?: number;
  /** What may be spent, by all programs that share the folder. @default {no limit} */
  readonly spendCap?: SpendCap;
  /** A tape to record onto, or to replay. @default {none} */
  readonly cassette?: CassetteOptions;
}

/** Names of {@link MachineOptions}, for `checkOptionNames`. */
export const MACHINE_OPTIONS: readonly (keyof MachineOptions)[] = [
  "folder",
  "concurrency",
  "requestsPerSecond",
  "deadlineMs",
  "requestMs",
  "pollMs",
  "settleMs",
  "spendCap",
  "cassette",
  "retries",
  "firstBackoffMs",
  "longestBackoffMs",
];

/**
 * Takes the options of every machine out of those of one, checked.
 *
 * @param cannot start of the message
 * @param options those of one machine; names that are not in {@link MACHINE_OPTIONS} are left out
 * @returns a fresh object
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if a tape is none
 *
 * Cost O(1).
 *
 * @example Only what is for every machine
 * ```ts
 * import { machineOptions } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(machineOptions("Cannot use isingq", { bits: 8, concurrency: 2 }), { concurrency: 2 });
 * ```
 */
export function machineOptions(cannot: string, options: object): MachineOptions {
  const known = new Set<string>(MACHINE_OPTIONS);
  const taken: MachineOptions = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => known.has(name) && value !== undefined),
  );
  const { concurrency = 1, retries = 0, pollMs = [0, 0], spendCap, cassette, folder, requestsPerSecond = 1 } = taken;
  const { deadlineMs = 1, requestMs = 1, settleMs = 0, firstBackoffMs = 0, longestBackoffMs = 0 } = taken;
  const whole = (name: string, value: number, from: number) => {
    if (!Number.isSafeInteger(value) || value < from) {
      throw new RangeError(`${cannot}: ${name} must be an integer from ${from}, got ${value}`);
    }
  };
  whole("concurrency", concurrency, 1);
  whole("retries", retries, 0);
  for (const [name, value] of Object.entries({ deadlineMs, requestMs, requestsPerSecond })) {
    if (!(value > 0)) throw new RangeError(`${cannot}: ${name} must be a positive number, got ${value}`);
  }
  const [first, longest] = pollMs;
  // no timer waits longer, and one that is to wait for ever ends at once
  for (const [name, value] of Object.entries({ settleMs, firstBackoffMs, longestBackoffMs, "pollMs[0]": first })) {
    if (!(value >= 0 && value <= LONGEST_MS)) {
      throw new RangeError(`${cannot}: ${name} must be a number from 0 to ${LONGEST_MS}, got ${value}`);
    }
  }
  if (!(longest >= first)) throw new RangeError(`${cannot}: pollMs must be two numbers that rise, got ${pollMs}`);
  if (folder !== undefined && (typeof folder !== "string" || folder === "")) {
    throw new TypeError(`${cannot}: folder must be a path, got ${folder}`);
  }
  if (spendCap !== undefined) {
    checkOptionNames(cannot, spendCap, ["jobs", "seconds", "money", "since"], " of spendCap");
    checkSpendCap(cannot, spendCap);
  }
  if (cassette !== undefined) {
    checkOptionNames(cannot, cassette, ["file", "mode"], " of cassette");
    if (cassette.mode !== "record" && cassette.mode !== "replay") {
      throw new TypeError(`${cannot}: the mode of cassette must be record or replay, got ${cassette.mode}`);
    }
  }
  return taken;
}
