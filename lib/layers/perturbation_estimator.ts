import type { AttentionSolver, GradientEstimator } from "../attention/mod.ts";
import { perturbAndMap } from "./_perturb_and_map.ts";
import { addEnergyGradient, addReadoutGradient } from "./_problem_gradients.ts";

/** Options of {@link perturbation}. */
export interface PerturbationOptions {
  /** Inverse temperature of the noise, 1/energy, finite, above 0. @default {1} */
  readonly beta?: number;
  /** Tilt in units of 1 / rms(g): the share by which a typical token's energy is changed. @default {0.1} */
  readonly tilt?: number;
  /** Draws of the noise, two solves each. @default {2} */
  readonly reads?: number;
  /** Who finds the minima. @default {the solver of the forward pass} */
  readonly solver?: AttentionSolver;
}

/**
 * Makes the perturbation estimator: perturb-and-MAP, a central difference of two solves with common random numbers.
 *
 * **Derivation.** Noise on the fields, logistic over beta (the difference of two Gumbel numbers), makes the minimiser random:
 * `x(lambda) = argmin E(x) + lambda f(x) - sum_i noise_i x_i`. Its expected minimum `Phi(theta, lambda)` has
 * `dPhi/dlambda = E[f(x)]` at 0 and, by Danskin's theorem, `dPhi/dtheta = E[d(E + lambda f)/dtheta]`. Mixed derivatives agree, so
 * `d/dtheta E[f] = lim (dPhi/dtheta(lambda) - dPhi/dtheta(-lambda)) / (2 lambda)`. The estimate is that difference at
 * `lambda = tilt / rms(g)`: `(dE(x+) - dE(x-)) / (2 lambda) + (df(x+) + df(x-)) / 2`, both solves with the same noise, seed and
 * stream: they mostly agree, and the variance is of order 1 / lambda instead of 1 / lambda^2. Behind a softmax readout f is the
 * linearised `sum_j g_j x_j`, `df` is 0, and the tilt is one of the fields alone.
 *
 * **Unbiased for** the readout expected under perturb-and-MAP with exact minima, as the tilt goes to 0 (a bias of order tilt^2).
 * **For the Boltzmann distribution** it is so only where nothing is coupled: there this noise draws Boltzmann samples, elsewhere it
 * draws from a distribution near it, with a bias that no number of reads removes.
 *
 * @param options see {@link PerturbationOptions}
 * @returns an estimator
 * @throws {RangeError} if an option is out of range
 *
 * Cost 2 reads solves of problems of width 2 d, of width d where f is linear, and O(reads H N d).
 * Source: Papandreou and Yuille, Perturb-and-MAP random fields (2011), DOI 10.1109/ICCV.2011.6126242; Domke, Implicit differentiation
 * by perturbation (NIPS 2010). Differs in: one tilt by the readout itself, noise on single variables.
 *
 * @example Four solves a backward pass
 * ```ts
 * import { perturbation } from "qama/layers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(perturbation({ beta: 1, reads: 2 }).name, "perturbation");
 * ```
 */
export function perturbation(options: PerturbationOptions = {}): GradientEstimator {
  return perturbAndMap("perturbation", options, 2, (task, { reads, lambdas, find }, into) => {
    const { problem } = task, half = new Float64Array(problem.batch).fill(0.5 / reads);
    for (const sign of [1, -1]) {
      const chosen = find(lambdas.map((lambda) => sign * lambda));
      const scale = lambdas.map((lambda) => lambda === 0 ? 0 : sign / (2 * reads * lambda));
      addEnergyGradient(problem, chosen, scale, into);
      addReadoutGradient(task, chosen, half, into);
    }
  });
}
