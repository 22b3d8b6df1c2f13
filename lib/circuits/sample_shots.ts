import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkInteger, checkMemory, checkProbability, checkQubits } from "./_limits.ts";
import { weightOf } from "./_pauli_phase.ts";
import { checkStates } from "./states.ts";

/** Options of {@link sampleShots}. */
export interface ShotOptions {
  /** Shots a state. */
  readonly shots: number;
  /** State b uses stream b. @default {0} */
  readonly seed?: number;
  /** Probability that a bit is read as the other one. @default {0} */
  readonly readout?: number;
}

/**
 * Measures all qubits of states in the basis of bits, many times.
 *
 * Basis state y comes with probability `|psi_y|^2`; each shot finds the first y whose cumulated probability is above a uniform number of 53
 * bits, and then turns each bit with probability `readout`.
 *
 * @param states `[B, 2^n, 2]`, of norm 1
 * @param qubits n
 * @param options see {@link ShotOptions}
 * @returns fresh numbers of basis states, `[B, shots]`
 * @throws {TypeError} if the length of `states` is no whole number of states
 * @throws {RangeError} if a state is not of norm 1 or not finite, shots is no integer from 1 or do not fit into memory, or readout is no
 * probability
 *
 * Cost O(2^n + n shots) a state, 8 bytes a basis state.
 * Source: Devroye, Non-Uniform Random Variate Generation (1986), section III.2.1, DOI 10.1007/978-1-4613-8643-8.
 *
 * @example A basis state is always found
 * ```ts
 * import { basisState, sampleShots } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...sampleShots(basisState(3, 5), 3, { shots: 4 })], [5, 5, 5, 5]);
 * ```
 */
export function sampleShots(states: Float64Array, qubits: number, options: ShotOptions): Uint32Array {
  const cannot = "Cannot sample shots";
  checkOptionNames(cannot, options, ["shots", "seed", "readout"]);
  const { shots, seed = 0, readout = 0 } = options;
  checkQubits(cannot, qubits);
  checkInteger(cannot, "shots", shots);
  checkProbability(cannot, "readout", readout);
  const count = checkStates(cannot, states, qubits);
  const size = 2 ** qubits;
  checkMemory(cannot, `${shots} shots of each state`, 4 * count * shots, undefined, "take fewer shots");
  const found = new Uint32Array(count * shots);
  const cumulated = new Float64Array(size);
  for (let b = 0; b < count; b++) {
    let total = 0;
    for (let y = 0; y < size; y++) {
      const at = 2 * (b * size + y);
      total += states[at] * states[at] + states[at + 1] * states[at + 1];
      cumulated[y] = total;
    }
    const rng = new Rng(seed, b);
    for (let shot = 0; shot < shots; shot++) {
      const u = total * (rng.uint32() + rng.uniform()) / 2 ** 32;
      let [low, high] = [0, size - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulated[middle] > u) high = middle;
        else low = middle + 1;
      }
      let y = low;
      for (let q = 0; readout > 0 && q < qubits; q++) if (rng.uniform() < readout) y ^= 1 << q;
      found[b * shots + shot] = y;
    }
  }
  return found;
}

/**
 * Estimates the expectation of a Pauli string of Z factors from shots.
 *
 * @param shots numbers of basis states
 * @param z bit i is set where Z acts on qubit i, as `pauliString("Z0 Z2").z`
 * @returns the mean of +1 and -1, and its standard error
 * @throws {RangeError} if there are no shots
 *
 * Cost O(shots).
 *
 * @example One shot of four is odd
 * ```ts
 * import { shotMean } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals(shotMean([0, 2, 0, 1], 0b1).mean, 0.5);
 * ```
 */
export function shotMean(
  shots: ArrayLike<number>,
  z: number,
): { readonly mean: number; readonly standardError: number } {
  if (shots.length === 0) throw new RangeError("Cannot estimate an expectation: there are no shots");
  let sum = 0;
  for (let k = 0; k < shots.length; k++) sum += weightOf(shots[k] & z) % 2 ? -1 : 1;
  const mean = sum / shots.length;
  return { mean, standardError: Math.sqrt((1 - mean * mean) / Math.max(1, shots.length - 1)) };
}
