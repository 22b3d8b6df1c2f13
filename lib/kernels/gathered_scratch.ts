import type { HeadShape } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

/** Queries that go by together, as in assembly/gathered_softmax.ts. */
const TILE = 64;

/** From how many tokens on a block takes `Kernels.gatheredSoftmax` or `TiledSoftmax`; below, it keeps its probabilities. */
export const GATHERED_TOKENS = 1024;

/**
 * Says how much room `Kernels.gatheredSoftmax` and its way back want.
 *
 * `4 dp + N + N4 + 4 d N + 2 TILE N4` floats: it grows with N, where the probabilities grow with N^2.
 *
 * @param shape tokens and width
 * @returns length in floats
 *
 * Cost O(1).
 *
 * @example One token of width one
 * ```ts
 * import { gatheredScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(gatheredScratch({ tokens: 1, width: 1 }), 16 + 1 + 4 + 4 + 2 * 64 * 4);
 * ```
 */
export function gatheredScratch({ tokens, width }: Pick<HeadShape, "tokens" | "width">): number {
  const full = roundUp4(tokens);
  return 4 * roundUp4(width) + tokens + full + 4 * width * tokens + 2 * TILE * full;
}
