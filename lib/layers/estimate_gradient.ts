import {
  type AttentionProblem,
  type AttentionSolver,
  checkChosen,
  checkProblem,
  type GradientEstimator,
  type ProblemGradient,
  type SeenReadout,
} from "../attention/mod.ts";
import { checkSlopes } from "./_estimator_options.ts";
import { addReadoutGradient } from "./_problem_gradients.ts";
import { emptyGradient } from "./_tilted_problem.ts";

/** How one estimate is made. */
export interface EstimateGradientOptions {
  /** g, `[B, H, N]`: the derivative of the loss with respect to each token's energy, or to its gate. */
  readonly slopes: Float64Array;
  /** What f is. @default {"energy"} */
  readonly readout?: SeenReadout;
  /** Who chooses in the forward pass. */
  readonly solver: AttentionSolver;
  /** Seed of the forward pass; an estimator derives its own draws from it. */
  readonly seed: number;
  /** Sweeps asked of the solver. @default {its own} */
  readonly sweeps?: number;
  /** Stream of problem 0. @default {0} */
  readonly firstStream?: number;
}

/** One estimate, and the selection of its forward pass. */
export interface EstimatedGradient extends ProblemGradient {
  /** x, `[B, H, N]`. */
  readonly chosen: Uint8Array;
}

/**
 * Makes one estimate of the gradient of the readout, as a layer does: solve, then go back by the estimator.
 *
 * @param problem B problems
 * @param estimator any estimator: `heldSelection`, `covariance()`, ...
 * @param options see {@link EstimateGradientOptions}
 * @returns df / d(q, k, h), float64, fresh; `f(x) = sum_i g_i eps_i`, or `sum_i g_i x_i`, whose own derivative at a held x is 0
 * @throws {TypeError} if an array does not fit the sizes
 * @throws {RangeError} if a number is not finite
 *
 * Cost one solve, and that of the estimator.
 * Source: none needed.
 *
 * @example A token that stands alone, chosen, held: df/dh is -g
 * ```ts
 * import { estimateGradient } from "qama/layers";
 * import { exactSelection, heldSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const one = Float32Array.of(1);
 * const sizes = { batch: 1, heads: 1, tokens: 1, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const problem = { ...sizes, queries: one, keys: one, fields: one };
 * const options = { slopes: Float64Array.of(3), solver: exactSelection(), seed: 1 };
 * assertEquals(estimateGradient(problem, heldSelection, options).fields[0], -3);
 * ```
 */
export function estimateGradient(
  problem: AttentionProblem,
  estimator: GradientEstimator,
  options: EstimateGradientOptions,
): EstimatedGradient {
  const { slopes, readout = "energy", solver, seed, sweeps, firstStream = 0 } = options;
  checkProblem(problem);
  checkSlopes("Cannot estimate the gradient", problem, slopes);
  const { chosen } = solver.solve(problem, { seed, sweeps, firstStream });
  checkChosen(problem, chosen);
  const into = emptyGradient(problem), task = { problem, chosen, slopes, readout };
  if (estimator.throughEnergy) {
    addReadoutGradient(task, chosen, new Float64Array(problem.batch).fill(1), into);
  }
  estimator.throughSelection?.({ ...task, solver, sweeps, seed, firstStream }, into);
  return { ...into, chosen };
}
