import {
  annealedSelection,
  type AttentionSolver,
  boltzmannSelection,
  detachedEnergy,
  exactSelection,
  FIXED_DENSITY,
  fixedSelection,
  type GradientEstimator,
  heldSelection,
} from "../attention/mod.ts";
// from their files: the room's mod.ts loads TensorFlow.js
import { blackboxInterpolation } from "../layers/blackbox_interpolation.ts";
import { covariance } from "../layers/covariance_estimator.ts";
import { implicitLikelihood } from "../layers/implicit_likelihood.ts";
import { perturbation } from "../layers/perturbation_estimator.ts";
import { straightThrough } from "../layers/straight_through.ts";
import { type CountedSolver, countedSolver } from "./gradient_study_estimate.ts";

/** An estimator of the study, ready to be used. */
export interface GradientStudyRow {
  /** Short name, in file names. */
  readonly row: string;
  /** What tables call it. */
  readonly title: string;
  /** Everything that a record says of it. */
  readonly settings: Readonly<Record<string, string | number | null>>;
  /** The estimator; null: no attention at all. */
  readonly estimator: GradientEstimator | null;
  /** Who chooses in the forward pass. */
  readonly solver: AttentionSolver;
  /** Every solver and sampler that takes part, where their work is counted. */
  readonly counted?: readonly CountedSolver[];
}

/** Inverse temperatures of the estimates. */
export const GRADIENT_STUDY_BETAS: readonly number[] = [0.5, 1, 2, 4];
/**
 * Inverse temperature of the trainings: at it, samples of the heads of a model that is being trained have 94 to 99 % of the
 * annealer's mean energy, and 20 sweeps mix as well as 200. It was chosen by that, not by accuracy.
 */
export const GRADIENT_STUDY_TRAINING_BETA = 1;

/**
 * The estimators that are compared with the exact gradient at one temperature; every minimum and every sample is exact but
 * where the row says so.
 *
 * @param beta inverse temperature
 * @returns the rows in the order of the table
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example The paper's comes first
 * ```ts
 * import { estimateRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(estimateRows(1)[0].estimator?.name, "heldSelection");
 * ```
 */
export function estimateRows(beta: number): GradientStudyRow[] {
  const minimum = countedSolver(exactSelection()), sample = countedSolver(exactSelection({ beta }));
  const baths = countedSolver(boltzmannSelection({ beta }));
  const row = (
    row: string,
    title: string,
    estimator: GradientEstimator,
    solver: AttentionSolver,
    options: Readonly<Record<string, string | number>> = {},
  ) => ({
    ...{ row, title, estimator, solver, counted: [minimum, sample, baths] },
    settings: { estimator: estimator.name, forward: solver === minimum ? "minimum" : "sample", ...options },
  });
  return [
    row("energy-minimum", "energy, x the minimum", heldSelection, minimum),
    row("energy-sample", "energy, x a sample", heldSelection, sample),
    row("straightThrough", "straight-through", straightThrough({ beta }), sample, { beta }),
    ...[2, 4, 16].map((reads) =>
      row(
        ...[
          `covariance-${reads}`,
          `covariance, ${reads} samples`,
          covariance({ beta, reads, sampler: sample }),
        ] as const,
        ...[sample, { beta, reads }] as const,
      )
    ),
    row(
      ...[
        "covariance-4-heatbath",
        "covariance, 4 heat baths of 20 sweeps",
        covariance({ beta, reads: 4, sampler: baths }),
      ] as const,
      ...[sample, { beta, reads: 4, sweeps: 20 }] as const,
    ),
    ...[0.1, 1].map((tilt) =>
      row(
        ...[`perturbation-${tilt}`, `perturbation, tilt ${tilt}`, perturbation({ beta, tilt, reads: 1 })] as const,
        ...[minimum, { beta, tilt, reads: 1 }] as const,
      )
    ),
    ...[0.1, 1].map((tilt) =>
      row(
        ...[`blackbox-${tilt}`, `blackbox, tilt ${tilt}`, blackboxInterpolation({ tilt }), minimum, { tilt }] as const,
      )
    ),
    ...[0.1, 1].map((tilt) =>
      row(
        ...[`implicit-${tilt}`, `implicit likelihood, tilt ${tilt}`, implicitLikelihood({ beta, tilt })] as const,
        ...[minimum, { beta, tilt, reads: 1 }] as const,
      )
    ),
  ];
}

/**
 * The trainings: every estimator behind the layer's own annealer, and the controls.
 *
 * @param seed seed of the fixed selection
 * @returns the rows in the order of the table
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Without attention there is no estimator
 * ```ts
 * import { trainingRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(trainingRows(1).find(({ row }) => row === "none")?.estimator, null);
 * ```
 */
export function trainingRows(seed: number): GradientStudyRow[] {
  const beta = GRADIENT_STUDY_TRAINING_BETA;
  const row = (
    row: string,
    title: string,
    estimator: GradientEstimator | null,
    solver: AttentionSolver = annealedSelection(),
    options: Readonly<Record<string, string | number>> = {},
  ) => ({
    ...{ row, title, estimator, solver },
    settings: {
      estimator: estimator?.name ?? null,
      forward: estimator === null ? null : solver.name,
      ...options,
    },
  });
  const own = (name: string, title: string, estimator: GradientEstimator, options: Record<string, number>) =>
    row(name, title, estimator, annealedSelection(), options);
  const density = FIXED_DENSITY.qamaV2Fixed;
  return [
    row("energy", "energy (the paper's)", heldSelection),
    own("straightThrough", "straight-through", straightThrough({ beta }), { beta }),
    own("covariance", "covariance, 2 samples", covariance({ beta, reads: 2 }), { beta, reads: 2 }),
    row(
      ...["covariance-sampled", "covariance, 2 samples, forward a sample", covariance({ beta, reads: 2 })] as const,
      ...[boltzmannSelection({ beta }), { beta, reads: 2 }] as const,
    ),
    own("perturbation", "perturbation, tilt 0.1", perturbation({ beta, tilt: 0.1, reads: 1 }), {
      beta,
      tilt: 0.1,
      reads: 1,
    }),
    own("blackbox-0.1", "blackbox, tilt 0.1", blackboxInterpolation({ tilt: 0.1 }), { tilt: 0.1 }),
    own("blackbox", "blackbox, tilt 1", blackboxInterpolation({ tilt: 1 }), { tilt: 1 }),
    own("implicit-0.1", "implicit likelihood, tilt 0.1", implicitLikelihood({ beta, tilt: 0.1 }), {
      ...{ beta, tilt: 0.1, reads: 1 },
    }),
    own("implicit", "implicit likelihood, tilt 1", implicitLikelihood({ beta, tilt: 1 }), { beta, tilt: 1, reads: 1 }),
    row("detached", "control: QUBO not trained", detachedEnergy),
    row("fixed", "control: fixed random selection", heldSelection, fixedSelection({ density, seed }), { density }),
    row("none", "control: no attention", null),
  ];
}
