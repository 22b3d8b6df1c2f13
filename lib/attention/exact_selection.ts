import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { control } from "./_control.ts";
import { energiesOfStates } from "./enumerate_energies.ts";
import type { AttentionSolver } from "./types.ts";

/** Options of {@link exactSelection}. */
export interface ExactSelectionOptions {
  /** Inverse temperature, 1/energy: a sample of `exp(-beta E)`; Infinity: the minimum. @default {Infinity} */
  readonly beta?: number;
}

/**
 * Makes a solver that looks at all 2^n states, n = H N: the exact minimum, or an exact Boltzmann sample.
 *
 * `p(x) = exp(-beta E(x)) / Z`, drawn by one uniform number of 32 bits a problem; at infinite beta the first of the minima.
 * Sweeps are not read; of several replicas the lowest is kept, which is no Boltzmann sample any more.
 *
 * @param options.beta 0 or more
 * @returns a solver; `solve` throws a RangeError for more variables than `EXACT_VARIABLES`
 * @throws {RangeError} if beta is negative or no number
 *
 * Cost O(H N 2^(H N)) a problem and read, and 8 bytes a state.
 * Source: Boltzmann's distribution; the draw is by inversion.
 *
 * @example The lower of two states
 * ```ts
 * import { exactSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const one = Float32Array.of(1);
 * const sizes = { batch: 1, heads: 1, tokens: 1, width: 1, weights: { coupling: 1, field: 3, overlap: 0 } };
 * const problem = { ...sizes, queries: one, keys: one, fields: one };
 * assertEquals(exactSelection().solve(problem, { seed: 1 }).energies[0], -3);
 * ```
 */
export function exactSelection(options: ExactSelectionOptions = {}): AttentionSolver {
  checkOptionNames("Cannot enumerate", options, ["beta"]);
  const { beta = Infinity } = options;
  if (!(beta >= 0)) throw new RangeError(`Cannot enumerate: beta must be 0 or more, got ${beta}`);
  return control("exact", (problem, chosen, { seed, firstStream = 0, replicas = 1 }) => {
    const { batch, heads, tokens } = problem;
    const n = heads * tokens;
    for (let b = 0; b < batch; b++) {
      const energies = energiesOfStates(problem, b);
      const rng = new Rng(seed, firstStream + b);
      let best = pick(energies, beta, rng);
      for (let r = 1; r < replicas; r++) {
        const other = pick(energies, beta, rng);
        if (energies[other] < energies[best]) best = other;
      }
      for (let r = 0; r < n; r++) chosen[b * n + r] = (best >> r) & 1;
    }
  });
}

/** Index of the minimum, or of a state drawn from the Boltzmann distribution. */
function pick(energies: Float64Array, beta: number, rng: Rng): number {
  let least = 0;
  for (let s = 1; s < energies.length; s++) if (energies[s] < energies[least]) least = s;
  if (beta === Infinity) return least;
  const ground = energies[least];
  let sum = 0;
  for (let s = 0; s < energies.length; s++) sum += Math.exp(-beta * (energies[s] - ground));
  let left = rng.uniform() * sum;
  for (let s = 0; s < energies.length; s++) {
    left -= Math.exp(-beta * (energies[s] - ground));
    if (left < 0) return s;
  }
  return least;
}
