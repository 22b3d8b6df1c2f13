import { incompleteBeta } from "./_beta_function.ts";

/**
 * Computes McNemar's exact p: whether two classifiers that saw the same items differ, from the items that one alone got right.
 *
 * Of `onlyFirst + onlySecond` items each went to either with probability 1/2, if they are equally good: twice the binomial tail, 1
 * at most. Items that both got right, or neither, say nothing.
 *
 * @param onlyFirst items that the first alone classified right
 * @param onlySecond items that the second alone classified right
 * @returns two-sided p
 * @throws {RangeError} if a count is no integer of 0 or more
 *
 * Cost a continued fraction.
 * Source: McNemar, Note on the sampling error of the difference between correlated proportions (1947), DOI 10.1007/BF02295996.
 *
 * @example Five of five
 * ```ts
 * import { mcnemar } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(mcnemar(5, 0), 2 / 32, 1e-12);
 * ```
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`Cannot compare the classifiers: a count must be an integer of 0 or more, got ${count}`);
    }
  }
  const n = onlyFirst + onlySecond, fewer = Math.min(onlyFirst, onlySecond);
  // P(X <= k) of n fair coins is I_{1/2}(n - k, k + 1); at k = n / 2 twice it is above 1
  return n === 0 ? 1 : Math.min(1, 2 * incompleteBeta(0.5, n - fewer, fewer + 1));
}
