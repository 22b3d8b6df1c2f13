import type { AttentionSolver, GradientEstimator } from "../attention/mod.ts";
import { perturbAndMap } from "./_perturb_and_map.ts";
import { addEnergyGradient, addReadoutGradient } from "./_problem_gradients.ts";

/** Options of {@link implicitLikelihood}. */
export interface ImplicitLikelihoodOptions {
  /** Inverse temperature of the noise, 1/energy, finite, above 0. @default {1} */
  readonly beta?: number;
  /** Tilt in units of 1 / rms(g): the share by which a typical token's energy is changed. @default {0.1} */
  readonly tilt?: number;
  /** Draws of the noise, two solves each. @default {1} */
  readonly reads?: number;
  /** Who finds the minima. @default {the solver of the forward pass} */
  readonly solver?: AttentionSolver;
}

/**
 * Makes the estimator of implicit maximum likelihood (I-MLE): the distribution is moved towards one that the loss prefers.
 *
 * **Derivation.** Take as target the same exponential family with the energy tilted by the loss, `q = p(E + lambda f)`. The
 * gradient of the log-likelihood of q's samples under p is a difference of means of the sufficient statistics,
 * `E_q[dE/dtheta] - E_p[dE/dtheta]`; both means are taken by perturb-and-MAP with the same noise, and divided by lambda. With
 * `x_0 = argmin E - noise x` and `x_l = argmin E + lambda f - noise x` the estimate is
 * `df(x_l)/dtheta + (dE(x_l)/dtheta - dE(x_0)/dtheta) / lambda`, the mean over reads: without noise it is `blackboxInterpolation`.
 * Behind a softmax readout f is the linearised `sum_j g_j x_j`, and `df` is 0.
 *
 * **Unbiased for** the gradient of `E[min (E + lambda f - noise x) - min (E - noise x)] / lambda`, which goes to the
 * perturb-and-MAP readout as lambda goes to 0, with exact minima. **For the Boltzmann distribution** it is biased twice: by
 * perturb-and-MAP, and to first order in the tilt.
 *
 * @param options see {@link ImplicitLikelihoodOptions}
 * @returns an estimator
 * @throws {RangeError} if an option is out of range
 *
 * Cost 2 reads solves of problems of width 2 d, of width d where f is linear, and O(reads H N d).
 * Source: Niepert, Minervini and Franceschi, Implicit MLE: backpropagating through discrete exponential family distributions
 * (NeurIPS 2021), arXiv 2106.01798. Differs in: logistic noise instead of sums of gammas, which are made for exactly k chosen; f is
 * the readout itself, not its linear part; the forward pass keeps its own selection.
 *
 * @example Two solves a backward pass
 * ```ts
 * import { implicitLikelihood } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(implicitLikelihood({ beta: 1 }).name, "implicitLikelihood");
 * ```
 */
export function implicitLikelihood(options: ImplicitLikelihoodOptions = {}): GradientEstimator {
  return perturbAndMap("implicitLikelihood", options, 1, (task, { reads, lambdas, find }, into) => {
    const { problem } = task;
    const steep = lambdas.map((lambda) => lambda === 0 ? 0 : 1 / (reads * lambda));
    const share = new Float64Array(problem.batch).fill(1 / reads);
    const [plain, tilted] = [find(new Float64Array(problem.batch)), find(lambdas)];
    addReadoutGradient(task, tilted, share, into);
    addEnergyGradient(problem, tilted, steep, into);
    addEnergyGradient(problem, plain, steep.map((scale) => -scale), into);
  });
}
