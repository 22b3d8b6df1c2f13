import { checkOpenShare, checkPositive } from "./_check.ts";
import { studentAbove, studentOutside, studentPoint } from "./_student.ts";

/** A difference with the variance of its estimate. */
export interface Difference {
  /** The estimate. */
  readonly difference: number;
  /** Variance of the estimate. */
  readonly variance: number;
  /** Degrees of freedom of Student's distribution that the estimate over its error is compared with; 0: nothing can be said. */
  readonly freedom: number;
}

/**
 * Computes the t interval of a difference and the two-sided p of the hypothesis that it is 0.
 *
 * @param estimate from `pairedDifference` or `changeDifference`
 * @param level share of such intervals that hold the difference. @default {0.95}
 * @returns interval and p; null without degrees of freedom
 * @throws {RangeError} if the level does not lie between 0 and 1
 *
 * Cost some sixty continued fractions.
 * Source: Student, The probable error of a mean (1908), DOI 10.1093/biomet/6.1.1.
 *
 * @example Of one degree of freedom, an estimate as large as its error has p = 1/2
 * ```ts
 * import { testDifference } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(testDifference({ difference: 2, variance: 4, freedom: 1 })!.p, 0.5);
 * ```
 */
export function testDifference(
  { difference, variance, freedom }: Difference,
  level = 0.95,
): { readonly low: number; readonly high: number; readonly p: number } | null {
  checkOpenShare("Cannot test the difference", "the level", level);
  if (freedom < 1) return null;
  const error = Math.sqrt(variance);
  const half = studentPoint(level, freedom) * error;
  const p = error === 0 ? (difference === 0 ? 1 : 0) : studentOutside(difference / error, freedom);
  return { low: difference - half, high: difference + half, p };
}

/**
 * Computes the p of the hypothesis that a difference is as large as a margin or larger, either way: two one-sided t tests.
 *
 * A p below alpha says that the `1 - 2 alpha` interval lies inside the margin: the two are equivalent.
 *
 * @param estimate from `pairedDifference` or `changeDifference`
 * @param margin the smallest difference that matters, in the units of the difference
 * @returns the larger p of the two tests; null without degrees of freedom
 * @throws {RangeError} if the margin is not positive and finite
 *
 * Cost two continued fractions.
 * Source: Schuirmann, A comparison of the two one-sided tests procedure (1987), DOI 10.1007/BF01068419.
 *
 * @example An estimate at the margin is no evidence
 * ```ts
 * import { testEquivalence } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(testEquivalence({ difference: 1, variance: 0.01, freedom: 4 }, 1), 0.5);
 * ```
 */
export function testEquivalence({ difference, variance, freedom }: Difference, margin: number): number | null {
  checkPositive("Cannot test the equivalence", "the margin", margin);
  if (freedom < 1) return null;
  const error = Math.sqrt(variance);
  if (error === 0) return Math.abs(difference) < margin ? 0 : 1;
  return studentAbove((margin - Math.abs(difference)) / error, freedom);
}
