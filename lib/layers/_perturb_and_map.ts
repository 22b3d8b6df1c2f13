import type { AttentionSolver, GradientEstimator, ProblemGradient, SelectionTask } from "../attention/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkPositive, checkReads } from "./_estimator_options.ts";
import { logisticNoise, readSeed, tiltedProblem, tiltsOf } from "./_tilted_problem.ts";

/** One draw of the noise. */
export interface PerturbedRead {
  /** Draws of the estimate. */
  readonly reads: number;
  /** Tilt lambda_b of every problem, 0 where the readout has no slope. */
  readonly lambdas: Float64Array;
  /** Minimisers of `E + lambda_b f - noise x`: the same noise, seed and streams whatever the tilts. */
  readonly find: (lambdas: Float64Array) => Uint8Array;
}

/** Makes an estimator by perturb-and-MAP: a sum over draws of the noise, to each of which `add` adds its part. */
export function perturbAndMap(
  name: string,
  options: {
    readonly beta?: number;
    readonly tilt?: number;
    readonly reads?: number;
    readonly solver?: AttentionSolver;
  },
  defaultReads: number,
  add: (task: SelectionTask, read: PerturbedRead, into: ProblemGradient) => void,
): GradientEstimator {
  checkOptionNames(`Cannot make ${name}`, options, ["beta", "tilt", "reads", "solver"]);
  const { beta = 1, tilt = 0.1, reads = defaultReads } = options;
  checkPositive(name, "beta", beta);
  checkPositive(name, "tilt", tilt);
  checkReads(name, reads, 1);
  return {
    name,
    throughEnergy: false,
    throughSelection(task, into) {
      const { problem, seed, firstStream, sweeps } = task;
      const { solver = task.solver } = options;
      const lambdas = tiltsOf(task, tilt);
      for (let r = 0; r < reads; r++) {
        const own = readSeed(seed, r);
        const noise = logisticNoise(problem, own, firstStream, beta);
        const find = (tilts: Float64Array) =>
          solver.solve(tiltedProblem(task, tilts, noise), { seed: own, firstStream, sweeps }).chosen;
        add(task, { reads, lambdas, find }, into);
      }
    },
  };
}
