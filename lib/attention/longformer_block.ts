import { type Kernels, roundUp4 } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { ListedBlock } from "./_listed_block.ts";
import type { AttentionBlock, BlockShape } from "./block.ts";

/** Options of {@link longformerBlock}. */
export interface LongformerOptions {
  /** w, an even number: a token reads itself and w / 2 tokens on either side. @default {16} */
  readonly window?: number;
  /** The first so many tokens read every token and are read by every token. @default {0} */
  readonly globalTokens?: number;
}

/**
 * Opens Longformer's attention as a fused block: every token reads a sliding window around it, and global tokens all.
 *
 * `y_i += sum_j softmax_j(q_i . k_j / sqrt d) v_j` over the j with `|i - j| <= w / 2`, or i or j global; the layer norm and
 * the projection are those of `softmaxBlock`, so that only the attention differs. The window is the 16 that QAMA's paper
 * compares with, on 64 tokens; Longformer itself takes 512 of 4,096, half as large a part. No token is global by default,
 * since pictures have none of a role of its own. A window of `2 (N - 1)` or more is softmax attention.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options window and global tokens, see {@link LongformerOptions}
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]` (all of q, then k, then v)
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if a size or an option is out of range
 *
 * Cost O(N w D + N D^2) a sample, forward; two to three times that backward; memory `H N (w + 4)` floats a sample.
 * Source: Beltagy, Peters and Cohan, Longformer: the long-document transformer (2020), section 3.1, arXiv 2004.05150. Differs
 * in: global tokens share the projections of the others; no dilation.
 *
 * @example With a window of two, the first token does not see the third
 * ```ts
 * import { longformerKeys } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(longformerKeys(4, { window: 2 }), [[0, 1], [0, 1, 2], [1, 2, 3], [2, 3]]);
 * ```
 */
export function longformerBlock(kernels: Kernels, shape: BlockShape, options: LongformerOptions = {}): AttentionBlock {
  const { window = 16, globalTokens = 0 } = options;
  longformerKeys(0, options);
  return new ListedBlock("longformer", kernels, shape, {
    perHead: false,
    keys: (tokens) => longformerKeys(tokens, options),
    places: (N) => {
      const global = Math.min(globalTokens, N);
      return (N - global) * roundUp4(Math.min(N, window + 1 + global)) + global * roundUp4(N);
    },
  });
}

/**
 * Lists the keys that each query of {@link longformerBlock} reads.
 *
 * @param tokens N
 * @param options window and global tokens
 * @returns `[N]` lists of tokens, ascending, fresh
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if the window is not an even integer of 2 or more, or globalTokens not an integer of 0 or more
 *
 * Cost O(keys).
 * Source: Beltagy, Peters and Cohan, Longformer: the long-document transformer (2020), section 3.1, arXiv 2004.05150.
 *
 * @example A global token reads all and is read by all
 * ```ts
 * import { longformerKeys } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(longformerKeys(4, { window: 2, globalTokens: 1 })[3], [0, 2, 3]);
 * ```
 */
export function longformerKeys(tokens: number, options: LongformerOptions = {}): number[][] {
  checkOptionNames("Cannot open the Longformer block", options, ["window", "globalTokens"]);
  const { window = 16, globalTokens = 0 } = options;
  if (!Number.isSafeInteger(window) || window < 2 || window % 2 !== 0) {
    throw new RangeError(
      `Cannot open the Longformer block: window must be an even integer of 2 or more, got ${window}`,
    );
  }
  if (!Number.isSafeInteger(globalTokens) || globalTokens < 0) {
    throw new RangeError(
      `Cannot open the Longformer block: globalTokens must be an integer of 0 or more, got ${globalTokens}`,
    );
  }
  return Array.from({ length: tokens }, (_, i) => {
    const list: number[] = [];
    const [from, to] = i < globalTokens ? [0, tokens - 1] : [i - window / 2, i + window / 2];
    for (let j = 0; j < Math.min(globalTokens, from); j++) list.push(j);
    for (let j = Math.max(0, from); j <= Math.min(tokens - 1, to); j++) list.push(j);
    return list;
  });
}
