import type { GradientEstimator } from "../attention/mod.ts";

/**
 * Makes an estimator take flips for slopes behind a softmax readout: what choosing a token changes, in place of the derivative by its gate.
 *
 * Of the linear loss `sum_i y_i . dy_i` choosing j changes `w_ij / (Z_i + w_ij) (v_j - y_i) . dy_i`, Z_i what is read without it; the
 * derivative has `w_ij / Z_i`, which has no bound where j outweighs all that is read. The change is the derivative of the multilinear
 * function that has that loss at every selection, as the slopes of the readout `energy` are: so `straightThrough` and
 * `covariance` agree on what f is where nothing is coupled.
 *
 * @param estimator any estimator; one without `throughSelection`, and any behind the readout `energy`, stays what it was
 * @returns the same with flips, its name followed by `Flips`
 *
 * Cost that of the estimator.
 * Source: this project.
 *
 * @example The name tells
 * ```ts
 * import { flipSlopes, straightThrough } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(flipSlopes(straightThrough({ beta: 0.25 })).name, "straightThroughFlips");
 * ```
 */
export function flipSlopes(estimator: GradientEstimator): GradientEstimator {
  return { ...estimator, name: `${estimator.name}Flips`, slopes: "flip" };
}
