import type { Model } from "../model/mod.ts";
import { fillEnergies, stateEnergies } from "./_ising_energies.ts";

const MAX_VARIABLES = 20;

/** A model in equilibrium at one temperature. */
export interface ThermalAverage {
  /** `e^(-beta E) / Z` of every state, `[2^n]`; bit i of a state's number is variable i, 1 for up. */
  readonly weights: Float64Array;
  /** How likely each variable is up, `[n]`: its mean where its values are 0 and 1. */
  readonly marginals: Float64Array;
  /** How many variables are up, on average: the sum of `marginals`. */
  readonly meanCount: number;
}

/**
 * Averages over all states of a model at one temperature, by enumeration: what a perfect sampler would tell.
 *
 * `p(x) = e^(-beta E(x)) / Z`, `marginals_i = sum of p over the states with variable i up`. Exact but for rounding; no annealer is meant,
 * which ends in states of low energy whatever beta.
 *
 * @param model any model of 1 to 20 variables; its offset does not matter
 * @param beta inverse temperature, in 1/energy, from 0; Infinity shares everything among the states of lowest energy
 * @returns fresh arrays
 * @throws {RangeError} if the model has too many variables or none, or beta is not a number from 0
 *
 * Cost O(n 2^n) time, O(2^n) memory.
 * Source: none needed; the Boltzmann distribution.
 *
 * @example A lone bit is 1 with the probability of the logistic function
 * ```ts
 * import { thermalAverage } from "qama/analysis";
 * import { denseCouplings, quboModel } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const model = quboModel({ couplings: denseCouplings([[0]]), linear: [-3] });
 * assertAlmostEquals(thermalAverage(model, 2).marginals[0], 1 / (1 + Math.exp(-6)));
 * ```
 */
export function thermalAverage(model: Model, beta: number): ThermalAverage {
  const cannot = "Cannot average over the states";
  const { n } = model;
  if (n < 1 || n > MAX_VARIABLES) {
    throw new RangeError(`${cannot}: the model has ${n} variables, expected 1 to ${MAX_VARIABLES}`);
  }
  if (!(beta >= 0)) throw new RangeError(`${cannot}: beta must be a number from 0, got ${beta}`);
  const states = stateEnergies(model);
  const weights = new Float64Array(2 ** n);
  const lowest = fillEnergies(states, false, weights);
  let Z = 0;
  for (let x = 0; x < weights.length; x++) {
    const above = weights[x] - lowest;
    weights[x] = above <= states.tolerance ? 1 : Math.exp(-beta * above);
    Z += weights[x];
  }
  const marginals = new Float64Array(n);
  for (let x = 0; x < weights.length; x++) {
    weights[x] /= Z;
    for (let i = 0; i < n; i++) if ((x >> i) & 1) marginals[i] += weights[x];
  }
  return { weights, marginals, meanCount: marginals.reduce((sum, p) => sum + p, 0) };
}
