import { checkOptionNames } from "../model/mod.ts";
import { checkProbability } from "./_limits.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import type { Operation } from "./operations.ts";
import { weightOf } from "./_pauli_phase.ts";

/** X, Y and Z: m00, m01, m10, m11, each re, im. */
export const PAULIS = [[0, 0, 1, 0, 1, 0, 0, 0], [0, 0, 0, -1, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, -1, 0]] as const;

/** What goes wrong on a device: after each operation on each qubit that it acts on, and at the end, when bits are read. */
export interface Noise {
  /** Probability that X, Y or Z, each as likely, acts on a qubit. @default {0} */
  readonly depolarising?: number;
  /** Probability that a qubit at 1 falls to 0. @default {0} */
  readonly amplitudeDamping?: number;
  /** Probability that a bit is read as the other one. @default {0} */
  readonly readout?: number;
}

/** Checks a noise model and fills it up. */
export function readNoise(cannot: string, noise: Noise): Required<Noise> {
  checkOptionNames(cannot, noise, ["depolarising", "amplitudeDamping", "readout"], " of a noise model");
  const { depolarising = 0, amplitudeDamping = 0, readout = 0 } = noise;
  const read = { depolarising, amplitudeDamping, readout };
  for (const [name, value] of Object.entries(read)) checkProbability(cannot, name, value);
  return read;
}

/** Qubits that an operation acts on, ascending. */
export function qubitsOf(operation: Operation): number[] {
  switch (operation.kind) {
    case "gate":
      return [operation.qubit];
    case "cz":
      return operation.qubits.toSorted((a, b) => a - b);
    case "rotation":
      return bitsOf(operation.string.x | operation.string.z);
    case "phase":
      return bitsOf(operation.diagonal.strings.reduce((bits, { z }) => bits | z, 0));
  }
}

/** The observable as it comes out when each bit is read wrongly with probability `readout`: `(1 - 2 e)` for each factor. */
export function misread(H: Hamiltonian, readout: number): Hamiltonian {
  if (readout === 0) return H;
  const coefficients = H.coefficients.map((c, j) => c * (1 - 2 * readout) ** weightOf(H.strings[j].x | H.strings[j].z));
  return { ...H, coefficients };
}

function bitsOf(mask: number): number[] {
  return Array.from({ length: 31 }, (_, q) => q).filter((q) => (mask >> q) & 1);
}
