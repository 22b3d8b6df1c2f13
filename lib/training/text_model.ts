import type { AttentionBlock, ParameterSpec } from "../attention/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import type { OpenBlock } from "./simple_vit.ts";
import {
  attentionParameters,
  drawWeights,
  linearParameters,
  type NamedArrays,
  openArrays,
  Trunk,
  trunkParameters,
} from "./_trunk.ts";
import { patchPositions } from "./patches.ts";
import { WORD_SCALE } from "./_word_vectors.ts";

/** What a text model does with its logits: cross-entropy, or the published program's softmax before it. */
export type TextHead = "logits" | "doubleSoftmax";

/** Sizes of a {@link TextModel}. */
export interface TextModelShape {
  /** The most tokens a text has. */
  readonly tokens: number;
  /** Number of classes. */
  readonly classes: number;
  /** Number of words, each with a trained vector; or `features`, the width of frozen vectors that take their place. */
  readonly inputs: { readonly vocabulary: number } | { readonly features: number };
  /** D, width of the residual stream, a multiple of 4 and of `heads`. @default {64} */
  readonly width?: number;
  /** H. @default {1} */
  readonly heads?: number;
  /** Width of the hidden layer of the MLP. @default {64} */
  readonly mlp?: number;
  /** Loss. @default {"logits"} */
  readonly head?: TextHead;
}

/**
 * Fills in the defaults and checks the sizes.
 *
 * @param shape sizes
 * @returns all sizes
 * @throws {RangeError} if a size is not a positive integer, one does not divide the other, or the head is unknown
 *
 * Cost O(1).
 *
 * @example One head of width 64
 * ```ts
 * import { resolveTextShape } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(resolveTextShape({ tokens: 512, classes: 2, inputs: { vocabulary: 9 } }).heads, 1);
 * ```
 */
