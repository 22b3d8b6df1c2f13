import type { Difference } from "./difference.ts";

/** A paired difference, and what its variance is made of. */
export interface PairedDifference extends Difference {
  /** What seeds and items each give, and what both count. */
  readonly parts: { readonly seeds: number; readonly items: number; readonly both: number };
  /** Mean difference of each seed. */
  readonly bySeed: readonly number[];
}

/**
 * Estimates the mean difference of two models over seeds and test items, and its variance where every seed saw the same items.
 *
 * With `d_si` the difference on item i with seed s, `V = V_seeds + V_items - V_both`: sample variance of the seeds' means over S,
 * of the items' means over n, and of all cells over S n, which the other two both hold. V is kept at or above each of the
 * first two. S - 1 degrees of freedom, the fewer of the two ways, which is cautious.
 *
 * @param cells differences, `[S, n]`: of correct answers -1, 0 or 1
 * @param seeds S
 * @returns in the units of the cells; with one seed no degrees of freedom, and the variance of the items alone
 * @throws {RangeError} if the number of cells is no multiple of `seeds`, there are fewer than two items, or a cell is not finite
 *
 * Cost O(S n).
 * Source: Cameron, Gelbach and Miller, Robust inference with multiway clustering (2011), DOI 10.1198/jbes.2010.07136. Differs
 * in: sample variances, and V kept at or above those of seeds and of items.
 *
 * @example Two seeds that agree on three items
 * ```ts
 * import { pairedDifference } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * const { difference, parts } = pairedDifference([1, 0, -1, 1, 0, -1], 2);
 * assertEquals([difference, parts.seeds, parts.items], [0, 0, 1 / 3]);
 * ```
 */
export function pairedDifference(cells: ArrayLike<number>, seeds: number): PairedDifference {
  const items = cells.length / seeds;
  if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isInteger(items) || items < 2) {
    throw new RangeError(
      `Cannot compare the models: expected as many cells for each of ${seeds} seeds, two or more, got ${cells.length} in all`,
    );
  }
  const bySeed = new Array<number>(seeds).fill(0);
  const byItem = new Float64Array(items);
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    for (let i = 0; i < items; i++) {
      const cell = cells[s * items + i];
      bySeed[s] += cell / items;
      byItem[i] += cell / seeds;
      squares += cell * cell;
    }
  }
  const difference = bySeed.reduce((sum, mean) => sum + mean, 0) / seeds;
  if (!Number.isFinite(squares)) throw new RangeError("Cannot compare the models: a difference is not finite");
  const count = seeds * items;
  const parts = {
    seeds: varianceOfMean(bySeed, difference),
    items: varianceOfMean(byItem, difference),
    both: Math.max(0, squares - count * difference ** 2) / (count - 1) / count,
  };
  const variance = Math.max(parts.seeds, parts.items, parts.seeds + parts.items - parts.both);
  return { difference, variance, freedom: seeds - 1, parts, bySeed };
}

function varianceOfMean(values: ArrayLike<number>, mean: number): number {
  if (values.length < 2) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return sum / (values.length - 1) / values.length;
}
