import { type AttentionSolver, boltzmannSelection, type GradientEstimator } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkPositive, checkReads } from "./_estimator_options.ts";
import { addEnergyGradient, addReadoutGradient, type ReadoutTask, readoutValues } from "./_problem_gradients.ts";
import { readSeed } from "./_tilted_problem.ts";

/** Options of {@link covariance}. */
export interface CovarianceOptions {
  /** Inverse temperature, 1/energy, finite, above 0. @default {1} */
  readonly beta?: number;
  /** R, samples a problem, 2 or more. @default {4} */
  readonly reads?: number;
  /** Who draws samples at beta: `exactSelection({ beta })` where exact ones are wanted. @default {boltzmannSelection({ beta })} */
  readonly sampler?: AttentionSolver;
  /** Sweeps asked of the sampler. @default {its own} */
  readonly sweeps?: number;
}

/**
 * Makes the covariance estimator: the score-function gradient, its own samples the baseline.
 *
 * **Derivation.** `F(theta) = sum_x p(x) f(x)`, `p = exp(-beta E) / Z`. Since `d log p = -beta (dE - E_p[dE])`,
 * `dF/dtheta = E_p[df/dtheta] - beta Cov_p(f, dE/dtheta)`. With R independent samples, f* their mean of f, the estimate is
 * `1/R sum_r df(x_r)/dtheta - beta / (R - 1) sum_r (f(x_r) - f*) dE(x_r)/dtheta`: a mean and a sample covariance.
 *
 * Behind a softmax readout f is the linearised `sum_j g_j x_j` with the slopes at the selection of the forward pass, `df/dtheta` is 0
 * and the readout gives its own part; where no penalty couples the heads each has a covariance of its own, of less variance.
 *
 * **Unbiased for** the gradient of the expected readout at beta, `<G, y>` with G held (of the linearised one at held g), for independent exact samples and any
 * R of 2 or more; what G itself owes to the selection of the forward pass is not in it. With the default sampler as far as its
 * sweeps mix. The variance grows with beta squared and falls as 1/R.
 *
 * @param options see {@link CovarianceOptions}
 * @returns an estimator; the samples are its own, whoever chose in the forward pass
 * @throws {RangeError} if an option is out of range
 *
 * Cost R samples and O(R H N d) a problem.
 * Source: Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992),
 * DOI 10.1007/BF00992696; Kool, van Hoof and Welling, Buy 4 REINFORCE samples, get a baseline for free! (ICLR 2019 workshop).
 *
 * @example An estimator with a sampler of its own
 * ```ts
 * import { covariance } from "qama/layers";
 * import { exactSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(covariance({ beta: 2, sampler: exactSelection({ beta: 2 }) }).throughEnergy, false);
 * ```
 */
export function covariance(options: CovarianceOptions = {}): GradientEstimator {
  checkOptionNames("Cannot make covariance", options, ["beta", "reads", "sampler", "sweeps"]);
  const { beta = 1, reads = 4, sweeps } = options;
  checkPositive("covariance", "beta", beta);
  checkReads("covariance", reads, 2);
  const { sampler = boltzmannSelection({ beta }) } = options;
  return {
    name: "covariance",
    throughEnergy: false,
    throughSelection(task, into) {
      const { problem, seed, firstStream } = task;
      const samples = Array.from(
        { length: reads },
        (_, r) => sampler.solve(problem, { seed: readSeed(seed, r), firstStream, sweeps }).chosen,
      );
      const parts = headsApart(task), { batch } = parts.problem;
      const values = samples.map((chosen) => readoutValues(parts, chosen));
      const share = new Float64Array(batch).fill(1 / reads);
      const means = new Float64Array(batch), weight = new Float64Array(batch);
      for (const read of values) for (let b = 0; b < batch; b++) means[b] += read[b] / reads;
      for (let r = 0; r < reads; r++) {
        for (let b = 0; b < batch; b++) weight[b] = -beta * (values[r][b] - means[b]) / (reads - 1);
        addReadoutGradient(parts, samples[r], share, into);
        addEnergyGradient(parts.problem, samples[r], weight, into);
      }
    },
  };
}

/** Every head as a problem of its own, where f is linear and no penalty couples heads: what other heads drew is noise. */
function headsApart({ problem, slopes, readout }: ReadoutTask): ReadoutTask {
  const { batch, heads, weights } = problem;
  if (readout === "energy" || weights.overlap !== 0) return { problem, slopes, readout };
  return { problem: { ...problem, batch: batch * heads, heads: 1 }, slopes, readout };
}
