import { checkOpenShare, checkTrials } from "./_check.ts";
import { normalQuantile } from "./_normal_tail.ts";

/**
 * Computes Wilson's score interval of a probability from counted successes.
 *
 * With z the `(1 + level) / 2` quantile of the normal distribution, n trials and the share p of successes, the ends are
 * `(p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)`: the probabilities that the share is just compatible with.
 * Its coverage is `level` on average, and lower at probabilities near 0 and 1.
 *
 * @param successes how many trials ended well, 0 to `trials`
 * @param trials how many there were, from 1
 * @param level share of such intervals that hold the probability @default {0.95}
 * @returns `[low, high]`, 0 <= low < high <= 1
 * @throws {RangeError} if a count is no such integer, or the level does not lie between 0 and 1
 *
 * Cost O(1).
 * Source: Wilson, Probable inference, the law of succession, and statistical inference (1927), DOI
 * 10.1080/01621459.1927.10502953.
 *
 * @example No success in 10: from 0 to z^2 / (10 + z^2)
 * ```ts
 * import { wilsonInterval } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(wilsonInterval(0, 10)[1], 1.959964 ** 2 / (10 + 1.959964 ** 2), 1e-6);
 * ```
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): [low: number, high: number] {
  checkTrials("Cannot give the interval", successes, trials);
  checkOpenShare("Cannot give the interval", "the level", level);
  const z2 = normalQuantile((1 + level) / 2) ** 2;
  const [hits, misses] = [successes, trials - successes];
  const reach = Math.sqrt(z2 * (hits * misses / trials + z2 / 4));
  // the ends that rounding could push beyond 0 and 1 are exact
  const low = hits === 0 ? 0 : (hits + z2 / 2 - reach) / (trials + z2);
  const high = misses === 0 ? 1 : (hits + z2 / 2 + reach) / (trials + z2);
  return [low, high];
}
