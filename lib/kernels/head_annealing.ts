import type { Bytes, Floats, Words } from "./arena.ts";
import type { HeadShape } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

/** What `Kernels.annealHeads` works on. */
export interface HeadAnnealing extends HeadShape {
  /** True: dense couplings and cached fields; false: factored couplings. Both follow the same rule. */
  readonly dense: boolean;
  /** `[S, H / copies, N, 2 dp]`, from `Kernels.packHeads`. */
  readonly packed: Floats;
  /** So many heads in a row have the same queries and keys, and fields of their own. @default {1} */
  readonly copies?: number;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** Receives x, `[S, H, N]`. */
  readonly chosen: Bytes;
  /** Four words a sample, advanced as they are used. */
  readonly states: Words;
  /** `-ln((j + 1/2) / 4096)`, `[4096]`. */
  readonly thresholds: Floats;
  /** Temperature of each sweep over the root mean square of the gains at the start. */
  readonly temperatures: Floats;
  /** Weights of the energy terms; `coupling` is already divided by sqrt(d). */
  readonly weights: {
    readonly coupling: number;
    readonly field: number;
    readonly overlap: number;
    readonly cardinality: number;
    readonly k: number;
  };
  /** Probability that a variable starts at 1. */
  readonly density: number;
  /** {@link annealingScratch} floats. */
  readonly scratch: Floats;
}

/**
 * Floats of scratch that `Kernels.annealHeads` needs; it does not grow with the number of samples.
 *
 * `2 H dp + 3 H N + N + H` factored, `H N4 + 3 H N + N + H + H N N4` dense, `N4` = N rounded up to a multiple of four.
 *
 * @param shape sizes; `samples` is not looked at
 * @param dense the form of the couplings
 * @returns a number of floats, with room for alignment
 *
 * Cost O(1).
 *
 * @example Factored scratch is linear in the tokens
 * ```ts
 * import { annealingScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const floats = (tokens: number) => annealingScratch({ samples: 1, heads: 1, tokens, width: 8 }, false);
 * assertEquals(floats(3000) - floats(2000), 4 * 1000);
 * ```
 */
export function annealingScratch(shape: HeadShape, dense: boolean): number {
  const { heads, tokens, width } = shape;
  const stride = roundUp4(tokens);
  const cache = dense ? heads * stride : 2 * heads * roundUp4(width);
  const couplings = dense ? heads * tokens * stride : 0;
  return cache + 3 * heads * tokens + tokens + heads + couplings + 16;
}
