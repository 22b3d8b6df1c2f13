import * as tf from "@tensorflow/tfjs";
import { type AttentionBlock, type BlockShape, type ParameterSpec, sizeOf } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { attend } from "./_attend.ts";
import { FusedRuns } from "./_fused_runs.ts";
import { checkInteger, inputSizes, layerArgs } from "./_layer_options.ts";
import { BaseLayer, type LayerConfig, type Tensor, type TensorShape } from "./tensorflow_types.ts";

/** Solver seeds are drawn from streams above those of the weights. */
const CALL_STREAM = 2 ** 32;
/** What a kept average keeps of itself in a training call. */
const KEPT = 0.9;

/** Options of every {@link AttentionLayer}. */
export interface AttentionLayerOptions {
  /** H, heads; the width D of the input is a multiple of it. */
  readonly heads: number;
  /** Seed of the starting weights and of the solver. @default {drawn, and reported by `seed` and `getConfig()`} */
  readonly seed?: number;
  /** Training calls made before: where a saved layer goes on. @default {0} */
  readonly trainingCalls?: number;
  /** Bytes for what a forward pass keeps; a batch that needs more is done again on the way back. @default {134217728} */
  readonly memoryBytes?: number;
  /** Name of the layer. @default {made from the class name} */
  readonly name?: string;
  /** False: no optimizer changes the weights. @default {true} */
  readonly trainable?: boolean;
  /** `[N, D]`, for the first layer of a model. */
  readonly inputShape?: TensorShape;
  /** `[B, N, D]`, likewise. */
  readonly batchInputShape?: TensorShape;
  /** B, where `inputShape` is given. */
  readonly batchSize?: number;
  /** Type of the input, always float32. */
  readonly dtype?: "float32";
  /** Starting weights, instead of drawn ones, in the order of `getWeights()`. */
  readonly weights?: Tensor[];
}

/**
 * A layer around a fused attention block: `[B, N, D]` in, attention(x) `[B, N, D]` out, without the residual.
 *
 * One operation on the tape, whatever the backend: the block runs in WebAssembly memory of its own, forward and backward;
 * x and all weights get gradients in closed form, first derivatives only. Weights are variables like those of any layer,
 * parameter i drawn from stream i of the seed.
 *
 * Solvers draw numbers too. Training call c of a layer (`training: true`, as `model.fit` says; c from 1) solves with the seed
 * `new Rng(seed, 2^32 + c).uint32()`, sample s with stream s of that; every other call has c = 0. So a run repeats, and
 * inference gives the same answer whenever it is asked.
 *
 * A forward pass is kept until another needs its place. If two passes come before a backward pass, the older one is done
 * again, with the selection it had: the gradients are the same.
 *
 * Kept averages, such as those of batch norms, are weights that no optimizer trains. A training call takes the statistics of
 * eight samples at a time ("ghost batch norm", Hoffer, Hubara and Soudry 2017, arXiv 1705.08741); when gradients have gone
 * back through it, the layer keeps `0.9 w + 0.1 m`, m the mean of those statistics over the samples. Inference takes the kept
 * averages, and so does a layer whose `trainable` is false, which then leaves them as they are.
 *
 * `optimizer.minimize()` looks for variables before it runs the loss: apply a layer once, outside a model, before the first.
 *
 * Extend it with an `openBlock` of your own to make a layer of another block.
 *
 * Cost that of the block, and a copy of x and of every weight into its memory each way.
 *
 * @example A layer of a block
 * ```ts
 * import { AttentionLayer } from "qama/layers";
 * import { type AttentionBlock, type BlockShape, softmaxBlock } from "qama/attention";
 * import type { Kernels } from "qama/kernels";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * class Mine extends AttentionLayer {
 *   static readonly className = "Mine";
 *   protected override openBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
 *     return softmaxBlock(kernels, shape);
 *   }
 * }
 * assertEquals(String(new Mine({ heads: 1 }).apply(tf.zeros([1, 2, 4]))), String(tf.zeros([1, 2, 4])));
 * ```
 */
export abstract class AttentionLayer extends BaseLayer {
  /** H, heads. */
  readonly heads: number;
  /** Seed of the starting weights and of the solver. */
  readonly seed: number;
  /** Bytes for what a forward pass keeps. */
  readonly memoryBytes: number;
  /** Training calls so far. */
  trainingCalls: number;
  #runs: FusedRuns | undefined;
  #sizes: { readonly tokens: number; readonly width: number } = { tokens: 0, width: 0 };
  #variables: tf.LayerVariable[] = [];
  #chosen: Uint8Array | null = null;

  /** Checks the options that all attention layers have; names are checked by the layer itself. */
  constructor(options: AttentionLayerOptions) {
    super(layerArgs(options));
    const { heads, trainingCalls = 0, memoryBytes = 2 ** 27, dtype = "float32" } = options;
    const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
    const name = this.getClassName();
    checkInteger(name, "heads", heads, 1);
    checkInteger(name, "seed", seed, 0);
    checkInteger(name, "trainingCalls", trainingCalls, 0);
    checkInteger(name, "memoryBytes", memoryBytes, 1);
    if (dtype !== "float32") throw new TypeError(`Cannot make ${name}: dtype must be float32, got ${dtype}`);
    [this.heads, this.seed, this.trainingCalls, this.memoryBytes] = [heads, seed, trainingCalls, memoryBytes];
  }

