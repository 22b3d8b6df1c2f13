import { checkPValues } from "./_check_p_values.ts";

/**
 * Adjusts the p values of a family of tests for their number, by Holm's step-down method.
 *
 * Rejecting what is adjusted to below alpha rejects a true hypothesis, any of the family, in a share alpha of cases at most, however
 * the tests depend on one another.
 *
 * @param values p values, 0 .. 1
 * @returns adjusted values in the same order, 1 at most
 * @throws {RangeError} if a value is not from 0 to 1
 *
 * Cost O(n log n).
 * Source: Holm, A simple sequentially rejective multiple test procedure (1979), Scandinavian Journal of Statistics 6, 65-70.
 *
 * @example The smallest of three counts three times, the next twice
 * ```ts
 * import { holm } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(holm([0.25, 0.125, 0.5]), [0.5, 0.375, 0.5]);
 * ```
 */
export function holm(values: readonly number[]): number[] {
  checkPValues("Cannot adjust the p values", values);
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const adjusted = new Array<number>(values.length);
  let top = 0;
  order.forEach((at, rank) => {
    top = Math.max(top, Math.min(1, (values.length - rank) * values[at]));
    adjusted[at] = top;
  });
  return adjusted;
}
