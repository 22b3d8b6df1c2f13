import type { AttentionProblem, GradientEstimator } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkPositive } from "./_estimator_options.ts";
import { meanFieldAdjoint, meanFieldMeans } from "./_mean_field_sweeps.ts";
import { addReadoutGradient, addSavedGradient, flipsOf } from "./_problem_gradients.ts";

/** Options of {@link meanField}. */
export interface MeanFieldOptions {
  /** Inverse temperature, 1/energy, finite, above 0. @default {1} */
  readonly beta?: number;
  /** Most sweeps of the means, and most of their adjoints; fewer once none moves by 1e-6 of the largest. @default {20} */
  readonly sweeps?: number;
}

/**
 * Makes the mean-field estimator: on the way back every choice is its mean in the field of the other means.
 *
 * **Derivation.** The product distribution nearest to `exp(-beta E) / Z` has means `m_i = sigmoid(beta u_i(m))`,
 * `u_i(m) = E(m with m_i = 0) - E(m with m_i = 1)`. Setting them one after the other lowers the variational free energy each
 * time; the sweeps begin at the selection of the forward pass, and so end at a local minimum beside it. There implicit
 * differentiation gives the gradient of f(m): `df/dtheta + sum_i a_i du_i/dtheta` at m, `a = D (df/dm + A a)`,
 * `D_i = beta m_i (1 - m_i)`, `A_ij = du_i/dm_j`; `D^-1 - A` is the Hessian of that free energy, positive definite at a minimum, and
 * so sweeps of `a_i` converge too. Unlike `straightThrough` it sees what a choice does to the others: where a head is held to k
 * tokens, one that comes in drives another out. Behind a softmax readout f is the linearised `sum_j g_j x_j`, `df/dtheta` is 0 and the
 * readout gives its own part.
 *
 * **Unbiased for** nothing random: it is the exact gradient of f(m), as far as the sweeps converge. **For the Boltzmann distribution**
 * it is so where nothing is coupled; elsewhere biased by what a product of means leaves out.
 *
 * @param options see {@link MeanFieldOptions}
 * @returns an estimator; its means are its own, whoever chose in the forward pass
 * @throws {RangeError} if beta is not a finite number above 0, or sweeps no integer of 1 or more
 *
 * Cost O(sweeps H N d) a problem, no solve.
 * Source: Peterson and Anderson, A mean field theory learning algorithm for neural networks (Complex Systems, 1987); implicit
 * differentiation of a fixed point.
 *
 * @example It asks for no solve
 * ```ts
 * import { meanField } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(meanField({ beta: 0.5 }).name, "meanField");
 * ```
 */
export function meanField(options: MeanFieldOptions = {}): GradientEstimator {
  checkOptionNames("Cannot make meanField", options, ["beta", "sweeps"]);
  const { beta = 1, sweeps = 20 } = options;
  checkPositive("meanField", "beta", beta);
  if (!Number.isSafeInteger(sweeps) || sweeps < 1) {
    throw new RangeError(`Cannot make meanField: sweeps must be an integer of 1 or more, got ${sweeps}`);
  }
  return {
    name: "meanField",
    throughEnergy: false,
    throughSelection(task, into) {
      const { problem } = task, means = Float64Array.from(task.chosen);
      meanFieldMeans(problem, beta, sweeps, means);
      const { added } = flipsOf(task, means);
      meanFieldAdjoint(problem, beta, sweeps, means, added);
      addReadoutGradient(task, means, ones(problem), into);
      addSavedGradient(problem, means, added, into);
    },
  };
}

function ones({ batch }: AttentionProblem): Float64Array {
  return new Float64Array(batch).fill(1);
}
