import { betaQuantile } from "./_beta_function.ts";
import { checkOpenShare, checkTrials } from "./_check.ts";

/**
 * Computes the Jeffreys interval of a probability from counted successes.
 *
 * The `(1 - level) / 2` and `(1 + level) / 2` quantiles of `Beta(successes + 1/2, trials - successes + 1/2)`; 0 below where
 * there was no success, 1 above where there was nothing else. Its coverage is `level` on average over the probability, and a
 * few points more or less at single ones: it is no guarantee at each.
 *
 * @param successes how many runs ended well, 0 to `trials`
 * @param trials how many runs there were, from 1
 * @param level share of such intervals that hold the probability @default {0.95}
 * @returns `[low, high]`, 0 <= low < high <= 1
 * @throws {RangeError} if a count is no such integer, or the level does not lie between 0 and 1
 *
 * Cost some sixty continued fractions an end.
 * Source: Brown, Cai and DasGupta, Interval estimation for a binomial proportion (2001), section 3.1.2, DOI
 * 10.1214/ss/1009213286.
 *
 * @example Every second run of a hundred
 * ```ts
 * import { jeffreysInterval } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * const [low, high] = jeffreysInterval(50, 100);
 * assertAlmostEquals(low, 0.4032, 1e-4);
 * assertAlmostEquals(high, 1 - 0.4032, 1e-4);
 * ```
 */
export function jeffreysInterval(successes: number, trials: number, level = 0.95): [low: number, high: number] {
  checkTrials("Cannot give the interval", successes, trials);
  checkOpenShare("Cannot give the interval", "the level", level);
  const a = successes + 0.5;
  const b = trials - successes + 0.5;
  return [
    successes === 0 ? 0 : betaQuantile((1 - level) / 2, a, b),
    // the upper end through the other tail, which has the digits
    successes === trials ? 1 : 1 - betaQuantile((1 - level) / 2, b, a),
  ];
}
