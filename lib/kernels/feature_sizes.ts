import type { HeadShape } from "./heads.ts";

/**
 * Floats that `Kernels.featureAttention` keeps of one sample: `H (N (2 M + C) + M C)`, M the features and C the width and
 * one more, each rounded up to a multiple of eight.
 *
 * @param shape sizes; `samples` is not looked at
 * @param features number of features
 * @returns a number of floats
 *
 * Cost O(1).
 *
 * @example Linear in the tokens
 * ```ts
 * import { featureRoom } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const floats = (tokens: number) => featureRoom({ heads: 1, tokens, width: 8 }, 16);
 * assertEquals(floats(3000) - floats(2000), 48 * 1000);
 * ```
 */
export function featureRoom(shape: Omit<HeadShape, "samples">, features: number): number {
  const { heads, tokens, width } = shape;
  const C = (width + 8) & ~7, M = (features + 7) & ~7;
  return heads * (tokens * (2 * M + C) + M * C);
}

/**
 * Floats of scratch that the kernels of feature attention need: `N (3 C + M) + M C`, see {@link featureRoom}.
 *
 * @param shape sizes; only tokens and width are looked at
 * @param features number of features
 * @returns a number of floats
 *
 * Cost O(1).
 *
 * @example One token, one feature
 * ```ts
 * import { featureScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(featureScratch({ tokens: 1, width: 1 }, 1), 8 * 4 + 64);
 * ```
 */
export function featureScratch(shape: Pick<HeadShape, "tokens" | "width">, features: number): number {
  const C = (shape.width + 8) & ~7, M = (features + 7) & ~7;
  return shape.tokens * (3 * C + M) + M * C;
}
