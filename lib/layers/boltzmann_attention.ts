import * as tf from "@tensorflow/tfjs";
import { type AttentionBlock, type BlockShape, boltzmannBlock, type BoltzmannOptions } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, LAYER_OPTIONS } from "./_layer_options.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";
import type { LayerConfig } from "./tensorflow_types.ts";

/** Options of {@link boltzmannAttention}. */
export interface BoltzmannAttentionOptions extends AttentionLayerOptions {
  /** Its settings. @default {those of boltzmannBlock} */
  readonly settings?: BoltzmannOptions;
}

/**
 * Boltzmann attention as a layer: which keys a query reads follows an Ising model with learned couplings.
 *
 * Weights as in `boltzmannBlock`; the settings are saved with a model.
 *
 * Cost that of `boltzmannBlock`.
 * Source: that of `boltzmannBlock`.
 *
 * @example The weights after the first call
 * ```ts
 * import { BoltzmannAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new BoltzmannAttention({ heads: 2, seed: 1, settings: { reach: 3 } });
 * layer.apply(tf.zeros([1, 3, 4]));
 * assertEquals(layer.getWeights().map(({ shape }) => shape), [[4], [4], [12, 4], [2, 3]]);
 * ```
 */
export class BoltzmannAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "BoltzmannAttention";
  readonly #settings: BoltzmannOptions;

  /** Makes the layer; see {@link boltzmannAttention}. */
  constructor(options: BoltzmannAttentionOptions) {
    const { className } = BoltzmannAttention;
    checkGiven(className, options);
    checkOptionNames(`Cannot make ${className}`, options, [...LAYER_OPTIONS, "settings"]);
    super(options);
    this.#settings = options.settings ?? {};
  }

  /** Opens the block. */
  protected override openBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
    return boltzmannBlock(kernels, shape, this.#settings);
  }

  /** Everything that makes the same layer again; the weights are not in it. */
  override getConfig(): LayerConfig {
    return { ...super.getConfig(), settings: { ...this.#settings } };
  }
}

tf.serialization.registerClass(BoltzmannAttention);

/**
 * Makes a layer of Boltzmann attention, `[B, N, D]` to `[B, N, D]`, without the residual.
 *
 * @param options.heads H; it divides D
 * @param options.settings what `boltzmannBlock` takes
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option is unknown; when it is built, if a setting is
 * @throws {RangeError} if an option is out of range; when it is built, if a setting is
 *
 * Cost that of `boltzmannBlock`.
 * Source: that of `boltzmannBlock`.
 *
 * @example Two heads with couplings of eight distances
 * ```ts
 * import { boltzmannAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const model = tf.sequential({ layers: [boltzmannAttention({ heads: 2, inputShape: [6, 4] })] });
 * assertEquals(model.countParams(), 4 + 4 + 3 * 4 * 4 + 2 * 8);
 * model.dispose();
 * ```
 */
export function boltzmannAttention(options: BoltzmannAttentionOptions): BoltzmannAttention {
  return new BoltzmannAttention(options);
}
