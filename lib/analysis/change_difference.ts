import type { Difference } from "./difference.ts";

/** What a change did to the test items of one model. */
export interface Change {
  /** Items that were right before and are wrong after. */
  readonly lost: number;
  /** Items that were wrong before and are right after. */
  readonly gained: number;
  /** All items, two or more. */
  readonly items: number;
}

/**
 * Estimates what a change costs in accuracy over several models, before less after, from the numbers of items lost and gained.
 *
 * `V = V_seeds + W`, V_seeds the sample variance of the models' differences over their number, W the mean over the models of
 * the variance of the item differences over the number of items: as if all models lost and gained on the same items,
 * which the counts do not tell; V is too large where they did not.
 *
 * @param changes one a model
 * @returns shares of items; degrees of freedom one fewer than models
 * @throws {RangeError} if there is no model, or a count is no integer of 0 or more, or more than there are items
 *
 * Cost O(models).
 * Source: the variance of a paired difference of proportions; the bound is ours.
 *
 * @example One model that lost one of four items and gained one
 * ```ts
 * import { changeDifference } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * // item differences 1, -1, 0, 0: variance 2/3, over four items 1/6
 * assertEquals(changeDifference([{ lost: 1, gained: 1, items: 4 }]).variance, 1 / 6);
 * ```
 */
export function changeDifference(changes: readonly Change[]): Difference & { readonly bySeed: readonly number[] } {
  if (changes.length === 0) throw new RangeError("Cannot give the difference: expected a model or more, got none");
  for (const { lost, gained, items } of changes) {
    const counts = [lost, gained, items].every((count) => Number.isSafeInteger(count) && count >= 0);
    if (!counts || items < 2 || lost + gained > items) {
      throw new RangeError(
        `Cannot give the difference: expected counts among two items or more, got ${lost} lost and ${gained} gained of ${items}`,
      );
    }
  }
  const n = changes.length;
  const bySeed = changes.map(({ lost, gained, items }) => (lost - gained) / items);
  const difference = bySeed.reduce((sum, value) => sum + value, 0) / n;
  const ofItems = changes.map(({ lost, gained, items }) =>
    (lost + gained - (lost - gained) ** 2 / items) / (items - 1) / items
  );
  const ofSeeds = n === 1 ? 0 : bySeed.reduce((sum, value) => sum + (value - difference) ** 2, 0) / (n - 1) / n;
  return { difference, variance: ofSeeds + ofItems.reduce((sum, value) => sum + value, 0) / n, freedom: n - 1, bySeed };
}
