import type { AttentionSolver, GradientEstimator } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkPositive } from "./_estimator_options.ts";
import { addEnergyGradient, addReadoutGradient } from "./_problem_gradients.ts";
import { tiltedProblem, tiltsOf } from "./_tilted_problem.ts";

/** Options of {@link blackboxInterpolation}. */
export interface BlackboxInterpolationOptions {
  /** Tilt in units of 1 / rms(g): the share by which a typical token's energy is changed. @default {0.1} */
  readonly tilt?: number;
  /** Who finds the tilted minimum. @default {the solver of the forward pass} */
  readonly solver?: AttentionSolver;
}

/**
 * Makes the blackbox estimator: the gradient of a piecewise linear interpolation of the readout of the minimum.
 *
 * **Derivation.** `theta -> f(argmin E)` is piecewise smooth with jumps, which no derivative sees. Vlastelica et al. replace it by
 * `f_lambda(theta) = (min_x (E + lambda f) - min_x E) / lambda`, continuous, a lower bound of f(argmin E) that rises to it as
 * lambda goes to 0. By Danskin's theorem its gradient is `df(x_l)/dtheta + (dE(x_l)/dtheta - dE(x)/dtheta) / lambda`, with x_l the
 * minimum of `E + lambda f` and x that of E, which the forward pass found: one more solve, same seed and stream. As lambda goes to
 * 0 it becomes the paper's gradient at held x. Behind a softmax readout f is the linearised `sum_j g_j x_j`, and `df` is 0.
 *
 * **Unbiased for** nothing random: it is the exact gradient of f_lambda if both minima are exact, almost everywhere. **For the
 * Boltzmann distribution** it is biased at any beta: a large tilt smooths widely, a small one sees no jump.
 *
 * @param options see {@link BlackboxInterpolationOptions}
 * @returns an estimator
 * @throws {RangeError} if the tilt is not a finite number above 0
 *
 * Cost one solve of problems of width 2 d, of width d where f is linear, and O(H N d).
 * Source: Vlastelica, Paulus, Musil, Martius and Rolinek, Differentiation of blackbox combinatorial solvers (ICLR 2020),
 * arXiv 1912.02175. Differs in: f is the readout itself, quadratic in x, not its linear part at x.
 *
 * @example One solve a backward pass
 * ```ts
 * import { blackboxInterpolation } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(blackboxInterpolation({ tilt: 0.5 }).name, "blackbox");
 * ```
 */
export function blackboxInterpolation(options: BlackboxInterpolationOptions = {}): GradientEstimator {
  checkOptionNames("Cannot make blackboxInterpolation", options, ["tilt", "solver"]);
  const { tilt = 0.1 } = options;
  checkPositive("blackboxInterpolation", "tilt", tilt);
  return {
    name: "blackbox",
    throughEnergy: false,
    throughSelection(task, into) {
      const { problem, seed, firstStream, sweeps } = task;
      const { solver = task.solver } = options;
      const lambdas = tiltsOf(task, tilt);
      const { chosen } = solver.solve(tiltedProblem(task, lambdas, null), { seed, firstStream, sweeps });
      const steep = lambdas.map((lambda) => lambda === 0 ? 0 : 1 / lambda);
      addReadoutGradient(task, chosen, new Float64Array(problem.batch).fill(1), into);
      addEnergyGradient(problem, chosen, steep, into);
      addEnergyGradient(problem, task.chosen, steep.map((scale) => -scale), into);
    },
  };
}
