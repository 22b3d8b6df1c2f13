import type { GradientEstimator } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkPositive } from "./_estimator_options.ts";
import { addSavedGradient, flipsOf } from "./_problem_gradients.ts";

/** Options of {@link straightThrough}. */
export interface StraightThroughOptions {
  /** Inverse temperature of the slope, 1/energy, finite, above 0. @default {1} */
  readonly beta?: number;
}

/**
 * Makes the straight-through estimator: on the way back every choice is a sigmoid of the energy that it saves.
 *
 * **Derivation.** With the other variables held, choosing i saves `u_i = E(x_i = 0) - E(x_i = 1)`; a local minimum has
 * `x_i = [u_i > 0]`, a heat bath `P(x_i = 1) = sigmoid(beta u_i)`. The step is kept going forward; going back it is replaced by
 * that sigmoid: `dx_i = beta s_i (1 - s_i) du_i`, `s_i = sigmoid(beta u_i)`. So the gradient of `f(x)` is
 * `df/dtheta + sum_i (df/dx_i) beta s_i (1 - s_i) du_i/dtheta`, every neighbour x_j a constant. Behind a softmax readout f is the
 * linearised `sum_j g_j x_j`, g_j the slope of the gate of token j, chosen or not, and the readout gives its own part.
 *
 * **Unbiased for** the expected readout at beta where nothing is coupled (J = 0, one head, no cardinality): then
 * `Cov(f, dE/dtheta)` is a sum over variables of exactly these terms. **Biased** otherwise: what one choice does to the others is
 * left out. No solve, and unchosen tokens get a gradient.
 *
 * @param options.beta inverse temperature of the slope
 * @returns an estimator; it adds to that of the held selection
 * @throws {RangeError} if beta is not a finite number above 0
 *
 * Cost O(H N d) a problem, no solve.
 * Source: Bengio, Leonard and Courville, Estimating or propagating gradients through stochastic neurons for conditional computation
 * (2013), arXiv 1308.3432, section 4. Differs in: the slope is that of the sigmoid, not 1, so that units agree.
 *
 * @example It asks for no solve
 * ```ts
 * import { quantumAnnealingAttention, straightThrough } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * const layer = quantumAnnealingAttention({ heads: 2, estimator: straightThrough({ beta: 2 }) });
 * assertEquals(layer.operator.estimator.name, "straightThrough");
 * ```
 */
export function straightThrough(options: StraightThroughOptions = {}): GradientEstimator {
  checkOptionNames("Cannot make straightThrough", options, ["beta"]);
  const { beta = 1 } = options;
  checkPositive("straightThrough", "beta", beta);
  return {
    name: "straightThrough",
    throughEnergy: true,
    throughSelection(task, into) {
      const { problem, chosen } = task;
      const { saved, added } = flipsOf(task, chosen);
      for (let at = 0; at < added.length; at++) {
        const rising = 1 / (1 + Math.exp(-beta * saved[at]));
        added[at] *= beta * rising * (1 - rising);
      }
      addSavedGradient(problem, chosen, added, into);
    },
  };
}
