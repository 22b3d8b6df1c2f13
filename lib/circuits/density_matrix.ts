import { anglesOf } from "./_apply.ts";
import { misread, type Noise, PAULIS, qubitsOf, readNoise } from "./_noise.ts";
import { type CircuitValues, readValues } from "./_values.ts";
import type { Circuit } from "./circuit.ts";
import { diagonalEnergies } from "./diagonal_energies.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import type { Operation } from "./operations.ts";
import type { PauliString } from "./pauli.ts";

export type { Noise } from "./_noise.ts";

/** Qubits at most: the matrix has `4^n` entries. */
const MAX_DENSITY_QUBITS = 8;

/** What {@link densityRun} gives. */
export interface DensityRun {
  /** rho, `[2^n, 2^n, 2]` row-major; readout is no part of it. */
  readonly matrix: Float64Array;
  /** `Tr rho H_k` as bits are read, `[K]`. */
  readonly expectations: Float64Array;
}

/** A vector of amplitudes, or a column of a matrix that is treated as one. */
type Vector = Float64Array;

/**
 * Runs a circuit with noise on its density matrix: exactly, without trajectories, written plainly.
 *
 * Each operation is `rho -> U rho U*`; then each qubit it acts on goes through `(1 - p) rho + p / 3 (X rho X + Y rho Y + Z rho Z)` and
 * `K_0 rho K_0* + K_1 rho K_1*`, `K_0 = diag(1, sqrt(1 - g))`, `K_1 = sqrt(g) |0><1|`. Shares no loop with the state vectors, whose oracle it is.
 *
 * @param circuit what to run, up to 8 qubits
 * @param values parameters, inputs and a state of one sample; see {@link CircuitValues}
 * @param noise what goes wrong. @default {nothing}
 * @returns the density matrix and the expectations, fresh
 * @throws {RangeError} if there are more than 8 qubits, a probability is none, or values are not finite
 * @throws {TypeError} if there is more than one sample
 *
 * Cost O(4^n) an operation and qubit.
 * Source: Nielsen and Chuang, Quantum Computation and Quantum Information (2010), section 8.3, DOI 10.1017/CBO9780511976667.
 *
 * @example A flipped qubit falls with probability 0.1
 * ```ts
 * import { circuit, densityRun, gate } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const flipped = circuit({ qubits: 1, operations: [gate("x", 0)], observables: ["Z0"] });
 * assertAlmostEquals(densityRun(flipped, {}, { amplitudeDamping: 0.1 }).expectations[0], -0.8);
 * ```
 */
export function densityRun(circuit: Circuit, values: CircuitValues = {}, noise: Noise = {}): DensityRun {
  const cannot = "Cannot run the circuit on a density matrix";
  const { qubits, operations, observables } = circuit;
  if (qubits > MAX_DENSITY_QUBITS) {
    throw new RangeError(
      `${cannot}: that of ${qubits} qubits would take ${
        (16n * 4n ** BigInt(qubits)).toLocaleString("en")
      } bytes, at most ` +
        `${MAX_DENSITY_QUBITS} qubits are allowed; average noisyExpectations() over trajectories`,
    );
  }
  const read = readValues(circuit, values, Infinity);
  if (read.count !== 1) throw new TypeError(`${cannot}: one sample is expected, got ${read.count}`);
  const { depolarising, amplitudeDamping, readout } = readNoise(cannot, noise);
  const N = 2 ** qubits;
  const psi = values.states ?? Float64Array.of(1, 0, ...new Float64Array(2 * N - 2));
  let rho: Float64Array = new Float64Array(2 * N * N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      rho[2 * (i * N + j)] = psi[2 * i] * psi[2 * j] + psi[2 * i + 1] * psi[2 * j + 1];
      rho[2 * (i * N + j) + 1] = psi[2 * i + 1] * psi[2 * j] - psi[2 * i] * psi[2 * j + 1];
    }
  }
  const mixed = (parts: readonly (readonly [weight: number, act: (v: Vector) => Vector])[]) => {
    const sum = new Float64Array(rho.length);
    for (const [weight, act] of parts) conjugated(rho, N, act).forEach((value, i) => sum[i] += weight * value);
    return sum;
  };
  for (const operation of operations) {
    const [angle = 0] = anglesOf(operation, read);
    const energies = operation.kind === "phase" ? diagonalEnergies(operation.diagonal) : undefined;
    rho = conjugated(rho, N, (v) => acted(v, operation, angle, energies));
    for (const q of qubitsOf(operation)) {
      if (depolarising > 0) {
        const turns = PAULIS.map((P) => [depolarising / 3, (v: Vector) => onQubit(v, q, P)] as const);
        rho = mixed([[1 - depolarising, (v) => v], ...turns]);
      }
      if (amplitudeDamping > 0) {
        const kept = Math.sqrt(1 - amplitudeDamping);
        rho = mixed([
          [1, (v) => onQubit(v, q, [1, 0, 0, 0, 0, 0, kept, 0])],
          [amplitudeDamping, (v) => onQubit(v, q, [0, 0, 1, 0, 0, 0, 0, 0])],
        ]);
      }
    }
  }
  const outputs = Float64Array.from(observables, (H) => trace(rho, N, misread(H, readout)));
  return { matrix: rho, expectations: outputs };
}

