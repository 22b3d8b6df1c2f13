import { checkQubits } from "./_limits.ts";

/** How far the norm of a state may be from 1. */
const NORM_WITHIN = 1e-6;

/**
 * Makes a basis state.
 *
 * @param qubits n
 * @param index y: qubit i is at 1 where bit i of it is set
 * @returns fresh amplitudes, `[2^n, 2]`, real and imaginary parts
 * @throws {RangeError} if there is no such state, or it would not fit into memory
 *
 * Cost O(2^n).
 *
 * @example Qubit 1 of two is up
 * ```ts
 * import { basisState } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...basisState(2, 0b10)], [0, 0, 0, 0, 1, 0, 0, 0]);
 * ```
 */
export function basisState(qubits: number, index = 0): Float64Array {
  checkQubits("Cannot make a state", qubits);
  if (!Number.isSafeInteger(index) || index < 0 || index >= 2 ** qubits) {
    throw new RangeError(`Cannot make a state: there is no basis state ${index} of ${qubits} qubits`);
  }
  const psi = new Float64Array(2 * 2 ** qubits);
  psi[2 * index] = 1;
  return psi;
}

/**
 * Makes the state in which every basis state has the same amplitude: where an anneal starts.
 *
 * @param qubits n
 * @returns fresh amplitudes, `[2^n, 2]`
 * @throws {RangeError} if it would not fit into memory
 *
 * Cost O(2^n).
 *
 * @example One qubit
 * ```ts
 * import { plusState } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...plusState(1)], [Math.SQRT1_2, 0, Math.SQRT1_2, 0]);
 * ```
 */
export function plusState(qubits: number): Float64Array {
  checkQubits("Cannot make a state", qubits);
  const psi = new Float64Array(2 * 2 ** qubits);
  const value = Math.sqrt(2 ** -qubits);
  for (let i = 0; i < psi.length; i += 2) psi[i] = value;
  return psi;
}

/**
 * Makes a state of real numbers, such as the pixels of a picture: padded with zeros to a power of 2, divided by its length.
 *
 * @param values up to `2^n` finite numbers, not all 0
 * @param qubits n. @default {as many as needed, 1 at least}
 * @returns fresh amplitudes, `[2^n, 2]`
 * @throws {RangeError} if there are more values than basis states, one is not finite, or all are 0
 *
 * Cost O(2^n).
 * Source: Schuld and Petruccione, Machine Learning with Quantum Computers (2021), section 4.2, DOI 10.1007/978-3-030-83098-4.
 *
 * @example Three numbers in two qubits
 * ```ts
 * import { amplitudeState } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...amplitudeState([3, 0, 4])], [0.6, 0, 0, 0, 0.8, 0, 0, 0]);
 * ```
 */
export function amplitudeState(
  values: ArrayLike<number>,
  qubits: number = Math.max(1, Math.ceil(Math.log2(values.length))),
): Float64Array {
  const cannot = "Cannot make a state of numbers";
  checkQubits(cannot, qubits);
  if (values.length > 2 ** qubits) {
    throw new RangeError(`${cannot}: ${values.length} do not fit into ${qubits} qubits, which hold ${2 ** qubits}`);
  }
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${cannot}: number ${i} must be finite, got ${values[i]}`);
    largest = Math.max(largest, Math.abs(values[i]));
  }
  if (largest === 0) throw new RangeError(`${cannot}: all are 0, so they have no direction`);
  const psi = new Float64Array(2 * 2 ** qubits);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] / largest) ** 2;
  for (let i = 0; i < values.length; i++) psi[2 * i] = values[i] / largest / Math.sqrt(squares);
  return psi;
}

/**
 * Throws unless every state is of the right size and of length 1.
 *
 * @param cannot start of the message
 * @param states `[B, 2^n, 2]`
 * @param qubits n
 * @returns B, from 1
 * @throws {TypeError} if the length is no whole number of states
 * @throws {RangeError} if an amplitude is not finite, or a norm is further than 1e-6 from 1
 *
 * Cost O(B 2^n).
 *
 * @example Twice as long as it should be
 * ```ts
 * import { checkStates } from "qama/circuits";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => checkStates("Cannot run", Float64Array.of(2, 0, 0, 0), 1), RangeError, "state 0 is 2");
 * ```
 */
export function checkStates(cannot: string, states: Float64Array, qubits: number): number {
  const each = 2 * 2 ** qubits;
  const count = states.length / each;
  if (!Number.isInteger(count) || count < 1) {
    throw new TypeError(
      `${cannot}: a state of ${qubits} qubits is ${each} numbers, re and im of each amplitude; got ${states.length}`,
    );
  }
  for (let b = 0; b < count; b++) {
    let squares = 0;
    for (let i = b * each; i < (b + 1) * each; i++) squares += states[i] * states[i];
    const norm = Math.sqrt(squares);
    if (Number.isFinite(norm) && Math.abs(norm - 1) <= NORM_WITHIN) continue;
    throw new RangeError(
      Number.isFinite(norm)
        ? `${cannot}: the norm of state ${b} is ${norm} and must be 1; divide its amplitudes by it`
        : `${cannot}: state ${b} has amplitudes that are not finite`,
    );
  }
  return count;
}
