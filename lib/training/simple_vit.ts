import { type AttentionBlock, type ParameterSpec, Projection } from "../attention/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import { patchPositions, writePatches } from "./patches.ts";
import {
  attentionParameters,
  drawWeights,
  linearParameters,
  type NamedArrays,
  normParameters,
  openArrays,
  segmentOf,
  Trunk,
  trunkParameters,
} from "./_trunk.ts";

/** Sizes of a {@link SimpleVit}. */
export interface SimpleVitShape {
  /** Picture height in pixels, a multiple of `patch`. */
  readonly rows: number;
  /** Picture width in pixels, a multiple of `patch`. */
  readonly columns: number;
  /** Values a pixel. */
  readonly channels: number;
  /** Number of classes. */
  readonly classes: number;
  /** Edge of a patch in pixels. @default {4} */
  readonly patch?: number;
  /** D, width of the residual stream, a multiple of 4 and of `heads`. @default {64} */
  readonly width?: number;
  /** H. @default {8} */
  readonly heads?: number;
  /** Width of the hidden layer of the MLP. @default {64} */
  readonly mlp?: number;
}

/** A shape with every default filled in, and the token count. */
export type ResolvedVitShape = Required<SimpleVitShape> & { readonly tokens: number };

/**
 * Fills in the defaults and checks that patches tile the picture and heads divide the width.
 *
 * `tokens = (rows / patch) (columns / patch)`.
 *
 * @param shape sizes
 * @returns all sizes
 * @throws {RangeError} if a size is not a positive integer, or one does not divide the other
 *
 * Cost O(1).
 *
 * @example 28 x 28 pixels are 49 tokens
 * ```ts
 * import { resolveVitShape } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(resolveVitShape({ rows: 28, columns: 28, channels: 1, classes: 10 }).tokens, 49);
 * ```
 */
