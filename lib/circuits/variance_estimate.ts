/** A variance, estimated from independent draws. */
export interface VarianceEstimate {
  /** Mean of the draws. */
  readonly mean: number;
  /** Their variance, without bias. */
  readonly variance: number;
  /** Standard error of the variance, from the fourth moment. */
  readonly standardError: number;
}

/**
 * Estimates the variance of a distribution, and how far the estimate may be off.
 *
 * The standard error is `sqrt((m4 - m2^2) / N)`, m the central moments of the draws. It is too small where the tails are heavy and N is
 * small: rare large draws are then not among them.
 *
 * @param values independent draws, two at least
 * @returns mean, variance and its standard error
 * @throws {RangeError} if there are fewer than two values, or one is not finite
 *
 * Cost O(N).
 * Source: Cramér, Mathematical Methods of Statistics (1946), section 27.4.
 *
 * @example A fair coin: its square never varies, so its variance is known
 * ```ts
 * import { varianceEstimate } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const { variance, standardError } = varianceEstimate([-1, 1, -1, 1]);
 * assertAlmostEquals(variance, 4 / 3);
 * assertAlmostEquals(standardError, 0);
 * ```
 */
export function varianceEstimate(values: readonly number[]): VarianceEstimate {
  const count = values.length;
  if (count < 2 || !values.every(Number.isFinite)) {
    throw new RangeError(`Cannot estimate a variance: expected two finite values or more, got [${values.join(", ")}]`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / count;
  const variance = central(2) * count / (count - 1);
  return { mean, variance, standardError: Math.sqrt(Math.max(0, central(4) - central(2) ** 2) / count) };
}
