import { checkFinite, checkInteger, checkQubit, checkQubits } from "./_limits.ts";
import { type Hamiltonian, hamiltonian } from "./hamiltonian.ts";
import type { Angle, Operation } from "./operations.ts";

/** A parameterised circuit: operations in order, and what is measured at its end. Immutable. */
export interface Circuit {
  /** n. */
  readonly qubits: number;
  /** Parameters: one more than the highest that an angle names. */
  readonly parameters: number;
  /** Inputs of a sample, counted alike. */
  readonly inputs: number;
  /** First to last. */
  readonly operations: readonly Operation[];
  /** K Hamiltonians whose expectations are the outputs. */
  readonly observables: readonly Hamiltonian[];
}

/** What {@link circuit} is made of. */
export interface CircuitParts {
  /** n. */
  readonly qubits: number;
  /** First to last. */
  readonly operations: readonly Operation[];
  /** Hamiltonians, or Pauli strings as text. @default {none} */
  readonly observables?: readonly (Hamiltonian | string)[];
}

/** How far a gate may be from unitary. */
const UNITARY_WITHIN = 1e-9;

/**
 * Makes a circuit and checks it.
 *
 * @param parts see {@link CircuitParts}
 * @returns the circuit
 * @throws {RangeError} if a qubit is not there, two that must differ are equal, a matrix is not unitary, an angle is not finite,
 * a phase is not diagonal, or a state of so many qubits does not fit into memory: the message says how many bytes it would take
 * @throws {TypeError} if a matrix has not 8 numbers, or an angle is none
 *
 * Cost O(operations).
 *
 * @example A Bell pair
 * ```ts
 * import { circuit, cz, expectations, gate } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const operations = [gate("h", 0), gate("h", 1), cz(0, 1), gate("h", 1)];
 * const [zz, z] = expectations(circuit({ qubits: 2, operations, observables: ["Z0 Z1", "Z0"] }));
 * assertAlmostEquals(zz, 1);
 * assertAlmostEquals(z, 0);
 * ```
 */
export function circuit(parts: CircuitParts): Circuit {
  const cannot = "Cannot make a circuit";
  const { qubits, operations } = parts;
  checkQubits(cannot, qubits);
  let [parameters, inputs] = [0, 0];
  operations.forEach((operation, k) => {
    checkOperation(`${cannot}: operation ${k}`, operation, qubits);
    if (!("angle" in operation) || typeof operation.angle === "number") return;
    parameters = Math.max(parameters, 1 + (operation.angle.parameter ?? -1));
    inputs = Math.max(inputs, 1 + (operation.angle.input ?? -1));
  });
  const observables = (parts.observables ?? []).map((given, k) => {
    if (typeof given === "string") return hamiltonian(qubits, [[1, given]]);
    if (given.qubits === qubits) return given;
    throw new RangeError(`${cannot}: observable ${k} is of ${given.qubits} qubits, the circuit of ${qubits}`);
  });
  return { qubits, parameters, inputs, operations: [...operations], observables };
}

function checkOperation(cannot: string, operation: Operation, qubits: number): void {
  switch (operation.kind) {
    case "gate":
      checkQubit(cannot, operation.qubit, qubits);
      return checkUnitary(cannot, operation.matrix);
    case "cz": {
      const [a, b] = operation.qubits;
      checkQubit(cannot, a, qubits);
      checkQubit(cannot, b, qubits);
      if (a === b) throw new RangeError(`${cannot}: a CZ needs two different qubits, got ${a} twice`);
      return;
    }
    case "rotation": {
      const { x, z } = operation.string;
      checkQubit(cannot, 31 - Math.clz32((x | z) || 1), qubits);
      return checkAngle(cannot, operation.angle);
    }
    case "phase": {
      const { diagonal } = operation;
      if (diagonal.qubits !== qubits) {
        throw new RangeError(`${cannot}: the phase is of ${diagonal.qubits} qubits, the circuit of ${qubits}`);
      }
      const off = diagonal.strings.find(({ x }) => x !== 0);
      if (off !== undefined) {
        throw new RangeError(`${cannot}: ${off.label} is not diagonal; evolve under it with trotterSteps()`);
      }
      return checkAngle(cannot, operation.angle);
    }
    default:
      throw new TypeError(`${cannot} is of no known kind: ${String((operation as Operation).kind)}`);
  }
}

function checkAngle(cannot: string, angle: Angle): void {
  if (typeof angle === "number") return checkFinite(cannot, "the angle", angle);
  if (typeof angle !== "object" || angle === null) {
    throw new TypeError(`${cannot}: the angle must be a number, or { parameter, input, factor }, got ${angle}`);
  }
  checkFinite(cannot, "the factor of the angle", angle.factor ?? 1);
  for (const name of ["parameter", "input"] as const) {
    const value = angle[name];
    if (value !== undefined) checkInteger(cannot, name, value, 0);
  }
}

/** Throws unless the rows are of length 1 and orthogonal. */
function checkUnitary(cannot: string, m: Float64Array): void {
  if (m.length !== 8) {
    throw new TypeError(`${cannot}: a matrix is m00, m01, m10, m11, each re, im: 8 numbers, got ${m.length}`);
  }
  const product = (i: number, j: number, turn: number) =>
    turn === 0
      ? m[i] * m[j] + m[i + 1] * m[j + 1] + m[i + 2] * m[j + 2] + m[i + 3] * m[j + 3]
      : m[i] * m[j + 1] - m[i + 1] * m[j] + m[i + 2] * m[j + 3] - m[i + 3] * m[j + 2];
  const off = Math.max(
    ...[product(0, 0, 0) - 1, product(4, 4, 0) - 1, product(0, 4, 0), product(0, 4, 1)].map(Math.abs),
  );
  // written so that NaN is refused
  if (!(off <= UNITARY_WITHIN)) {
    throw new RangeError(`${cannot}: the matrix is not unitary: M M* differs from 1 by ${off}`);
  }
}
