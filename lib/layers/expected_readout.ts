import { type AttentionProblem, enumerateEnergies, type ProblemGradient, type SeenReadout } from "../attention/mod.ts";
import { checkPositive, checkSlopes } from "./_estimator_options.ts";
import { addEnergyGradient, addReadoutGradient, readoutValues } from "./_problem_gradients.ts";
import { emptyGradient } from "./_tilted_problem.ts";

/** The expected readout, and its gradient in its two parts. */
export interface ExpectedReadout {
  /** F of each problem, `[B]`. */
  readonly values: Float64Array;
  /** dF/dtheta, all of it. */
  readonly gradient: ProblemGradient;
  /** `E_p[df/dtheta]`, the part with x held constant: what the paper's estimator keeps. */
  readonly held: ProblemGradient;
}

/**
 * Computes the expected readout under the Boltzmann distribution, and its gradient, by enumeration of all 2^n states.
 *
 * `F(theta) = sum_x p(x) f(x)`, `p(x) = exp(-beta E(x)) / Z` over the n = H N variables of a problem, all heads together since
 * the overlap penalty couples them; `f(x) = sum_i g_i eps_i`, `eps_i = -x_i ((J x)_i + h_i)`. The gradient with respect to q, k
 * and h is `E_p[df/dtheta] - beta Cov_p(f, dE/dtheta)`.
 *
 * @param problem B problems of at most 20 variables
 * @param slopes g, `[B, H, N]`
 * @param options.beta inverse temperature, 1/energy, finite, above 0
 * @param options.readout what f is: `energy` as above, or `linear`, `f(x) = sum_i g_i x_i`
 * @returns fresh arrays, float64
 * @throws {TypeError} if the slopes, or an array of the problem, do not fit its sizes
 * @throws {RangeError} if beta is out of range, a number is not finite, or there are too many variables
 *
 * Cost O(2^n n d) time a problem, 16 bytes a state.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2, for E and f; the derivative of a Boltzmann mean.
 *
 * @example One token alone: F = -g h sigmoid(beta field h)
 * ```ts
 * import { expectedReadout } from "qama/layers";
 * import { assertAlmostEquals } from "@std/assert";
 * const one = Float32Array.of(1);
 * const sizes = { batch: 1, heads: 1, tokens: 1, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const { values } = expectedReadout({ ...sizes, queries: one, keys: one, fields: one }, Float64Array.of(1), { beta: 2 });
 * assertAlmostEquals(values[0], -1 / (1 + Math.exp(-2)), 1e-12);
 * ```
 */
export function expectedReadout(
  problem: AttentionProblem,
  slopes: Float64Array,
  { beta, readout = "energy" }: { readonly beta: number; readonly readout?: SeenReadout },
): ExpectedReadout {
  checkPositive("expectedReadout", "beta", beta);
  checkSlopes("Cannot average the readout", problem, slopes);
  const { batch, heads, tokens } = problem;
  const n = heads * tokens, task = { problem, slopes, readout };
  const shares = Array.from({ length: batch }, (_, b) => boltzmann(enumerateEnergies(problem, b), beta));
  const values = new Float64Array(batch);
  const gradient = emptyGradient(problem), held = emptyGradient(problem);
  const chosen = new Uint8Array(batch * n), scale = new Float64Array(batch);
  const visit = (act: (state: number) => void) => {
    for (let state = 0; state < 2 ** n; state++) {
      for (let at = 0; at < chosen.length; at++) chosen[at] = (state >> (at % n)) & 1;
      act(state);
    }
  };
  visit((state) => {
    const own = readoutValues(task, chosen);
    for (let b = 0; b < batch; b++) values[b] += shares[b][state] * own[b];
  });
  // the covariance in one more pass: f is centred by then, and E_p[f - F] is 0
  visit((state) => {
    const own = readoutValues(task, chosen);
    for (let b = 0; b < batch; b++) scale[b] = shares[b][state];
    addReadoutGradient(task, chosen, scale, held);
    for (let b = 0; b < batch; b++) scale[b] *= -beta * (own[b] - values[b]);
    addEnergyGradient(problem, chosen, scale, gradient);
  });
  for (const name of ["queries", "keys", "fields"] as const) {
    for (let at = 0; at < held[name].length; at++) gradient[name][at] += held[name][at];
  }
  return { values, gradient, held };
}

/** Energies become probabilities, in place. */
function boltzmann(energies: Float64Array, beta: number): Float64Array {
  const ground = energies.reduce((least, energy) => Math.min(least, energy), Infinity);
  let sum = 0;
  for (let s = 0; s < energies.length; s++) sum += energies[s] = Math.exp(-beta * (energies[s] - ground));
  for (let s = 0; s < energies.length; s++) energies[s] /= sum;
  return energies;
}
