import type { Bytes, Doubles, Floats } from "./arena.ts";

/** Loops over rows: norms, activations, losses, sums and the step of Adam. Part of `Kernels`, where the conventions stand. */
export interface RowKernels {
  /** `y = (x - mean) rstd`, `rstd = 1 / sqrt(variance + eps)`, biased variance, a row of n at a time. No gain, no bias. */
  layerNorm(
    rows: number,
    n: number,
    x: Floats,
    eps: number,
    y: Floats,
    rstd: Floats,
  ): void;

  /** `dx = rstd (dy - mean(dy) - y mean(dy y))`, added to dx if `accumulate`; y is the normalised row. */
  layerNormBackward(
    rows: number,
    n: number,
    dy: Floats,
    y: Floats,
    rstd: Floats,
    dx: Floats,
    accumulate?: boolean,
  ): void;

  /** `y = x Phi(x)`, Phi the normal distribution function (Abramowitz and Stegun 7.1.26, |error| < 1e-7 + rounding). */
  gelu(n: number, x: Floats, y: Floats): void;

  /** `dx = dy (Phi(x) + x phi(x))`; dx may be dy. */
  geluBackward(
    n: number,
    x: Floats,
    dy: Floats,
    dx: Floats,
  ): void;

  /** `x_i = exp(scale x_i) / sum_j exp(scale x_j)` over rows of n values, `stride` apart; scale > 0; pads up to n4 become 0. */
  softmaxRows(rows: number, n: number, stride: number, x: Floats, scale: number): void;

  /** `dp_i = scale p_i (dp_i - sum_j dp_j p_j)`, in place. */
  softmaxRowsBackward(
    rows: number,
    n: number,
    stride: number,
    p: Floats,
    dp: Floats,
    scale: number,
  ): void;

  /**
   * Cross-entropy of rows of logits: `totals[0] += -sum ln p_label`, `totals[1] +=` rows whose largest logit is the label's;
   * the logits become their gradient, `scale (p - [label])`.
   */
  crossEntropy(
    rows: number,
    classes: number,
    logits: Floats,
    labels: Bytes,
    scale: number,
    totals: Doubles,
  ): void;

  /** `max_i |x_i|` over n values; NaN if one of them is not finite. */
  largestMagnitude(n: number, x: Floats): number;

  /** `sums_j += sum_r x_rj`. */
  columnSums(rows: number, n: number, x: Floats, sums: Floats): void;

  /** `y_r = x_r gain + offset_(r mod period)`, element by element; offset `[period, n]`. */
  scaleRows(rows: number, n: number, x: Floats, gain: Floats, offset: Floats, period: number, y: Floats): void;

  /** `dgain += sum_r dy_r x_r`, `dbias += sum_r dy_r`, `dx = dy gain`. */
  scaleRowsBackward(
    rows: number,
    n: number,
    x: Floats,
    gain: Floats,
    dy: Floats,
    dgain: Floats,
    dbias: Floats,
    dx: Floats,
  ): void;

  /** `y_g = ` mean of the rows of group g; x `[groups, rows, n]`. */
  meanRows(groups: number, rows: number, n: number, x: Floats, y: Floats): void;

  /** `dx_gr = dy_g / rows`. */
  meanRowsBackward(groups: number, rows: number, n: number, dy: Floats, dx: Floats): void;

  /**
   * One step of Adam (Kingma and Ba 2015, algorithm 1): `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
   * `w -= rate (m / (1 - b1^step)) / (sqrt(v / (1 - b2^step)) + eps)`.
   */
  adam(
    n: number,
    w: Floats,
    g: Floats,
    m: Floats,
    v: Floats,
    options: {
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly eps: number;
      readonly step: number;
    },
  ): void;
}
