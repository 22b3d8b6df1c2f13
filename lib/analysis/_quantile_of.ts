/**
 * Takes the quantile of a list, linear between neighbours; infinite as soon as it leans on an infinite one.
 *
 * @param values any numbers, in any order
 * @param quantile a share, 0 .. 1: 0.5 for the median
 * @returns the quantile; NaN of an empty list, or where a value is NaN
 * @throws {RangeError} if the quantile is not from 0 to 1
 *
 * Cost O(n log n).
 * Source: none needed.
 *
 * @example The median of four numbers
 * ```ts
 * import { quantileOf } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(quantileOf([4, 1, 3, 2], 0.5), 2.5);
 * ```
 */
export function quantileOf(values: ArrayLike<number>, quantile: number): number {
  if (!(quantile >= 0 && quantile <= 1)) {
    throw new RangeError(`Cannot take the quantile: expected a share from 0 to 1, got ${quantile}`);
  }
  const sorted = Float64Array.from(values).sort();
  // NaN is sorted behind all numbers, and would count as the largest
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1])) return NaN;
  const place = quantile * (sorted.length - 1);
  const below = Math.floor(place);
  const share = place - below;
  return share === 0 ? sorted[below] : sorted[below] * (1 - share) + sorted[below + 1] * share;
}
