import * as tf from "@tensorflow/tfjs";
import { type AttentionBlock, type BlockShape, softmaxBlock } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, LAYER_OPTIONS } from "./_layer_options.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";

/**
 * Softmax multi-head attention as a layer: the classical attention that QAMA is compared with.
 *
 * `softmax(q k^T / sqrt d) v`, heads side by side, with `[q | k | v] = LN(x) Wqkv^T`; one layer norm, no bias, no output
 * projection, no dropout, no mask, no residual. Weights `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]`.
 *
 * Cost O(N^2 D + N D^2) a sample, forward; two to three times that backward.
 * Source: Vaswani et al., Attention is all you need (2017), equation 1, arXiv 1706.03762.
 *
 * @example Its weights after the first call
 * ```ts
 * import { SoftmaxAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new SoftmaxAttention({ heads: 2, seed: 1 });
 * layer.apply(tf.zeros([1, 3, 4]));
 * assertEquals(layer.getWeights().map(({ shape }) => shape), [[4], [4], [12, 4]]);
 * ```
 */
export class SoftmaxAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "SoftmaxAttention";

  /** Makes the layer; see {@link softmaxAttention}. */
  constructor(options: AttentionLayerOptions) {
    checkGiven(SoftmaxAttention.className, options);
    checkOptionNames(`Cannot make ${SoftmaxAttention.className}`, options, LAYER_OPTIONS);
    super(options);
  }

  /** Opens softmax attention. */
  protected override openBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
    return softmaxBlock(kernels, shape);
  }
}

tf.serialization.registerClass(SoftmaxAttention);

/**
 * Makes a softmax attention layer, `[B, N, D]` to `[B, N, D]`: `y = softmax(q k^T / sqrt d) v`, without the residual.
 *
 * @param options.heads H; it divides D
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(N^2 D + N D^2) a sample, forward; two to three times that backward.
 * Source: Vaswani et al., Attention is all you need (2017), equation 1, arXiv 1706.03762.
 *
 * @example As many weights as gain, shift and three projections
 * ```ts
 * import { softmaxAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const model = tf.sequential({ layers: [softmaxAttention({ heads: 2, inputShape: [3, 4] })] });
 * assertEquals(model.countParams(), 4 + 4 + 3 * 4 * 4);
 * model.dispose();
 * ```
 */
export function softmaxAttention(options: AttentionLayerOptions): SoftmaxAttention {
  return new SoftmaxAttention(options);
}