export function resolveTextShape(shape: TextModelShape): Required<TextModelShape> {
  const full = { width: 64, heads: 1, mlp: 64, head: "logits" as const, ...shape };
  const { inputs, head, ...sizes } = full;
  for (const [name, value] of Object.entries({ ...sizes, ...inputs })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot build the model: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  const { width, heads, mlp } = sizes;
  if (width % heads) throw new RangeError(`Cannot build the model: ${heads} heads do not divide the width ${width}`);
  if (width % 4 || mlp % 4) {
    throw new RangeError(`Cannot build the model: width and mlp must be multiples of 4, got ${width} and ${mlp}`);
  }
  if (head !== "logits" && head !== "doubleSoftmax") {
    throw new RangeError(`Cannot build the model: head must be logits or doubleSoftmax, got ${head}`);
  }
  return full;
}

/**
 * A text transformer of depth one, of fused blocks, on an arena of its own.
 *
 * Word vectors plus sine-cosine positions, or frozen features through one linear layer; `x += attention(x)`;
 * `x += W2 gelu(W1 LN(x))`; layer norm, mean over the text's own tokens, linear. Texts of one call follow one another without
 * padding, so that no pad can be coupled, chosen or averaged. Word vectors belong to the caller, who may share them between
 * threads: `forward` reads those of its words, `backward` leaves their gradients in `dx`, a row a token.
 *
 * With the head `doubleSoftmax` the loss is `-ln softmax(softmax(z))_label`, as the published program has it: it can fall no
 * lower than `ln(1 + (C - 1) / e)` for C classes, 0.313 for two, and its gradients are small.
 *
 * Cost a token, forward: 12 D^2 operations beside the attention's; about twice that backward.
 * Source: the text experiments of QAMA, arXiv 2504.11083. Differs in: word vectors where no transformer's features are given.
 *
 * @example Two texts of one and of two tokens
 * ```ts
 * import { TextModel } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const model = new TextModel(wasmKernels(), { tokens: 2, classes: 3, inputs: { vocabulary: 5 } }, () => null, 2);
 * model.initialise(1);
 * const words = { tokens: Int32Array.of(4, 0, 4), table: new Float32Array(5 * 64) };
 * assertEquals(model.forward(words, Int32Array.of(1, 2), 2, 1, 0).length, 2 * 3);
 * ```
 */
export class TextModel {
  /** All sizes. */
  readonly shape: Required<TextModelShape>;
  /** The block in the attention slot, or null. */
  readonly attention: AttentionBlock | null;
  /** Every trainable array but the word vectors, in the order of `weights`. */
  readonly parameters: readonly ParameterSpec[];
  /** All weights but the word vectors, one after the other. */
  readonly weights: Floats;
  /** The gradient of `weights`. */
  readonly gradients: Floats;
  /** Frozen features of the tokens of a call, `[rows, features]`: to be filled before `forward`; empty with word vectors. */
  readonly features: Floats;
  readonly #kernels: Kernels;
  readonly #samples: number;
  readonly #trunk: Trunk;
  readonly #arrays: NamedArrays;
  readonly #positions: Float32Array;
  readonly #probabilities: Floats;
  #rows = 0;

  /** Opens the model on `kernels` for at most `samples` texts a call. */
  constructor(kernels: Kernels, shape: TextModelShape, openBlock: OpenBlock, samples = 4) {
    const full = resolveTextShape(shape);
    const { tokens, heads, width: D, mlp, classes, inputs } = full;
    const sizes = { samples, tokens, heads, width: D / heads };
    this.shape = full;
    this.#kernels = kernels;
    this.#samples = samples;
    this.attention = openBlock(kernels, sizes);
    const trunk = { ...sizes, mlp, classes };
    const width = "features" in inputs ? inputs.features : 0;
    this.#arrays = openArrays(kernels, [
      ...width > 0 ? linearParameters("embed", D, width) : [],
      ...trunkParameters(trunk),
      ...attentionParameters(this.attention),
    ]);
    ({ parameters: this.parameters, weights: this.weights, gradients: this.gradients } = this.#arrays);
    this.#trunk = new Trunk(kernels, trunk, this.attention, this.#arrays);
    this.features = kernels.float32(samples * tokens * width);
    this.#positions = patchPositions(1, tokens, D).map((value) => WORD_SCALE * value);
    this.#probabilities = kernels.float32(samples * 4 * Math.ceil(classes / 4));
  }

  /** Draws starting weights: parameter i from stream i of `seed`. */
  initialise(seed: number): void {
    drawWeights(this.#arrays, seed);
    this.refresh();
  }

  /** Takes up changed weights and clears the gradients. */
  refresh(): void {
    this.gradients.fill(0);
    this.#trunk.refresh();
  }

  /** The gradient of every token's word vector after `backward`, `[rows, D]`, in the order of the call. */
  get dx(): Floats {
    return this.#trunk.dx.subarray(0, this.#rows * this.shape.width);
  }

  /**
   * Runs texts forward; `logits` `[count, classes]` of the returned view hold until the next call.
   *
   * @param words token numbers of the texts, one after the other, and the word vectors `[vocabulary, D]`; null: the texts are
   *   in `features`
   * @param lengths tokens of each text
   * @param count texts, at most the `samples` the model was opened for
   * @param seed seed of the solver; text s uses stream `firstStream + s`
   */
  forward(
    words: { readonly tokens: Int32Array; readonly table: Float32Array } | null,
    lengths: Int32Array,
    count: number,
    seed: number,
    firstStream: number,
  ): Floats {
    const { width: D, tokens: N } = this.shape;
    if (count > this.#samples) {
      throw new RangeError(`Cannot run the model: opened for ${this.#samples} texts a call, got ${count}`);
    }
    let rows = 0;
    for (let s = 0; s < count; s++) {
      if (!(lengths[s] >= 1 && lengths[s] <= N)) {
        throw new RangeError(`Cannot run the model: text ${s} must have 1 to ${N} tokens, got ${lengths[s]}`);
      }
      rows += lengths[s];
    }
    this.#rows = rows;
    if (words) this.#lookUp(words.tokens, words.table, lengths, count);
    else this.#embed(rows, D);
    this.#trunk.forward(count, seed, firstStream, lengths);
    return this.#trunk.logits;
  }

  #lookUp(tokens: Int32Array, table: Float32Array, lengths: Int32Array, count: number): void {
    const { x } = this.#trunk, D = this.shape.width, positions = this.#positions;
    for (let s = 0, row = 0; s < count; s++) {
      for (let i = 0; i < lengths[s]; i++, row++) {
        const from = tokens[row] * D;
        for (let a = 0; a < D; a++) x[row * D + a] = table[from + a] + positions[i * D + a];
      }
    }
  }

  #embed(rows: number, D: number): void {
    const F = this.#featureWidth, { w } = this.#arrays;
    this.#kernels.matmul(rows, D, F, this.features, F, 1, w["embed/W"], 1, F, this.#trunk.x, D, false, w["embed/b"]);
  }

  get #featureWidth(): number {
    const { inputs } = this.shape;
    return "features" in inputs ? inputs.features : 0;
  }

  /** Loss, hits and gradients of the last forward pass; the mean over `batch` texts is what is differentiated. */
  backward(count: number, labels: Bytes, batch: number, totals: Doubles): void {
    const { width: D } = this.shape, F = this.#featureWidth, rows = this.#rows;
    this.#loss(count, labels, 1 / batch, totals);
    this.#trunk.backward(count);
    if (F === 0) return;
    const { g } = this.#arrays, { dx } = this.#trunk, k = this.#kernels;
    k.columnSums(rows, D, dx, g["embed/b"]);
    k.matmul(D, F, rows, dx, 1, D, this.features, F, 1, g["embed/W"], F, true);
  }

  #loss(count: number, labels: Bytes, scale: number, totals: Doubles): void {
    if (this.shape.head === "logits") return this.#trunk.crossEntropy(count, labels, scale, totals);
    // softmax once more in front: its output takes the place of the logits, then their gradients go back through it
    const { classes } = this.shape, { logits } = this.#trunk, k = this.#kernels, p = this.#probabilities;
    const stride = 4 * Math.ceil(classes / 4);
    for (let s = 0; s < count; s++) p.set(logits.subarray(s * classes, (s + 1) * classes), s * stride);
    k.softmaxRows(count, classes, stride, p, 1);
    for (let s = 0; s < count; s++) logits.set(p.subarray(s * stride, s * stride + classes), s * classes);
    this.#trunk.crossEntropy(count, labels, scale, totals);
    for (let s = 0; s < count; s++) {
      let mean = 0;
      for (let c = 0; c < classes; c++) mean += logits[s * classes + c] * p[s * stride + c];
      for (let c = 0; c < classes; c++) {
        logits[s * classes + c] = p[s * stride + c] * (logits[s * classes + c] - mean);
      }
    }
  }

  /** Only loss and hits of the last forward pass. */
  score(count: number, labels: Bytes, totals: Doubles): void {
    this.#loss(count, labels, 1, totals);
  }

  /** Completes `gradients` after the last `backward` of a batch. */
  collect(): void {
    this.#trunk.collect();
  }
}
