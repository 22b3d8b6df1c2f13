import { studentPoint } from "./_student.ts";

/** A value at a size, with its standard error. */
export interface SizedValue {
  /** The size, such as a number of qubits. */
  readonly n: number;
  /** The value, above 0. */
  readonly value: number;
  /** Its standard error, above 0. */
  readonly standardError: number;
}

/** An exponential law of sizes. */
export interface HalvingRate {
  /** r of `value = prefactor 2^(-r n)`: 1 where the value halves with each step of n, below 0 where it grows. */
  readonly rate: number;
  /** Half the width of the interval of r. */
  readonly halfWidth: number;
  /** The value at n = 0, by the line. */
  readonly prefactor: number;
  /** Sum of squared distances from the line in standard errors over the degrees of freedom: far above 1 where it is no such law. */
  readonly misfit: number;
}

/**
 * Fits `value = prefactor 2^(-r n)`, with an interval of r.
 *
 * A line through log2 of the values by least squares, each weighted by its standard error. The interval is `t` standard errors of the
 * slope, t of Student's distribution with two degrees of freedom less than points; where the points scatter more than their
 * errors allow, the standard error grows by the root of the misfit. Such a fit describes the sizes measured and says nothing beyond them.
 *
 * @param points of three sizes or more
 * @param level share of such intervals that hold the truth where the law is one. @default {0.95}
 * @returns rate, interval, prefactor and misfit
 * @throws {RangeError} if there are fewer than three different sizes, or a value or an error is not above 0
 *
 * Cost O(points).
 * Source: Bevington and Robinson, Data Reduction and Error Analysis for the Physical Sciences (2003), chapter 6.
 *
 * @example A quarter with each step
 * ```ts
 * import { halvingRate } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * const points = [1, 2, 3, 4].map((n) => ({ n, value: 4 ** -n, standardError: 0.1 * 4 ** -n }));
 * assertAlmostEquals(halvingRate(points).rate, 2);
 * ```
 */
export function halvingRate(points: readonly SizedValue[], level = 0.95): HalvingRate {
  const cannot = "Cannot fit a rate";
  const sizes = new Set(points.map(({ n }) => n));
  if (sizes.size < 3) throw new RangeError(`${cannot}: expected three sizes or more, got ${[...sizes].join(", ")}`);
  for (const { n, value, standardError } of points) {
    // written so that NaN is refused
    if (!(value > 0 && standardError > 0 && Number.isFinite(n + value + standardError))) {
      throw new RangeError(
        `${cannot}: values and their errors must be finite and above 0, got ${value} +- ${standardError} at ${n}`,
      );
    }
  }
  const weights = points.map(({ value, standardError }) => (value * Math.LN2 / standardError) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (i: number) => number) => weights.reduce((sum, weight, i) => sum + weight * of(i), 0) / total;
  const [x, y] = [points.map(({ n }) => n), points.map(({ value }) => Math.log2(value))];
  const [mx, my] = [mean((i) => x[i]), mean((i) => y[i])];
  const spread = total * mean((i) => (x[i] - mx) ** 2);
  const slope = total * mean((i) => (x[i] - mx) * (y[i] - my)) / spread;
  const freedom = points.length - 2;
  const misfit = total * mean((i) => (y[i] - my - slope * (x[i] - mx)) ** 2) / freedom;
  const error = Math.sqrt(Math.max(1, misfit) / spread);
  return { rate: -slope, halfWidth: studentPoint(level, freedom) * error, prefactor: 2 ** (my - slope * mx), misfit };
}
