import { checkOpenShare } from "./_check.ts";
import type { ChainGap } from "./chain_gap.ts";

/** Between which numbers of updates the mixing time lies. */
export interface MixingTimeBounds {
  /** `(t_rel - 1) ln(1 / (2 eps))`. */
  readonly low: number;
  /** `t_rel ln(1 / (eps pi_min))`. */
  readonly high: number;
}

/**
 * Bounds the mean number of updates from equilibrium to the first ground state by the gap.
 *
 * `E_pi[T_A] <= (1 - pi(A)) / (gap pi(A))`, for A the ground states of a reversible chain; the mean is the same in steps as in
 * continuous time at one step a unit. The gap of the even sector will do, and is larger: the chain of the pairs of opposite states
 * is a reversible chain of its own. Not for a start outside of equilibrium, and not for an anneal.
 *
 * @param chain what `chainGap` gave
 * @returns updates; Infinity for a gap of 0
 * @throws {RangeError} if a number is out of range
 *
 * Cost O(1).
 * Source: Aldous and Fill, Reversible Markov Chains and Random Walks on Graphs (2002), section 4.3 (relaxation time and hitting times).
 *
 * @example A chain that forgets in two updates, ground states half of the weight
 * ```ts
 * import { hittingTimeBound } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(hittingTimeBound({ gap: 0.5, groundWeight: 0.5 }), 2);
 * ```
 */
export function hittingTimeBound(chain: Pick<ChainGap, "gap" | "groundWeight">): number {
  const cannot = "Cannot bound a hitting time";
  checkGap(cannot, chain.gap);
  checkWeight(cannot, "groundWeight", chain.groundWeight);
  return chain.groundWeight === 1 ? 0 : (1 - chain.groundWeight) / (chain.gap * chain.groundWeight);
}

/**
 * Bounds the mixing time of a reversible chain, from the worst start, by its absolute gap.
 *
 * `(t_rel - 1) ln(1 / (2 eps)) <= t_mix(eps) <= t_rel ln(1 / (eps pi_min))`, `t_rel = 1 / absoluteGap`: after `t_mix` updates the
 * distribution is within eps of the Gibbs weights in total variation.
 *
 * @param chain what `chainGap` gave for the full sector
 * @param epsilon the distance, between 0 and 1/2 @default {0.25}
 * @returns both bounds, in updates
 * @throws {RangeError} if a number is out of range
 *
 * Cost O(1).
 * Source: Levin and Peres, Markov Chains and Mixing Times (2nd ed., 2017), theorems 12.4 and 12.5.
 *
 * @example One spin without a field is mixed after one update
 * ```ts
 * import { mixingTimeBounds } from "qama/analysis";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const { low, high } = mixingTimeBounds({ absoluteGap: 1, minimumWeight: 0.5 });
 * assertEquals(low, 0);
 * assertAlmostEquals(high, Math.log(8));
 * ```
 */
export function mixingTimeBounds(
  chain: Pick<ChainGap, "absoluteGap" | "minimumWeight">,
  epsilon = 0.25,
): MixingTimeBounds {
  const cannot = "Cannot bound a mixing time";
  checkGap(cannot, chain.absoluteGap);
  checkWeight(cannot, "minimumWeight", chain.minimumWeight);
  checkOpenShare(cannot, "twice epsilon", 2 * epsilon);
  const relaxation = 1 / chain.absoluteGap;
  return {
    low: Math.max(0, (relaxation - 1) * Math.log(1 / (2 * epsilon))),
    high: -relaxation * (Math.log(epsilon) + Math.log(chain.minimumWeight)),
  };
}

function checkGap(cannot: string, gap: number): void {
  if (!(gap >= 0 && gap <= 2)) throw new RangeError(`${cannot}: a gap must be a number from 0 to 2, got ${gap}`);
}

function checkWeight(cannot: string, name: string, weight: number): void {
  if (!(weight > 0 && weight <= 1)) {
    throw new RangeError(`${cannot}: ${name} must be a number above 0 and at most 1, got ${weight}`);
  }
}