export function resolveVitShape(shape: SimpleVitShape): ResolvedVitShape {
  const full = { patch: 4, width: 64, heads: 8, mlp: 64, ...shape };
  for (const [name, value] of Object.entries(full)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot build the model: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  const { rows, columns, patch, width, heads, mlp } = full;
  if (rows % patch || columns % patch) {
    throw new RangeError(`Cannot build the model: patches of ${patch} do not tile ${rows} x ${columns} pixels`);
  }
  if (width % heads) throw new RangeError(`Cannot build the model: ${heads} heads do not divide the width ${width}`);
  if (width % 4 || mlp % 4) {
    throw new RangeError(`Cannot build the model: width and mlp must be multiples of 4, got ${width} and ${mlp}`);
  }
  return { ...full, tokens: (rows / patch) * (columns / patch) };
}

/** Opens the block in the attention slot, for at most `samples` pictures at a time; null removes it. */
export type OpenBlock = (
  kernels: Kernels,
  shape: { samples: number; tokens: number; heads: number; width: number },
) => AttentionBlock | null;

/**
 * A vision transformer of depth one, of fused blocks, on an arena of its own.
 *
 * Patches `(pixel / 255 - 0.5) / 0.5`; layer norm, linear, layer norm, plus 2-D sine-cosine positions; `x += attention(x)`;
 * `x += W2 gelu(W1 LN(x))`; layer norm, mean over tokens, linear. Forward and backward run over at most `samples` pictures
 * at a time, so that all activations stay in the processor's cache; gradients add up over calls.
 *
 * Cost per picture of 49 tokens and width 64 about 2.8 million operations forward without attention, twice that backward.
 * Source: Beyer, Zhai and Kolesnikov, Better plain ViT baselines for ImageNet-1k (2022), arXiv 2205.01580.
 *
 * @example A model without attention gives one logit a class
 * ```ts
 * import { SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const shape = { rows: 8, columns: 8, channels: 1, classes: 3 };
 * const model = new SimpleVit(wasmKernels(), shape, () => null, 1);
 * model.initialise(1);
 * assertEquals(model.forward(new Uint8Array(64), 1, 1, 0).length, 3);
 * ```
 */
export class SimpleVit {
  /** All sizes. */
  readonly shape: ResolvedVitShape;
  /** The block in the attention slot, or null. */
  readonly attention: AttentionBlock | null;
  /** Every trainable array, in the order of `weights`. */
  readonly parameters: readonly ParameterSpec[];
  /** All weights, one after the other. */
  readonly weights: Floats;
  /** The gradient of all weights. */
  readonly gradients: Floats;
  readonly #kernels: Kernels;
  readonly #samples: number;
  readonly #embed: Projection;
  readonly #trunk: Trunk;
  readonly #arrays: NamedArrays;
  readonly #patches: Floats;
  readonly #normal: Floats;
  readonly #rstd: Floats;
  readonly #offset: Floats;
  readonly #positions: Float32Array;

  /** Opens the model on `kernels` for at most `samples` pictures a call. */
  constructor(kernels: Kernels, shape: SimpleVitShape, openBlock: OpenBlock, samples = 8) {
    const full = resolveVitShape(shape);
    const { tokens, heads, width: D, mlp, patch, channels, classes } = full;
    const inputs = patch * patch * channels;
    const rows = samples * tokens;
    this.shape = full;
    this.#kernels = kernels;
    this.#samples = samples;
    const trunk = { samples, tokens, heads, width: D / heads, mlp, classes };
    this.attention = openBlock(kernels, { samples, tokens, heads, width: D / heads });
    this.#arrays = openArrays(kernels, [
      ...normParameters("patchNorm", inputs),
      ...linearParameters("embed", D, inputs),
      ...normParameters("embedNorm", D),
      ...trunkParameters(trunk),
      ...attentionParameters(this.attention),
    ]);
    ({ parameters: this.parameters, weights: this.weights, gradients: this.gradients } = this.#arrays);
    this.#embed = new Projection(kernels, rows, inputs, D);
    this.#embed.bind([segmentOf(this.#arrays, "patchNorm", "embed", D)]);
    this.#trunk = new Trunk(kernels, trunk, this.attention, this.#arrays);
    this.#patches = kernels.float32(rows * inputs);
    this.#normal = kernels.float32(rows * D);
    this.#rstd = kernels.float32(rows);
    this.#offset = kernels.float32(tokens * D);
    this.#positions = patchPositions(full.rows / patch, full.columns / patch, D);
  }

  /** Draws starting weights: parameter i from stream i of `seed`. */
  initialise(seed: number): void {
    drawWeights(this.#arrays, seed);
    this.refresh();
  }

  /** Takes up changed weights and clears the gradients. */
  refresh(): void {
    const { tokens, width: D } = this.shape;
    this.gradients.fill(0);
    this.#embed.refresh();
    this.#trunk.refresh();
    const shift = this.#arrays.w["embedNorm/shift"], offset = this.#offset;
    for (let i = 0; i < tokens * D; i++) offset[i] = shift[i % D] + this.#positions[i];
  }

  /**
   * Runs pictures forward; `logits` `[count, classes]` of the returned view hold until the next call.
   *
   * @param images bytes of at least `count` pictures
   * @param count pictures, at most the `samples` the model was opened for
   * @param seed seed of the solver; picture s uses stream `firstStream + s`
   */
  forward(images: Uint8Array, count: number, seed: number, firstStream: number): Floats {
    const { tokens, width: D } = this.shape;
    const rows = count * tokens, k = this.#kernels, { x } = this.#trunk;
    if (count > this.#samples) {
      throw new RangeError(`Cannot run the model: opened for ${this.#samples} pictures a call, got ${count}`);
    }
    writePatches(images, count, this.shape, this.#patches);
    this.#embed.forward(rows, this.#patches, x);
    k.layerNorm(rows, D, x, 1e-5, this.#normal, this.#rstd);
    k.scaleRows(rows, D, this.#normal, this.#arrays.w["embedNorm/gain"], this.#offset, tokens, x);
    this.#trunk.forward(count, seed, firstStream);
    return this.#trunk.logits;
  }

  /** Loss, hits and gradients of the last forward pass; the mean over `batch` pictures is what is differentiated. */
  backward(count: number, labels: Bytes, batch: number, totals: Doubles): void {
    const { tokens, width: D } = this.shape;
    const rows = count * tokens, k = this.#kernels, { w, g } = this.#arrays, { dx } = this.#trunk;
    this.#trunk.crossEntropy(count, labels, 1 / batch, totals);
    this.#trunk.backward(count);
    const gain = w["embedNorm/gain"];
    k.scaleRowsBackward(rows, D, this.#normal, gain, dx, g["embedNorm/gain"], g["embedNorm/shift"], dx);
    k.layerNormBackward(rows, D, dx, this.#normal, this.#rstd, dx);
    this.#embed.backward(rows, dx, null);
  }

  /** Only loss and hits of the last forward pass. */
  score(count: number, labels: Bytes, totals: Doubles): void {
    this.#trunk.crossEntropy(count, labels, 1, totals);
  }

  /** Completes `gradients` after the last `backward` of a batch. */
  collect(): void {
    this.#embed.collect();
    this.#trunk.collect();
  }
}
