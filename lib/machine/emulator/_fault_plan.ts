import { nearestName } from "../../model/mod.ts";
import { drawsOf } from "./_draws.ts";
import type { EmulatedFault, JobFault, RequestFault } from "./types.ts";

const CANNOT = "Cannot plan the faults";

/** The faults of requests. */
export const REQUEST_FAULTS: readonly RequestFault[] = [
  ...["reset-before", "reset-after", "429", "500", "503", "truncated", "malformed", "slow", "clock-skew"] as const,
];

/** The faults of jobs. */
export const JOB_FAULTS: readonly JobFault[] = [
  ...["lost", "duplicate", "energy-sign", "energy-factor", "energy-offset", "energy-order"] as const,
  ...["energy-vartype", "energy-rounding"] as const,
];

type Rates = Readonly<Partial<Record<EmulatedFault, number>>>;

/**
 * Reads rates: `all:0.2` is a fault in a fifth of the requests, every kind alike, and one in a fifth of the jobs; single rates may
 * follow and take its place.
 *
 * @throws {RangeError} if a name is not known, a rate is not from 0 to 1, or those of requests or of jobs sum up to more than 1
 */
export function faultRates(given: string | Rates): Rates {
  const rates: Partial<Record<EmulatedFault, number>> = {};
  const entries = typeof given === "string"
    ? given.split(",").filter((part) => part.trim() !== "").map((part) => {
      const [name, rate = "", ...more] = part.split(":").map((word) => word.trim());
      return [name, rate === "" || more.length > 0 ? NaN : Number(rate)] as const;
    })
    : Object.entries(given);
  for (const [name, rate] of entries) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new RangeError(`${CANNOT}: ${name} needs a rate from 0 to 1, as in ${name || "all"}:0.2`);
    }
    const known = [...REQUEST_FAULTS, ...JOB_FAULTS].find((fault) => fault === name);
    if (known !== undefined) rates[known] = rate;
    else if (name === "all") {
      for (const list of [REQUEST_FAULTS, JOB_FAULTS]) for (const fault of list) rates[fault] = rate / list.length;
    } else {
      const near = nearestName(name, [...REQUEST_FAULTS, ...JOB_FAULTS]);
      const meant = near === undefined ? ";" : `; did you mean ${near}?`;
      throw new RangeError(
        `${CANNOT}: there is no fault ${name}${meant} known are all, ${[...REQUEST_FAULTS, ...JOB_FAULTS].join(", ")}`,
      );
    }
  }
  for (const list of [REQUEST_FAULTS, JOB_FAULTS]) {
    const sum = list.reduce((sum, fault) => sum + (rates[fault] ?? 0), 0);
    if (sum > 1 + 1e-9) {
      throw new RangeError(`${CANNOT}: the rates of ${list.join(", ")} sum up to ${sum}, more than 1`);
    }
  }
  return rates;
}

/**
 * Decides what goes wrong: the k-th request of a route and the k-th job meet the same fault under the same seed, whatever else is
 * asked in between.
 */
export class FaultPlan {
  readonly #seed: number;
  readonly #rates: Rates;
  readonly #counts = new Map<string, number>();
  readonly #met: Partial<Record<EmulatedFault, number>> = {};

  constructor(seed: number, rates: Rates) {
    this.#seed = seed;
    this.#rates = rates;
  }

  /** How often each fault was met. */
  get met(): Rates {
    return { ...this.#met };
  }

  /** What happens to the next request of a route, and a coin that belongs to it. */
  request(route: string): { readonly fault: RequestFault | undefined; readonly coin: number } {
    return this.#next(`request ${route}`, REQUEST_FAULTS);
  }

  /** What happens to the next job. */
  job(): JobFault | undefined {
    return this.#next("job", JOB_FAULTS).fault;
  }

  #next<F extends EmulatedFault>(name: string, list: readonly F[]): { fault: F | undefined; coin: number } {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    const rng = drawsOf(this.#seed, name, count);
    let left = rng.uniform();
    const fault = list.find((fault) => (left -= this.#rates[fault] ?? 0) < 0);
    if (fault !== undefined) this.#met[fault] = (this.#met[fault] ?? 0) + 1;
    return { fault, coin: rng.uniform() };
  }
}
