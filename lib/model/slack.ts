import { checkCount } from "./_matrix.ts";

/**
 * Gives the coefficients of slack bits that take every whole value from 0 to a range, and none beyond it.
 *
 * `1, 2, 4, ..., 2^(m-1)` and, where something is left, `range - (2^m - 1)`: the last one makes the sum of all exactly the
 * range, so that no state of the bits stands for a slack that is not there.
 *
 * @param range the largest slack, a whole number from 0
 * @returns fresh coefficients, about log2(range) of them; none for a range of 0
 * @throws {RangeError} if the range is no whole number from 0
 *
 * Cost O(log range).
 *
 * @example Up to 5
 * ```ts
 * import { slackCoefficients } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(slackCoefficients(5), [1, 2, 2]);
 * ```
 */
export function slackCoefficients(range: number): number[] {
  checkCount("the range of the slack", range);
  const coefficients: number[] = [];
  let sum = 0;
  for (let next = 1; sum + next <= range; next *= 2) {
    coefficients.push(next);
    sum += next;
  }
  if (sum < range) coefficients.push(range - sum);
  return coefficients;
}
