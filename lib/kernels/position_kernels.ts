import type { HeatBathRun, HeatBaths, HeatBathSlopes } from "./heat_baths.ts";

/** Ising models over the positions of a sequence. Part of `Kernels`, where the conventions stand. */
export interface PositionKernels {
  /**
   * Marginals `m_j = P(x_j = 1)` of `p(x) ~ exp(sum_j s_j x_j + sum_r C_r sum_j x_j x_{j + r})`, x in {0, 1}^N, by independent chains of
   * sequential heat bath sweeps, each from a random start: m is the mean over chains of `P(x_j = 1 | the others)` after the last sweep.
   * Four chains at a time draw from four streams, whether there are four left or not. The same states in both forms.
   * Draws have 24 bits: probabilities below 2^-24, of sums beyond 16.6, are taken as 0. Cost O(reach) a variable and sweep.
   */
  heatBaths(task: HeatBaths, run: HeatBathRun): void;

  /** Gradient of the marginals by the covariance over the chains' last states: `ds_j = Cov(g . x, x_j)`, `dC_r = Cov(g . x, sum_j x_j x_{j + r})`. Cost O(chains reach) a variable. */
  heatBathsBackward(task: HeatBaths, slopes: HeatBathSlopes): void;
}
