import { MachineError } from "./errors.ts";
import type { Spending } from "./types.ts";

/** What may be spent at a machine, all programs that share the folder of jobs together. */
export interface SpendCap extends Partial<Spending> {
  /** Only what was sent from this time on counts, ISO 8601. @default {from the beginning of the journal} */
  readonly since?: string;
}

const UNITS = ["jobs", "seconds", "money"] as const;

/**
 * Checks a cap when it is given.
 *
 * @throws {RangeError} if a limit is negative or no number, or `since` is no date
 *
 * Cost O(1).
 */
export function checkSpendCap(cannot: string, cap: SpendCap): void {
  for (const unit of UNITS) {
    const limit = cap[unit];
    if (limit !== undefined && !(limit >= 0)) {
      throw new RangeError(`${cannot}: spendCap.${unit} must be a number from 0, got ${limit}`);
    }
  }
  if (cap.since !== undefined && Number.isNaN(Date.parse(cap.since))) {
    throw new RangeError(`${cannot}: spendCap.since must be a date such as 2026-01-31, got ${cap.since}`);
  }
}

/**
 * Throws if a job would go over the cap: before it is sent, not after.
 *
 * A job counts with the most that it can cost from the moment at which it is about to be sent; only a job that the machine
 * surely turned down does not count.
 *
 * @param machine its name
 * @param cap limits; one that is absent does not limit
 * @param spent so far
 * @param cost of the job
 * @throws {MachineError} `quota`, with the numbers
 *
 * Cost O(1).
 *
 * @example The third of two jobs
 * ```ts
 * import { checkSpending } from "qama/machine";
 * import { assertThrows } from "@std/assert";
 * const [one, two] = [1, 2].map((jobs) => ({ jobs, seconds: 0, money: 0 }));
 * assertThrows(() => checkSpending("isingq", { jobs: 2 }, two, one), Error, "2 of 2 jobs");
 * ```
 */
export function checkSpending(machine: string, cap: SpendCap, spent: Spending, cost: Spending): void {
  for (const unit of UNITS) {
    const limit = cap[unit];
    // sums of decimal fractions may be off by the last digits
    if (limit === undefined || spent[unit] + cost[unit] <= limit * (1 + 1e-12)) continue;
    const since = cap.since === undefined ? "" : ` since ${cap.since}`;
    throw new MachineError(
      `Cannot send to ${machine}: ${spent[unit]} of ${limit} ${unit} are spent${since}, and the job may cost ${
        cost[unit]
      }; ` +
        `nothing was sent; raise spendCap.${unit}`,
      { machine, fault: "quota" },
    );
  }
}