/** `A rho A*`: A on every column, conjugate transpose, and once more. */
function conjugated(rho: Float64Array, N: number, act: (v: Vector) => Vector): Float64Array {
  const once = (matrix: Float64Array) => {
    const result = new Float64Array(matrix.length);
    for (let j = 0; j < N; j++) {
      const column = new Float64Array(2 * N);
      for (let i = 0; i < N; i++) {
        column[2 * i] = matrix[2 * (i * N + j)];
        column[2 * i + 1] = matrix[2 * (i * N + j) + 1];
      }
      // row j of the conjugate transpose
      act(column).forEach((value, i) => result[2 * j * N + i] = i % 2 ? -value : value);
    }
    return result;
  };
  return once(once(rho));
}

function acted(v: Vector, operation: Operation, angle: number, energies?: Float64Array): Vector {
  switch (operation.kind) {
    case "gate":
      return onQubit(v, operation.qubit, operation.matrix);
    case "cz": {
      const both = (1 << operation.qubits[0]) | (1 << operation.qubits[1]);
      return v.map((value, i) => ((i >> 1) & both) === both ? -value : value);
    }
    case "rotation": {
      const turned = onString(v, operation.string);
      const [c, s] = [Math.cos(angle / 2), Math.sin(angle / 2)];
      return v.map((value, i) => c * value + (i % 2 ? -s * turned[i - 1] : s * turned[i + 1]));
    }
    case "phase":
      return v.map((value, i) => {
        const phase = angle * energies![i >> 1];
        return value * Math.cos(phase) + (i % 2 ? -v[i - 1] : v[i + 1]) * Math.sin(phase);
      });
  }
}

/** A matrix m00, m01, m10, m11 on one qubit. */
function onQubit(v: Vector, qubit: number, m: ArrayLike<number>): Vector {
  const result = new Float64Array(v.length);
  for (let y = 0; 2 * y < v.length; y++) {
    const row = (y >> qubit) & 1;
    for (const column of [0, 1]) {
      const from = 2 * (y ^ ((row ^ column) << qubit));
      const [re, im] = [m[4 * row + 2 * column], m[4 * row + 2 * column + 1]];
      result[2 * y] += re * v[from] - im * v[from + 1];
      result[2 * y + 1] += re * v[from + 1] + im * v[from];
    }
  }
  return result;
}

/** A Pauli string, factor by factor. */
function onString(v: Vector, { label }: PauliString): Vector {
  if (label === "I") return v;
  return label.split(" ").reduce((w, word) => onQubit(w, Number(word.slice(1)), PAULIS["XYZ".indexOf(word[0])]), v);
}

function trace(rho: Float64Array, N: number, H: Hamiltonian): number {
  let sum = 0;
  H.strings.forEach((string, k) => {
    for (let j = 0; j < N; j++) {
      const column = new Float64Array(2 * N);
      for (let i = 0; i < N; i++) column.set(rho.subarray(2 * (i * N + j), 2 * (i * N + j) + 2), 2 * i);
      sum += H.coefficients[k] * onString(column, string)[2 * j];
    }
  });
  return sum;
}
