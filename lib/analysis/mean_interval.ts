import { checkOpenShare } from "./_check.ts";
import { studentPoint } from "./_student.ts";

/**
 * Computes the t interval of a mean: half its width, `t s / sqrt(n)`.
 *
 * s is the sample standard deviation, t the `(1 + level) / 2` quantile of Student's distribution with n - 1 degrees of freedom.
 * It holds the mean in a share `level` of cases where the values are independent and normal; of two or three values it is wide,
 * and of one there is none.
 *
 * @param values independent measurements, at least one
 * @param level share of such intervals that hold the mean. @default {0.95}
 * @returns mean, and half the interval's width; null for one value
 * @throws {RangeError} if there is no value, one is not finite, or the level does not lie between 0 and 1
 *
 * Cost O(n), and some sixty continued fractions.
 * Source: Student, The probable error of a mean (1908), DOI 10.1093/biomet/6.1.1.
 *
 * @example Two values a distance of 2 apart: t is 12.706, s / sqrt(2) is 1
 * ```ts
 * import { meanInterval } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(meanInterval([-1, 1]).halfWidth ?? NaN, 12.7062, 1e-4);
 * ```
 */
export function meanInterval(
  values: readonly number[],
  level = 0.95,
): { readonly mean: number; readonly halfWidth: number | null } {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new RangeError(`Cannot give the interval: expected finite values, at least one, got [${values.join(", ")}]`);
  }
  checkOpenShare("Cannot give the interval", "the level", level);
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, halfWidth: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: studentPoint(level, n - 1) * Math.sqrt(variance / n) };
}
