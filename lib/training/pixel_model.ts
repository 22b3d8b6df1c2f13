import type { ParameterSpec } from "../attention/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import type { PooledModel } from "./circuit_model.ts";
import { drawWeights, linearParameters, type NamedArrays, openArrays } from "./_trunk.ts";

/** Sizes of a {@link PixelModel}. */
export interface PixelModelShape {
  /** Pixels of a pooled picture. */
  readonly inputs: number;
  /** Width of the hidden layer of tanh; 0: none, a linear model. */
  readonly hidden: number;
  /** Number of classes. */
  readonly classes: number;
}

/**
 * A linear model of pixels, or a network with one hidden layer of tanh: what circuits are compared with.
 *
 * Cost O(weights) a picture.
 *
 * @example A linear model has a weight a pixel and class, and a bias
 * ```ts
 * import { PixelModel } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new PixelModel(wasmKernels(), { inputs: 4, hidden: 0, classes: 3 }, 1).weights.length, 15);
 * ```
 */
export class PixelModel implements PooledModel {
  readonly attention = null;
  readonly parameters: readonly ParameterSpec[];
  readonly weights: Floats;
  readonly gradients: Floats;
  readonly #kernels: Kernels;
  readonly #arrays: NamedArrays;
  readonly #shape: PixelModelShape;
  readonly #hidden: Float64Array;
  readonly #logits: Floats;
  #pixels: Float64Array = new Float64Array(0);
  #count = 0;

  /** Opens the model for at most `samples` pictures a call. */
  constructor(kernels: Kernels, shape: PixelModelShape, samples: number) {
    const { inputs, hidden, classes } = shape;
    this.#arrays = openArrays(
      kernels,
      hidden === 0
        ? linearParameters("out", classes, inputs)
        : [...linearParameters("in", hidden, inputs), ...linearParameters("out", classes, hidden)],
    );
    ({ parameters: this.parameters, weights: this.weights, gradients: this.gradients } = this.#arrays);
    this.#kernels = kernels;
    this.#shape = shape;
    this.#hidden = new Float64Array(samples * hidden);
    this.#logits = kernels.float32(samples * classes);
  }

  initialise(seed: number): void {
    drawWeights(this.#arrays, seed);
    this.refresh();
  }

  refresh(): void {
    this.gradients.fill(0);
  }

  collect(): void {}

  take(pixels: Float64Array, count: number): void {
    [this.#pixels, this.#count] = [pixels, count];
  }

  logits(): Floats {
    const { inputs, hidden, classes } = this.#shape, { w } = this.#arrays, count = this.#count;
    const logits = this.#logits.subarray(0, count * classes);
    if (hidden === 0) {
      multiply(count, this.#pixels, inputs, w["out/W"], w["out/b"], logits);
      return logits;
    }
    const inner = this.#hidden.subarray(0, count * hidden);
    multiply(count, this.#pixels, inputs, w["in/W"], w["in/b"], inner);
    for (let i = 0; i < inner.length; i++) inner[i] = Math.tanh(inner[i]);
    multiply(count, inner, hidden, w["out/W"], w["out/b"], logits);
    return logits;
  }

  backward(labels: Bytes, batch: number, totals: Doubles): void {
    const { inputs, hidden, classes } = this.#shape, { w, g } = this.#arrays, count = this.#count;
    const slopes = this.logits();
    this.#kernels.crossEntropy(count, classes, slopes, labels, 1 / batch, totals);
    if (hidden === 0) {
      addProducts(count, this.#pixels, inputs, slopes, g["out/W"], g["out/b"]);
      return;
    }
    const inner = this.#hidden, W = w["out/W"];
    addProducts(count, inner, hidden, slopes, g["out/W"], g["out/b"]);
    const slopesIn = new Float64Array(count * hidden);
    for (let s = 0; s < count; s++) {
      for (let k = 0; k < classes; k++) {
        for (let i = 0; i < hidden; i++) slopesIn[s * hidden + i] += slopes[s * classes + k] * W[k * hidden + i];
      }
    }
    for (let i = 0; i < slopesIn.length; i++) slopesIn[i] *= 1 - inner[i] * inner[i];
    addProducts(count, this.#pixels, inputs, slopesIn, g["in/W"], g["in/b"]);
  }

  score(labels: Bytes, totals: Doubles): void {
    this.#kernels.crossEntropy(this.#count, this.#shape.classes, this.logits(), labels, 1, totals);
  }
}

/** `y_s = W x_s + b`. */
function multiply(
  count: number,
  x: Float64Array,
  width: number,
  W: Floats,
  b: Floats,
  y: Floats | Float64Array,
): void {
  for (let s = 0; s < count; s++) {
    for (let k = 0; k < b.length; k++) {
      let sum = b[k];
      for (let i = 0; i < width; i++) sum += W[k * width + i] * x[s * width + i];
      y[s * b.length + k] = sum;
    }
  }
}

/** `dW += sum_s dy_s x_s^T`, `db += sum_s dy_s`. */
function addProducts(
  count: number,
  x: Float64Array,
  width: number,
  dy: Floats | Float64Array,
  dW: Floats,
  db: Floats,
): void {
  for (let s = 0; s < count; s++) {
    for (let k = 0; k < db.length; k++) {
      const slope = dy[s * db.length + k];
      db[k] += slope;
      for (let i = 0; i < width; i++) dW[k * width + i] += slope * x[s * width + i];
    }
  }
}
