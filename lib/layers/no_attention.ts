import * as tf from "@tensorflow/tfjs";
import type { AttentionBlock } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, LAYER_OPTIONS } from "./_layer_options.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";

/** Adds nothing, forward or backward. */
const NOTHING: AttentionBlock = {
  name: "none",
  parameters: [],
  chosen: null,
  bind() {},
  refresh() {},
  forward() {},
  backward() {},
  collect() {},
};

/**
 * No attention as a layer: zeros, so that of `x + attention(x)` the residual is left. The control without the operator.
 *
 * Cost O(N D) a sample.
 *
 * @example It has no weights
 * ```ts
 * import { NoAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new NoAttention({ heads: 2 });
 * layer.apply(tf.ones([1, 3, 4]));
 * assertEquals(layer.getWeights(), []);
 * ```
 */
export class NoAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "NoAttention";

  /** Makes the layer; see {@link noAttention}. */
  constructor(options: AttentionLayerOptions) {
    checkGiven(NoAttention.className, options);
    checkOptionNames(`Cannot make ${NoAttention.className}`, options, LAYER_OPTIONS);
    super(options);
  }

  /** Opens the block that does nothing. */
  protected override openBlock(): AttentionBlock {
    return NOTHING;
  }
}

tf.serialization.registerClass(NoAttention);

/**
 * Makes a layer that gives zeros, `[B, N, D]` to `[B, N, D]`, with zeros for the gradient of x.
 *
 * @param options.heads H; it divides D, as for every other attention
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(N D) a sample.
 *
 * @example Zeros of the shape of the input
 * ```ts
 * import { noAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * assertEquals(String(noAttention({ heads: 2 }).apply(tf.ones([1, 3, 4]))), String(tf.zeros([1, 3, 4])));
 * ```
 */
export function noAttention(options: AttentionLayerOptions): NoAttention {
  return new NoAttention(options);
}
