import type { Floats, Kernels } from "../kernels/mod.ts";

/** Some output columns of a {@link Projection}: `y = (norm gain + shift) W^T + bias`. */
export interface Segment {
  /** Number of output columns. */
  readonly out: number;
  /** W, `[out, D]`. */
  readonly weight: Floats;
  /** Gradient of W, added to. */
  readonly dweight: Floats;
  /** Gain of the layer norm in front, `[D]`. */
  readonly gain: Floats;
  /** Gradient of the gain, added to. */
  readonly dgain: Floats;
  /** Shift of the layer norm in front, `[D]`. */
  readonly shift: Floats;
  /** Gradient of the shift, added to. */
  readonly dshift: Floats;
  /** Bias, `[out]`; absent: none. */
  readonly bias?: Floats;
  /** Gradient of the bias, added to. */
  readonly dbias?: Floats;
}

/**
 * Layer norm and projection in one, forward and backward.
 *
 * Gain and shift are folded into the weights, so that one normalised row serves any number of layer norms:
 * `LN(x) W^T + b = norm(x) (W diag(gain))^T + (W shift + b)`. Exact; the gradients are unfolded by the same algebra.
 * Calls: `bind` once, `refresh` after weights changed, any `forward` / `backward` pairs, then `collect`.
 *
 * Cost one product of `rows x D x columns` forward, two backward; O(columns D) to fold or unfold.
 *
 * @example Layer norm of (1, 3) is (-1, 1); the gain doubles it, the weights add its halves
 * ```ts
 * import { Projection } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertAlmostEquals } from "@std/assert";
 * const [weight, gain, shift, none] = [[0.5, 1], [2, 2], [0, 0], [0, 0]].map((v) => Float32Array.from(v));
 * const projection = new Projection(typescriptKernels(), 1, 2, 1);
 * projection.bind([{ out: 1, weight, dweight: none, gain, dgain: none, shift, dshift: none }]);
 * projection.refresh();
 * const y = new Float32Array(1);
 * projection.forward(1, Float32Array.of(1, 3), y);
 * assertAlmostEquals(y[0], 0.5 * -2 + 1 * 2, 1e-4);
 * ```
 */
export class Projection {
  /** Number of output columns, over all segments. */
  readonly columns: number;
  /** D, number of inputs. */
  readonly inputs: number;
  readonly #kernels: Kernels;
  readonly #normal: Floats;
  readonly #dnormal: Floats;
  readonly #rstd: Floats;
  readonly #weight: Floats;
  readonly #bias: Floats;
  readonly #dweight: Floats;
  readonly #dbias: Floats;
  #segments: readonly Segment[] = [];

  /** Makes room for at most `rows` rows of `inputs` values. */
  constructor(kernels: Kernels, rows: number, inputs: number, columns: number) {
    this.columns = columns;
    this.inputs = inputs;
    this.#kernels = kernels;
    this.#normal = kernels.float32(rows * inputs);
    this.#dnormal = kernels.float32(rows * inputs);
    this.#rstd = kernels.float32(rows);
    this.#weight = kernels.float32(columns * inputs);
    this.#bias = kernels.float32(columns);
    this.#dweight = kernels.float32(columns * inputs);
    this.#dbias = kernels.float32(columns);
  }

  /** Says where weights are read and gradients are added; the segments' columns follow one another. */
  bind(segments: readonly Segment[]): void {
    this.#segments = segments;
  }

  /** Folds the weights and clears the gathered gradients. */
  refresh(): void {
    const D = this.inputs, W = this.#weight, b = this.#bias;
    let row = 0;
    for (const { out, weight, gain, shift, bias } of this.#segments) {
      for (let o = 0; o < out; o++, row++) {
        let sum = bias ? bias[o] : 0;
        for (let i = 0; i < D; i++) {
          W[row * D + i] = weight[o * D + i] * gain[i];
          sum += weight[o * D + i] * shift[i];
        }
        b[row] = sum;
      }
    }
    this.#dweight.fill(0);
    this.#dbias.fill(0);
  }

  /** `y = LN(x) W^T + bias`, y `[rows, columns]`. */
  forward(rows: number, x: Floats, y: Floats): void {
    this.#kernels.layerNorm(rows, this.inputs, x, 1e-5, this.#normal, this.#rstd);
    this.apply(rows, this.#normal, y);
  }

  /** Gathers the gradients of the folded weights and adds that of x to dx, if it is wanted. */
  backward(rows: number, dy: Floats, dx: Floats | null): void {
    this.revert(rows, dy, this.#normal, dx && this.#dnormal);
    if (!dx) return;
    this.#kernels.layerNormBackward(rows, this.inputs, this.#dnormal, this.#normal, this.#rstd, dx, true);
  }

  /** Only the linear part: `y = normal (W diag(gain))^T + W shift + bias`. */
  apply(rows: number, normal: Floats, y: Floats): void {
    const D = this.inputs, n = this.columns;
    this.#kernels.matmul(rows, n, D, normal, D, 1, this.#weight, 1, D, y, n, false, this.#bias);
  }

  /** Gradient of `apply`; `dnormal` is written, if it is wanted. */
  revert(rows: number, dy: Floats, normal: Floats, dnormal: Floats | null): void {
    const D = this.inputs, n = this.columns;
    this.#kernels.matmul(n, D, rows, dy, 1, n, normal, D, 1, this.#dweight, D, true);
    this.#kernels.columnSums(rows, n, dy, this.#dbias);
    if (dnormal) this.#kernels.matmul(rows, D, n, dy, n, 1, this.#weight, D, 1, dnormal, D);
  }

  /** Unfolds the gathered gradients into those of the segments, and clears them. */
  collect(): void {
    const D = this.inputs, dW = this.#dweight, db = this.#dbias;
    let row = 0;
    for (const s of this.#segments) {
      for (let o = 0; o < s.out; o++, row++) {
        const slope = db[row];
        if (s.dbias) s.dbias[o] += slope;
        for (let i = 0; i < D; i++) {
          const w = s.weight[o * D + i], g = dW[row * D + i];
          s.dweight[o * D + i] += g * s.gain[i] + slope * s.shift[i];
          s.dgain[i] += g * w;
          s.dshift[i] += slope * w;
        }
      }
    }
    dW.fill(0);
    db.fill(0);
  }
}
