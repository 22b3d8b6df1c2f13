/** Gain, shift and, where they were kept, running statistics of a batch norm, a number a head. */
export interface BatchNormTwin {
  /** Gain, `[H]`. */
  readonly gamma: Float64Array;
  /** Shift, `[H]`. */
  readonly beta: Float64Array;
  /** Kept mean, `[H]`; inference needs it. */
  readonly runningMean?: Float64Array;
  /** Kept variance, `[H]`; inference needs it. */
  readonly runningVar?: Float64Array;
}

/** Whether a batch norm takes the statistics of the batch or those it kept. */
export type BatchNormMode = "training" | "inference";

/** What {@link batchNormTwin} computes. */
export interface BatchNormTwinOutput {
  /** The normalised entries; those of no head are those of x. */
  readonly y: Float64Array;
  /** Mean of each head that was subtracted, `[H]`. */
  readonly mean: Float64Array;
  /** `1 / sqrt(variance + eps)` of each head, `[H]`. */
  readonly rstd: Float64Array;
  /** Entries of each head, `[H]`. */
  readonly count: Float64Array;
  /** What is kept after one training step; in inference what was kept before. */
  readonly running: { readonly mean: Float64Array; readonly var: Float64Array };
}

/** Added to the variance under the root. */
export const BATCH_NORM_EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Normalises entries by the statistics of their head, in float64.
 *
 * `y = gamma (x - mean) / sqrt(variance + 1e-5) + beta`, biased variance over all entries of the head in the batch; kept are
 * `0.9 mean + 0.1 (batch mean)` and `0.9 var + 0.1 (unbiased variance)`, from mean 0 and variance 1 where nothing was.
 *
 * @param x entries, in any order
 * @param headOf head of the entry at an index, or -1 for one that is left as it is
 * @param norm gain, shift and running statistics
 * @param mode `training` takes the statistics of x, `inference` the running ones
 * @returns fresh arrays
 * @throws {TypeError} if inference is asked for without running statistics
 *
 * Cost O(length of x).
 * Source: Ioffe and Szegedy, Batch normalization (2015), arXiv 1502.03167, algorithms 1 and 2.
 *
 * @example Of 1 and 3 the mean is 2 and the deviation 1
 * ```ts
 * import { assertTensorClose, batchNormTwin } from "qama/testing";
 * const norm = { gamma: Float64Array.of(10), beta: Float64Array.of(5) };
 * assertTensorClose(batchNormTwin(Float64Array.of(1, 3), () => 0, norm, "training").y, [-5, 15], 1e-5);
 * ```
 */
export function batchNormTwin(
  x: Float64Array,
  headOf: (at: number) => number,
  norm: BatchNormTwin,
  mode: BatchNormMode,
): BatchNormTwinOutput {
  const { gamma, beta } = norm;
  const H = gamma.length;
  const keptMean = norm.runningMean ?? new Float64Array(H);
  const keptVar = norm.runningVar ?? new Float64Array(H).fill(1);
  const count = new Float64Array(H);
  const batchMean = new Float64Array(H);
  const batchVar = new Float64Array(H);
  const heads = Int32Array.from(x, (_, at) => headOf(at));
  heads.forEach((t, at) => {
    if (t < 0) return;
    count[t]++;
    batchMean[t] += x[at];
  });
  for (let t = 0; t < H; t++) batchMean[t] /= count[t];
  heads.forEach((t, at) => {
    if (t >= 0) batchVar[t] += (x[at] - batchMean[t]) ** 2 / count[t];
  });
  if (mode === "inference" && !(norm.runningMean && norm.runningVar)) {
    throw new TypeError("Cannot normalise: inference needs runningMean and runningVar");
  }
  const mean = mode === "training" ? batchMean : keptMean;
  const rstd = (mode === "training" ? batchVar : keptVar).map((v) => 1 / Math.sqrt(v + BATCH_NORM_EPSILON));
  const y = x.map((value, at) => {
    const t = heads[at];
    return t < 0 ? value : gamma[t] * (value - mean[t]) * rstd[t] + beta[t];
  });
  if (mode === "inference") return { y, mean, rstd, count, running: { mean: keptMean, var: keptVar } };
  const running = {
    mean: keptMean.map((kept, t) => (1 - MOMENTUM) * kept + MOMENTUM * batchMean[t]),
    var: keptVar.map((kept, t) => (1 - MOMENTUM) * kept + MOMENTUM * batchVar[t] * count[t] / (count[t] - 1)),
  };
  return { y, mean, rstd, count, running };
}

/**
 * Computes the gradients of `sum y dy` through {@link batchNormTwin}.
 *
 * With `n = (x - mean) rstd`: `dgamma = sum dy n`, `dbeta = sum dy`, `dx = gamma rstd dy` in inference, and in training
 * `dx = gamma rstd (dy - mean(dy) - n mean(dy n))`, means over the head.
 *
 * @param x entries
 * @param headOf head of the entry at an index, or -1
 * @param norm gain, shift and running statistics
 * @param mode as in the forward pass
 * @param dy gradient with respect to y
 * @returns fresh arrays; running statistics get no gradient
 * @throws {TypeError} if inference is asked for without running statistics
 *
 * Cost O(length of x).
 * Source: the derivative of Ioffe and Szegedy, Batch normalization (2015), arXiv 1502.03167, algorithm 1.
 *
 * @example A shift of all entries changes nothing
 * ```ts
 * import { batchNormBackwardTwin } from "qama/testing";
 * import { assertAlmostEquals } from "@std/assert";
 * const norm = { gamma: Float64Array.of(10), beta: Float64Array.of(5) };
 * const { x } = batchNormBackwardTwin(Float64Array.of(1, 3), () => 0, norm, "training", Float64Array.of(1, 0));
 * assertAlmostEquals(x[0] + x[1], 0);
 * ```
 */
export function batchNormBackwardTwin(
  x: Float64Array,
  headOf: (at: number) => number,
  norm: BatchNormTwin,
  mode: BatchNormMode,
  dy: Float64Array,
): { x: Float64Array; gamma: Float64Array; beta: Float64Array } {
  const { mean, rstd, count } = batchNormTwin(x, headOf, norm, mode);
  const gamma = new Float64Array(mean.length);
  const beta = new Float64Array(mean.length);
  const normal = x.map((value, at) => headOf(at) < 0 ? 0 : (value - mean[headOf(at)]) * rstd[headOf(at)]);
  dy.forEach((slope, at) => {
    const t = headOf(at);
    if (t < 0) return;
    gamma[t] += slope * normal[at];
    beta[t] += slope;
  });
  const dx = dy.map((slope, at) => {
    const t = headOf(at);
    if (t < 0) return slope;
    const through = mode === "inference" ? slope : slope - beta[t] / count[t] - normal[at] * gamma[t] / count[t];
    return norm.gamma[t] * rstd[t] * through;
  });
  return { x: dx, gamma, beta };
}
