/**
 * Rounds up to a multiple of four, the number of lanes.
 *
 * @param n an integer, 0 or larger
 * @returns the smallest multiple of four that is not below n
 *
 * Cost O(1).
 *
 * @example 49 tokens take 52 places
 * ```ts
 * import { roundUp4 } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(roundUp4(49), 52);
 * ```
 */
export function roundUp4(n: number): number {
  return (n + 3) & ~3;
}
