import type { Couplings, Model } from "../model/mod.ts";

const MAX_VARIABLES = 20;

/**
 * Reads one coefficient of the couplings, straight from the definition of their form: the twin of what kernels precompute.
 *
 * @param i row, 0-based
 * @param j column, 0-based
 * @returns `C_ij`; 0 on the diagonal
 *
 * Cost O(1) dense, O(neighbours) sparse, O(d) factored.
 *
 * @example A missing pair is zero
 * ```ts
 * import { modelCouplingTwin } from "qama/testing";
 * import { sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(modelCouplingTwin(sparseCouplings(3, [[0, 1, 5]]), 0, 2), 0);
 * ```
 */
export function modelCouplingTwin(couplings: Couplings, i: number, j: number): number {
  if (i === j) return 0;
  if (couplings.form === "dense") return couplings.values[i * couplings.n + j];
  if (couplings.form === "sparse") {
    for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
      if (couplings.columns[k] === j) return couplings.values[k];
    }
    return 0;
  }
  const { width, left, right } = couplings;
  let sum = 0;
  for (let a = 0; a < width; a++) {
    sum += (left[i * width + a] * right[j * width + a] + left[j * width + a] * right[i * width + a]) / 2;
  }
  return sum;
}

/**
 * Computes the energy of a state as the definition reads: `sum_{i<j} C_ij z_i z_j + sum_i linear_i z_i + offset`.
 *
 * @param state `[n]`, -1 and +1 for an Ising model, 0 and 1 for a QUBO; not checked
 * @returns the energy
 *
 * Cost O(n^2) coefficients.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { modelEnergyTwin } from "qama/testing";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(modelEnergyTwin(isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), offset: 5 }), [1, -1]), 4);
 * ```
 */
export function modelEnergyTwin(model: Model, state: ArrayLike<number>): number {
  let sum = model.offset;
  for (let i = 0; i < model.n; i++) {
    sum += model.linear[i] * state[i];
    for (let j = i + 1; j < model.n; j++) sum += modelCouplingTwin(model.couplings, i, j) * state[i] * state[j];
  }
  return sum;
}

/**
 * Lists every state of n variables: state t has variable i up if bit i of t is set.
 *
 * @param n number of variables, at most 20
 * @param vartype the values of a variable: -1 and +1 for "ising", 0 and 1 for "qubo"
 * @returns a generator of fresh states
 * @throws {RangeError} if n is not an integer from 0 to 20
 *
 * Cost O(n 2^n) for all.
 *
 * @example Four states of two bits
 * ```ts
 * import { allStates } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...allStates(2, "qubo")].map((state) => state.join("")), ["00", "10", "01", "11"]);
 * ```
 */
export function* allStates(n: number, vartype: Model["vartype"]): Generator<Int8Array> {
  if (!Number.isInteger(n) || n < 0 || n > MAX_VARIABLES) {
    throw new RangeError(`Cannot list the states of ${n} variables: expected an integer from 0 to ${MAX_VARIABLES}`);
  }
  const down = vartype === "ising" ? -1 : 0;
  for (let t = 0; t < 2 ** n; t++) yield Int8Array.from({ length: n }, (_, i) => (t >> i) & 1 ? 1 : down);
}

/** What an exhaustive search found. */
export interface BruteForceMinimum {
  /** The lowest energy of all states. */
  readonly energy: number;
  /** The first state that has it, `[n]`. */
  readonly state: Int8Array;
  /** How many states have it, to a relative 1e-9. */
  readonly degeneracy: number;
}

/**
 * Finds the minimum of a model by looking at every state: the oracle of every sampler.
 *
 * @param model at most 20 variables
 * @returns energy, state and degeneracy of the ground state
 * @throws {RangeError} if the model has more than 20 variables
 *
 * Cost O(n^2 2^n).
 *
 * @example A pair has two ground states
 * ```ts
 * import { bruteForceMinimum } from "qama/testing";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { energy, degeneracy } = bruteForceMinimum(isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) }));
 * assertEquals([energy, degeneracy], [-1, 2]);
 * ```
 */
export function bruteForceMinimum(model: Model): BruteForceMinimum {
  let best: Omit<BruteForceMinimum, "degeneracy"> = { energy: Infinity, state: new Int8Array(0) };
  const energies: number[] = [];
  for (const state of allStates(model.n, model.vartype)) {
    const energy = modelEnergyTwin(model, state);
    energies.push(energy);
    if (energy < best.energy) best = { energy, state };
  }
  const tolerance = 1e-9 * Math.max(1, Math.abs(best.energy));
  return { ...best, degeneracy: energies.filter((energy) => energy <= best.energy + tolerance).length };
}
