import * as tf from "@tensorflow/tfjs";
import {
  annealedSoftSelection,
  type AttentionBlock,
  type BlockShape,
  FIXED_BIT_DENSITY,
  fixedSoftSelection,
  qamaV1Block,
  type QamaV1Options,
  type SoftSolver,
} from "../attention/mod.ts";
import { type Kernels, typescriptKernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, LAYER_OPTIONS } from "./_layer_options.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";
import type { LayerConfig } from "./tensorflow_types.ts";

/** A solver of soft weights by name: `annealedSoftSelection()` or `fixedSoftSelection()`. */
export type SoftSolverName = "annealedSoftSelection" | "fixed";

const SOLVERS: Readonly<Record<SoftSolverName, (fixed: { density: number; seed: number }) => SoftSolver>> = {
  annealedSoftSelection: () => annealedSoftSelection(),
  fixed: fixedSoftSelection,
};
const NUMBERS = ["q", "cQuadratic", "cLinear", "penalty", "longRange", "sweeps"] as const;

/** Options of {@link softSelectionAttention}; all of them are saved with a model. */
export interface SoftSelectionAttentionOptions extends AttentionLayerOptions, Omit<QamaV1Options, "solver"> {
  /** Who chooses the weights. @default {"annealedSoftSelection"} */
  readonly solver?: SoftSolverName;
  /** Share of the bits that solver "fixed", one random mask a head by the layer's seed, sets. @default {0.6} */
  readonly density?: number;
}

/**
 * Revision 1 of QAMA as a layer: soft weights of q bits, divergences for couplings, and three batch norms.
 *
 * Weights as in `qamaV1Block`; those of the kept averages come last and no optimizer trains them. Batch norms take the
 * statistics of eight samples at a time while training, whatever `memoryBytes`, and the kept averages else; see
 * {@link AttentionLayer}. `chosen` tells where the last soft weights are above one half.
 *
 * Cost O(N D^2 + N^2 D + sweeps N H q) a sample, forward; twice that backward; memory 24 H N^2 floats or more.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1. Differs in: statistics of eight samples, see `qamaV1Block`.
 *
 * @example Nine arrays are trained, six are kept averages
 * ```ts
 * import { SoftSelectionAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new SoftSelectionAttention({ heads: 2, seed: 1 });
 * layer.apply(tf.linspace(-1, 1, 12).reshape([1, 3, 4]));
 * assertEquals([layer.trainableWeights.length, layer.nonTrainableWeights.length], [9, 6]);
 * ```
 */
export class SoftSelectionAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "SoftSelectionAttention";
  readonly #operator: QamaV1Options;
  readonly #options: SoftSelectionAttentionOptions;

  /** Makes the layer; see {@link softSelectionAttention}. */
  constructor(options: SoftSelectionAttentionOptions) {
    const { className } = SoftSelectionAttention;
    checkGiven(className, options);
    const { solver = "annealedSoftSelection", density = FIXED_BIT_DENSITY } = options;
    if (!Object.hasOwn(SOLVERS, solver)) {
      const names = Object.keys(SOLVERS).join(", ");
      throw new TypeError(`Cannot make ${className}: there is no solver ${solver}; known are ${names}`);
    }
    const known = [...LAYER_OPTIONS, ...NUMBERS, "solver", ...solver === "fixed" ? ["density"] : []];
    checkOptionNames(`Cannot make ${className}`, options, known, ` with solver ${solver}`);
    super(options);
    const { q, cQuadratic, cLinear, penalty, longRange, sweeps } = options;
    const weights = { q, cQuadratic, cLinear, penalty, longRange, sweeps };
    this.#operator = { ...weights, solver: SOLVERS[solver]({ density, seed: this.seed }) };
    this.#options = options;
    // the number of tokens is not known yet, but wrong numbers are wrong for any
    this.openBlock(typescriptKernels(), { samples: 1, tokens: 1, heads: 1, width: 1 });
  }

  /** Opens revision 1; its solvers repeat by their seeds, so that nothing has to be replayed. */
  protected override openBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
    return qamaV1Block(kernels, shape, this.#operator);
  }

  /** Everything that makes the same layer again; the weights are not in it. */
  override getConfig(): LayerConfig {
    const config = super.getConfig();
    for (const key of [...NUMBERS, "solver", "density"] as const) {
      const value = this.#options[key];
      if (value !== undefined) config[key] = value;
    }
    return config;
  }
}

tf.serialization.registerClass(SoftSelectionAttention);

/**
 * Makes a layer of revision 1 of QAMA, `[B, N, D]` to `[B, N, D]`, without the residual.
 *
 * The solver chooses weights `w_i = sum_b 2^b x_ib / (2^q - 1)` of low energy; token i of a head gives `bnOut(-eps_i s_ia / h_i)`,
 * `eps_i = -cQuadratic w_i sum_j J_ij w_j - cLinear h_i w_i`.
 *
 * @param options.heads H; it divides D
 * @param options.q bits of a weight
 * @param options.solver the default is lowest seen by one short run, not ground
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option or a name is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(N D^2 + N^2 D + sweeps N H q) a sample, forward; twice that backward.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example The same seed gives the same answer
 * ```ts
 * import { softSelectionAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const x = tf.linspace(-1, 1, 24).reshape([2, 3, 4]);
 * const [a, b] = [1, 1].map((seed) => softSelectionAttention({ heads: 2, seed, q: 2 }).apply(x));
 * assertEquals(`${a}`, `${b}`);
 * ```
 */
export function softSelectionAttention(options: SoftSelectionAttentionOptions): SoftSelectionAttention {
  return new SoftSelectionAttention(options);
}
