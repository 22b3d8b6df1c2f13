import { Rng } from "../random/mod.ts";

/** Adam's decays and guard, in every training here. */
export const ADAM: { readonly beta1: number; readonly beta2: number; readonly eps: number } = {
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
};

/** Streams of evaluation start here, far above those of training. */
export const EVALUATION_STREAM = 2 ** 40;

/** Shuffles come from streams above those of the weights. */
const SHUFFLE_STREAM = 2 ** 20;

/**
 * Shuffles the training items for an epoch, as `train` does: for a loop of one's own.
 *
 * @param count number of items
 * @param seed seed of the run
 * @param epoch from 0; a stream each
 * @returns the items, fresh, `[count]`
 *
 * Cost O(count).
 * Source: Fisher and Yates's shuffle, see `Rng`.
 *
 * @example Every item once, in the order of the seed
 * ```ts
 * import { epochOrder } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(epochOrder(5, 1, 0).toSorted(), Int32Array.of(0, 1, 2, 3, 4));
 * assertEquals(epochOrder(5, 1, 0), epochOrder(5, 1, 0));
 * ```
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return new Rng(seed, SHUFFLE_STREAM + epoch).shuffle(new Int32Array(count).map((_, i) => i));
}
