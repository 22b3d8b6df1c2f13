import type { Amplitudes } from "../kernels/mod.ts";
import type { Circuit } from "./circuit.ts";
import { diagonalEnergies } from "./diagonal_energies.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import type { Operation } from "./operations.ts";
import type { PauliString } from "./pauli.ts";
import { hasDiagonal } from "./_observables.ts";
import { withPhase } from "./_pauli_phase.ts";

/** Numbers that angles are made of. */
export interface AngleValues {
  /** `[P]`. */
  readonly parameters: ArrayLike<number>;
  /** `[B, I]`. */
  readonly inputs: ArrayLike<number>;
  /** I. */
  readonly width: number;
  /** B. */
  readonly count: number;
}

/** The angles of an operation: one that all samples share, or `[B]`; none where it has no angle. */
export function anglesOf(operation: Operation, values: AngleValues): Float64Array {
  if (!("angle" in operation)) return NONE;
  const { angle } = operation;
  if (typeof angle === "number") return Float64Array.of(angle);
  const { parameter, input, factor = 1 } = angle;
  const own = factor * (parameter === undefined ? 1 : values.parameters[parameter]);
  if (input === undefined) return Float64Array.of(own);
  const angles = new Float64Array(values.count);
  for (let b = 0; b < angles.length; b++) angles[b] = own * values.inputs[b * values.width + input];
  return angles;
}

const NONE = new Float64Array(0);

/** Diagonals in tables of the kernels: energies that operations and observables need, and room for phases. */
export interface Diagonals {
  /** Energies, the first `2^n` numbers of a table. */
  of(diagonal: Hamiltonian): Float64Array;
  /** `e^(-i angle E)`, in a table that the next call writes over. */
  phases(diagonal: Hamiltonian, angle: number): Float64Array;
}

/** The diagonals whose energies are needed, and the number of tables that hold them, with one for phases if there are any. */
export function diagonalsOf(
  { operations, observables }: Pick<Circuit, "operations" | "observables">,
): { readonly needed: ReadonlySet<Hamiltonian>; readonly tables: number } {
  const phases = operations.filter((operation) => operation.kind === "phase").map(({ diagonal }) => diagonal);
  const needed = new Set([...phases, ...observables.filter(hasDiagonal)]);
  return { needed, tables: needed.size + (phases.length > 0 ? 1 : 0) };
}

/** Computes the energies of every diagonal once, into the first tables. */
export function openDiagonals(amplitudes: Amplitudes, needed: ReadonlySet<Hamiltonian>): Diagonals {
  const energies = new Map<Hamiltonian, Float64Array>();
  for (const diagonal of needed) {
    const table = amplitudes.tables[energies.size].subarray(0, amplitudes.size);
    table.set(diagonalEnergies(diagonal));
    energies.set(diagonal, table);
  }
  const table = amplitudes.tables[energies.size];
  let [filled, at]: [Hamiltonian | undefined, number] = [undefined, NaN];
  return {
    of: (diagonal) => energies.get(diagonal)!,
    phases(diagonal, angle) {
      if (filled === diagonal && at === angle) return table;
      writePhases(energies.get(diagonal)!, angle, table);
      [filled, at] = [diagonal, angle];
      return table;
    },
  };
}

/** Writes `e^(-i angle E_y)` into a table `[2^n, 2]`. */
export function writePhases(E: Float64Array, angle: number, table: Float64Array): void {
  for (let y = 0; y < E.length; y++) {
    table[2 * y] = Math.cos(angle * E[y]);
    table[2 * y + 1] = -Math.sin(angle * E[y]);
  }
}

/** Applies an operation, or its inverse, to states. */
export function applyOperation(
  amplitudes: Amplitudes,
  diagonals: Diagonals,
  operation: Operation,
  angles: Float64Array,
  psi: Float64Array,
  inverse = false,
): void {
  switch (operation.kind) {
    case "gate":
      return amplitudes.gate(operation.qubit, inverse ? adjoint(operation.matrix) : operation.matrix, psi);
    case "cz":
      return amplitudes.cz(operation.qubits[0], operation.qubits[1], psi);
    case "rotation": {
      const { string } = operation;
      const qubits = string.x | string.z;
      // on one qubit a matrix is faster than the rule for strings
      if (qubits !== 0 && (qubits & (qubits - 1)) === 0) {
        const matrices = new Float64Array(8 * angles.length);
        for (let b = 0; b < angles.length; b++) turn(string, inverse ? -angles[b] : angles[b], matrices, 8 * b);
        return amplitudes.gate(31 - Math.clz32(qubits), matrices, psi);
      }
      const factors = new Float64Array(3 * angles.length);
      angles.forEach((angle, b) => {
        factors[3 * b] = Math.cos(angle / 2);
        factors.set(withPhase(string, 0, (inverse ? 1 : -1) * Math.sin(angle / 2)), 3 * b + 1);
      });
      return amplitudes.rotate(string.x, string.z, factors, psi);
    }
    case "phase": {
      const each = psi.length / angles.length;
      angles.forEach((angle, b) =>
        amplitudes.multiply(
          diagonals.phases(operation.diagonal, angle),
          inverse,
          psi.subarray(b * each, (b + 1) * each),
        )
      );
    }
  }
}

/** Writes `exp(-i angle P / 2)` for P on one qubit; where it is 0, `matrices` is 0 already. */
function turn({ x, z }: PauliString, angle: number, matrices: Float64Array, at: number): void {
  const c = Math.cos(angle / 2), s = Math.sin(angle / 2);
  matrices[at] = matrices[at + 6] = c;
  if (x === 0) {
    matrices[at + 1] = -s;
    matrices[at + 7] = s;
  } else if (z === 0) {
    matrices[at + 3] = matrices[at + 5] = -s;
  } else {
    matrices[at + 2] = -s;
    matrices[at + 4] = s;
  }
}

/** The conjugate transpose. */
function adjoint(m: Float64Array): Float64Array {
  return Float64Array.of(m[0], -m[1], m[4], -m[5], m[2], -m[3], m[6], -m[7]);
}
