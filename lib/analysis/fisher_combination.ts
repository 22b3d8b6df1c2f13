import { checkPValues } from "./_check_p_values.ts";

/**
 * Combines the p values of independent tests of several hypotheses into one, against all of them being true.
 *
 * `p = P(chi^2_2n > -2 sum_i ln p_i) = e^-s sum_{m < n} s^m / m!` with `s = -sum_i ln p_i`. Where the tests are not independent the
 * combined value can be too small.
 *
 * @param values p values, 0 .. 1
 * @returns the combined p; 1 for no values
 * @throws {RangeError} if a value is not from 0 to 1
 *
 * Cost O(n).
 * Source: Fisher, Statistical methods for research workers, 4th edition (1932), section 21.1.
 *
 * @example One test alone says what it said
 * ```ts
 * import { fisherCombination } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(fisherCombination([0.25]), 0.25, 1e-12);
 * assertAlmostEquals(fisherCombination([0.1, 0.1]), 0.01 * (1 + Math.log(100)), 1e-12);
 * ```
 */
export function fisherCombination(values: readonly number[]): number {
  checkPValues("Cannot combine the p values", values);
  if (values.includes(0)) return 0;
  const s = -values.reduce((sum, p) => sum + Math.log(p), 0);
  let term = Math.exp(-s), p = 0;
  values.forEach((_, m) => {
    p += term;
    term *= s / (m + 1);
  });
  return values.length === 0 ? 1 : Math.min(1, p);
}