  /**
   * Opens the block of this layer.
   *
   * @param kernels the loops and the arena
   * @param shape sizes; `samples` is what memory allows
   * @param replay where a solver looks first: a selection to take instead of solving, null to solve
   */
  protected abstract openBlock(
    kernels: Kernels,
    shape: BlockShape,
    replay: { readonly chosen: Uint8Array | null },
  ): AttentionBlock;

  /**
   * x of the last forward pass, `[B, H, N]`, or `[B, H, G, N]` where G blocks of queries have selections of their own, as in
   * `qamaNear`; null where nothing is selected, or nothing ran yet.
   */
  get chosen(): Uint8Array | null {
    return this.#chosen;
  }

  /**
   * Makes the weights.
   *
   * @throws {TypeError} if the input is not `[B, N, D]` with fixed N and D
   * @throws {RangeError} if the heads do not divide D
   */
  override build(inputShape: TensorShape | TensorShape[]): void {
    this.#sizes = inputSizes(this.name, inputShape, this.heads);
    const { tokens, width } = this.#sizes;
    const shape = { tokens, heads: this.heads, width: width / this.heads };
    this.#runs = new FusedRuns(this.openBlock.bind(this), shape, this.memoryBytes);
    this.#variables = this.#runs.parameters.map((parameter, i) => this.#addParameter(parameter, i));
    this.built = true;
  }

  #addParameter(parameter: ParameterSpec, stream: number): tf.LayerVariable {
    const shape = [...parameter.shape];
    const variable = this.addWeight(
      parameter.name,
      shape,
      "float32",
      tf.initializers.zeros(),
      undefined,
      !parameter.running,
    );
    const start = tf.tensor(startingValues(parameter, new Rng(this.seed, stream)), shape);
    variable.write(start);
    start.dispose();
    return variable;
  }

  /**
   * Runs the attention.
   *
   * @param inputs x, `[B, N, D]`, float32; N and D are those that the layer was built for
   * @param kwargs `training: true` draws new numbers for the solver, and lets kept averages move
   * @throws {TypeError} if there is not one float32 tensor of that shape
   * @throws {RangeError} if a number of the input or of a weight is not finite
   */
  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const runs = this.#runs;
      if (runs === undefined) {
        throw new TypeError(`Cannot run ${this.name}: it is not built; use apply() instead of call()`);
      }
      const x = this.#checkInput(inputs);
      const weights = this.#variables.map((variable) => variable.read());
      const call = kwargs.training === true ? ++this.trainingCalls : 0;
      const seed = new Rng(this.seed, CALL_STREAM + call).uint32();
      return attend(this.name, runs, x, weights, { seed, training: call > 0 && this.trainable }, {
        onChosen: (chosen) => this.#chosen = chosen,
        onSeen: (i, mean) => this.#keep(this.#variables[i], mean),
      });
    });
  }

  /** `w = 0.9 w + 0.1 mean` of a kept average. */
  #keep(variable: tf.LayerVariable, mean: Float32Array): void {
    const before = variable.read();
    const kept = before.dataSync<"float32">().map((w, i) => KEPT * w + (1 - KEPT) * mean[i]);
    const after = tf.tensor(kept, before.shape);
    variable.write(after);
    after.dispose();
  }

  #checkInput(inputs: Tensor | Tensor[]): Tensor {
    const [x, ...more] = Array.isArray(inputs) ? inputs : [inputs];
    if (more.length > 0) throw new TypeError(`Cannot run ${this.name}: it takes one input, got ${1 + more.length}`);
    const { tokens, width } = this.#sizes;
    if (x.rank !== 3 || x.shape[1] !== tokens || x.shape[2] !== width) {
      throw new TypeError(
        `Cannot run ${this.name}: it was built for [any, ${tokens}, ${width}], got an input of [${x.shape.join(", ")}]`,
      );
    }
    if (x.dtype !== "float32") {
      throw new TypeError(`Cannot run ${this.name}: expected a float32 input, got ${x.dtype}; cast it with toFloat()`);
    }
    return x;
  }

  /**
   * The shape of the output, that of the input.
   *
   * @throws {TypeError} if the input is not `[B, N, D]` with fixed N and D
   * @throws {RangeError} if the heads do not divide D
   */
  override computeOutputShape(inputShape: TensorShape | TensorShape[]): TensorShape {
    const { tokens, width } = inputSizes(this.name, inputShape, this.heads);
    const [batch] = inputShape.flat();
    return [batch, tokens, width];
  }

  /** Everything that makes the same layer again; the weights are not in it. */
  override getConfig(): LayerConfig {
    const { heads, seed, trainingCalls, memoryBytes } = this;
    return { ...super.getConfig(), heads, seed, trainingCalls, memoryBytes };
  }

  /** Makes a layer from what `getConfig()` gave, as loading a model does. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: LayerConfig,
  ): T {
    // loading a model adds this key to every layer's own
    const { customObjects: _, ...own } = config;
    return new cls(own);
  }

  /** Frees the weights and the memory of the block, once every model that holds the layer has been disposed of. */
  override dispose(): { refCountAfterDispose: number; numDisposedVariables: number } {
    const result = super.dispose();
    if (result.refCountAfterDispose === 0) this.#runs = undefined;
    return result;
  }
}

function startingValues({ shape, initial }: ParameterSpec, rng: Rng): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, () => {
    if ("constant" in initial) return initial.constant;
    return "uniform" in initial ? initial.uniform * (2 * rng.uniform() - 1) : initial.normal * rng.normal();
  });
}
