/** The scale and shift of a layer norm over D features. */
export interface LayerNormWeights {
  /** gamma, `[D]`. */
  readonly gamma: Float64Array;
  /** beta, `[D]`. */
  readonly beta: Float64Array;
}

/** Gradients of a scalar with respect to a layer norm's input and weights. */
export interface LayerNormGradients extends LayerNormWeights {
  /** With respect to the input, `[rows, D]`. */
  readonly x: Float64Array;
}

/** What every layer norm of the definitions adds to the variance. */
export const LAYER_NORM_EPSILON = 1e-5;

/**
 * Computes layer norm row by row, in float64 and in the plainest way.
 *
 * `y_a = gamma_a (x_a - mean) / sqrt(variance + 1e-5) + beta_a` over the D features of a row, biased variance.
 *
 * @param x rows of D features, `[rows, D]`
 * @param weights gamma and beta; their length is D
 * @returns y, `[rows, D]`, fresh
 * @throws {TypeError} if x is not made of whole rows
 *
 * Cost O(rows * D).
 * Source: Ba, Kiros and Hinton, Layer normalization (2016), arXiv 1607.06450, equation 4.
 *
 * @example A row of two numbers becomes -1 and 1
 * ```ts
 * import { layerNormTwin } from "qama/testing";
 * import { assertAlmostEquals } from "@std/assert";
 * const weights = { gamma: Float64Array.of(1, 1), beta: Float64Array.of(0, 0) };
 * const y = layerNormTwin(Float64Array.of(3, 5), weights);
 * assertAlmostEquals(y[1], 1, 1e-4);
 * ```
 */
export function layerNormTwin(x: Float64Array, weights: LayerNormWeights): Float64Array {
  const D = weights.gamma.length;
  checkRows(x, weights);
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += D) {
    const { mean, deviation } = rowStatistics(x, row, D);
    for (let a = 0; a < D; a++) {
      y[row + a] = weights.gamma[a] * (x[row + a] - mean) / deviation + weights.beta[a];
    }
  }
  return y;
}

/**
 * Computes the gradients of {@link layerNormTwin}.
 *
 * With `z = (x - mean) / s` and `u_a = gamma_a dy_a`: `dx_a = (u_a - mean(u) - z_a mean(u z)) / s`,
 * `dgamma_a = sum_rows dy_a z_a`, `dbeta_a = sum_rows dy_a`.
 *
 * @param x the input of the forward pass, `[rows, D]`
 * @param weights gamma and beta of the forward pass
 * @param dy gradient with respect to y, `[rows, D]`
 * @returns fresh arrays
 * @throws {TypeError} if x is not made of whole rows, or dy is not as long as x
 *
 * Cost O(rows * D).
 * Source: the derivative of Ba, Kiros and Hinton, Layer normalization (2016), arXiv 1607.06450, equation 4.
 *
 * @example A gradient that is the same for every feature moves only beta
 * ```ts
 * import { layerNormBackwardTwin } from "qama/testing";
 * import { assertAlmostEquals } from "@std/assert";
 * const weights = { gamma: Float64Array.of(1, 1), beta: Float64Array.of(0, 0) };
 * const gradients = layerNormBackwardTwin(Float64Array.of(3, 5), weights, Float64Array.of(7, 7));
 * assertAlmostEquals(gradients.x[0], 0, 1e-12);
 * assertAlmostEquals(gradients.beta[0], 7, 1e-12);
 * ```
 */
export function layerNormBackwardTwin(
  x: Float64Array,
  weights: LayerNormWeights,
  dy: Float64Array,
): LayerNormGradients {
  const D = weights.gamma.length;
  checkRows(x, weights);
  if (dy.length !== x.length) {
    throw new TypeError(`Cannot differentiate the layer norm: dy has ${dy.length} entries for ${x.length} of x`);
  }
  const dx = new Float64Array(x.length);
  const gamma = new Float64Array(D);
  const beta = new Float64Array(D);
  for (let row = 0; row < x.length; row += D) {
    const { mean, deviation } = rowStatistics(x, row, D);
    let meanU = 0;
    let meanUZ = 0;
    for (let a = 0; a < D; a++) {
      const z = (x[row + a] - mean) / deviation;
      const u = weights.gamma[a] * dy[row + a];
      meanU += u / D;
      meanUZ += u * z / D;
      gamma[a] += dy[row + a] * z;
      beta[a] += dy[row + a];
    }
    for (let a = 0; a < D; a++) {
      const z = (x[row + a] - mean) / deviation;
      const u = weights.gamma[a] * dy[row + a];
      dx[row + a] = (u - meanU - z * meanUZ) / deviation;
    }
  }
  return { x: dx, gamma, beta };
}

function rowStatistics(x: Float64Array, row: number, D: number): { mean: number; deviation: number } {
  let mean = 0;
  for (let a = 0; a < D; a++) mean += x[row + a] / D;
  let variance = 0;
  for (let a = 0; a < D; a++) variance += (x[row + a] - mean) ** 2 / D;
  return { mean, deviation: Math.sqrt(variance + LAYER_NORM_EPSILON) };
}

function checkRows(x: Float64Array, { gamma, beta }: LayerNormWeights): void {
  if (gamma.length === 0 || gamma.length !== beta.length) {
    throw new TypeError(`Expected gamma and beta of one length above 0, got ${gamma.length} and ${beta.length}`);
  }
  if (x.length % gamma.length !== 0) {
    throw new TypeError(`Expected whole rows of ${gamma.length} features, got ${x.length} entries`);
  }
}
