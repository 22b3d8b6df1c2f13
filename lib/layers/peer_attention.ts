import * as tf from "@tensorflow/tfjs";
import {
  type AttentionBlock,
  type BlockShape,
  type PeerAttentionName,
  peerBlocks,
  type PeerSettings,
} from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, LAYER_OPTIONS } from "./_layer_options.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";
import type { LayerConfig } from "./tensorflow_types.ts";

/** Options of {@link peerAttention}. */
export interface PeerAttentionOptions extends AttentionLayerOptions {
  /** Which attention. */
  readonly attention: PeerAttentionName;
  /** Its settings; the `seed` of what it draws once is one of them. @default {those of its block} */
  readonly settings?: PeerSettings;
}

/**
 * Longformer, BigBird, Linformer, Performer or Reformer attention as a layer.
 *
 * Weights as in the block of that name; the settings are saved with a model.
 *
 * Cost that of the block.
 * Source: that of the block.
 *
 * @example The weights of Reformer after the first call
 * ```ts
 * import { PeerAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new PeerAttention({ attention: "reformer", heads: 2, seed: 1 });
 * layer.apply(tf.zeros([1, 3, 4]));
 * assertEquals(layer.getWeights().map(({ shape }) => shape), [[4], [4], [8, 4]]);
 * ```
 */
export class PeerAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "PeerAttention";
  /** Which attention. */
  readonly attention: PeerAttentionName;
  readonly #settings: PeerSettings;

  /** Makes the layer; see {@link peerAttention}. */
  constructor(options: PeerAttentionOptions) {
    const { className } = PeerAttention;
    checkGiven(className, options);
    checkOptionNames(`Cannot make ${className}`, options, [...LAYER_OPTIONS, "attention", "settings"]);
    if (!Object.hasOwn(peerBlocks, options.attention)) {
      const names = Object.keys(peerBlocks).join(", ");
      throw new TypeError(`Cannot make ${className}: there is no attention ${options.attention}; known are ${names}`);
    }
    super(options);
    this.attention = options.attention;
    this.#settings = options.settings ?? {};
  }

  /** Opens the block of that name. */
  protected override openBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
    return peerBlocks[this.attention](kernels, shape, this.#settings);
  }

  /** Everything that makes the same layer again; the weights are not in it. */
  override getConfig(): LayerConfig {
    return { ...super.getConfig(), attention: this.attention, settings: { ...this.#settings } };
  }
}

tf.serialization.registerClass(PeerAttention);

/**
 * Makes a layer of a classical attention by name, `[B, N, D]` to `[B, N, D]`, without the residual.
 *
 * @param options.attention which
 * @param options.heads H; it divides D
 * @param options.settings what the block of that name takes
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option or the name is unknown; when it is built, if a setting is
 * @throws {RangeError} if an option is out of range; when it is built, if a setting is
 *
 * Cost that of the block.
 * Source: that of the block.
 *
 * @example A window of two of six tokens
 * ```ts
 * import { peerAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = peerAttention({ attention: "longformer", heads: 2, settings: { window: 2 }, inputShape: [6, 4] });
 * const model = tf.sequential({ layers: [layer] });
 * assertEquals(model.countParams(), 4 + 4 + 3 * 4 * 4);
 * model.dispose();
 * ```
 */
export function peerAttention(options: PeerAttentionOptions): PeerAttention {
  return new PeerAttention(options);
}
