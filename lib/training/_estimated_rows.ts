import type { GradientEstimator } from "../attention/mod.ts";
// from their files: the room's mod.ts loads TensorFlow.js
import { covariance } from "../layers/covariance_estimator.ts";
import { flipSlopes } from "../layers/flip_slopes.ts";
import { meanField } from "../layers/mean_field.ts";
import { perturbation } from "../layers/perturbation_estimator.ts";
import { straightThrough } from "../layers/straight_through.ts";
import type { AddedName, EstimatedName } from "./types.ts";

/** An estimator, and every number that it was made of. */
export interface EstimatedRow {
  readonly options: Readonly<Record<string, number>>;
  readonly estimator: () => GradientEstimator;
}

/**
 * `qamaNear` by other gradients; the numbers were chosen by what they must do, not by accuracy.
 *
 * One token more than k, or less, costs lambda = 4: at beta = 1 / 4 the slope of a single flip against that is still four fifths of the
 * steepest, and the means are unique, since `2 lambda beta m (1 - m)` is at most 1 / 2: where it passes 1, means of a penalty on a count
 * freeze by themselves. Samples and minima move by swaps too, and take beta = 1, with as few reads as the estimators can do with. Slopes are
 * flips, which no key that outweighs all that is read drives up.
 */
const ROWS: Readonly<Record<EstimatedName, EstimatedRow>> = {
  nearStraightThrough: row(straightThrough, { beta: 0.25 }),
  nearMeanField: row(meanField, { beta: 0.25, sweeps: 5 }),
  nearCovariance: row(covariance, { beta: 1, reads: 2, sweeps: 5 }),
  nearPerturbation: row(perturbation, { beta: 1, tilt: 0.1, reads: 1 }),
};

/** Says whether a row is `qamaNear` by another gradient. */
export function isEstimated(name: AddedName): name is EstimatedName {
  return Object.hasOwn(ROWS, name);
}

/** The estimator of such a row. */
export function estimatedRow(name: EstimatedName): EstimatedRow {
  return ROWS[name];
}

function row<O extends Readonly<Record<string, number>>>(make: (options: O) => GradientEstimator, options: O) {
  return { options, estimator: () => flipSlopes(make(options)) };
}
