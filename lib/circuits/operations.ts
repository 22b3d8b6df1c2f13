import type { Hamiltonian } from "./hamiltonian.ts";
import { checkInteger } from "./_limits.ts";
import { type PauliString, pauliString } from "./pauli.ts";

/** An angle that is not fixed: `factor`, times a parameter if there is one, times an input of the sample if there is one. */
export interface VariableAngle {
  /** Number of the parameter. */
  readonly parameter?: number;
  /** Number of the input. */
  readonly input?: number;
  /** What both are multiplied by. @default {1} */
  readonly factor?: number;
}

/** An angle in radians: a number, or one made of a parameter and an input. */
export type Angle = number | VariableAngle;

/** A fixed unitary on one qubit. */
export interface GateOperation {
  /** Tells the kind. */
  readonly kind: "gate";
  /** What it is called. */
  readonly name: string;
  /** Where it acts. */
  readonly qubit: number;
  /** m00, m01, m10, m11, each re, im: `[8]`. */
  readonly matrix: Float64Array;
}

/** -1 where both qubits are 1. */
export interface CzOperation {
  /** Tells the kind. */
  readonly kind: "cz";
  /** Two different ones. */
  readonly qubits: readonly [number, number];
}

/** `exp(-i angle P / 2)`. */
export interface RotationOperation {
  /** Tells the kind. */
  readonly kind: "rotation";
  /** P. */
  readonly string: PauliString;
  /** Radians. */
  readonly angle: Angle;
}

/** `exp(-i angle D)`, D a diagonal Hamiltonian with fixed coefficients. */
export interface PhaseOperation {
  /** Tells the kind. */
  readonly kind: "phase";
  /** D. */
  readonly diagonal: Hamiltonian;
  /** Radians times one over the unit of D. */
  readonly angle: Angle;
}

/** One step of a circuit. */
export type Operation = GateOperation | CzOperation | RotationOperation | PhaseOperation;

/** Names of the fixed gates. */
export type GateName = "h" | "x" | "y" | "z" | "s" | "t";

const H = Math.SQRT1_2;
const FIXED: Readonly<Record<GateName, readonly number[]>> = {
  h: [H, 0, H, 0, H, 0, -H, 0],
  x: [0, 0, 1, 0, 1, 0, 0, 0],
  y: [0, 0, 0, -1, 0, 1, 0, 0],
  z: [1, 0, 0, 0, 0, 0, -1, 0],
  s: [1, 0, 0, 0, 0, 0, 0, 1],
  t: [1, 0, 0, 0, 0, 0, H, H],
};

/**
 * Makes a fixed gate on one qubit: Hadamard, a Pauli matrix, S or T by name, or any matrix.
 *
 * @param matrix a name, or a unitary: m00, m01, m10, m11, each re, im, `[8]`
 * @param qubit where it acts
 * @returns the operation; `circuit()` checks it
 * @throws {TypeError} if there is no gate of this name
 *
 * Cost O(1).
 *
 * @example A Hadamard gate is real
 * ```ts
 * import { gate } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals(gate("h", 0).matrix[6], -Math.SQRT1_2);
 * ```
 */
export function gate(matrix: GateName | ArrayLike<number>, qubit: number): GateOperation {
  if (typeof matrix !== "string") {
    return { kind: "gate", name: "unitary", qubit, matrix: Float64Array.from(matrix) };
  }
  if (!Object.hasOwn(FIXED, matrix)) {
    throw new TypeError(`Cannot make a gate: there is no "${matrix}"; known are ${Object.keys(FIXED).join(", ")}`);
  }
  return { kind: "gate", name: matrix, qubit, matrix: Float64Array.from(FIXED[matrix]) };
}

/** Turns the sign of the amplitudes where both qubits are 1. */
export function cz(a: number, b: number): CzOperation {
  return { kind: "cz", qubits: [a, b] };
}

/**
 * Makes a rotation about a Pauli string, `exp(-i angle P / 2)`.
 *
 * @param angle radians: a number, or `{ parameter, input, factor }`
 * @param string `"X0"`, `"Z0 Z1"`, or one that was read before
 * @returns the operation; `circuit()` checks it
 * @throws {SyntaxError} if the string cannot be read
 * @throws {RangeError} if two of its factors act on one qubit
 *
 * Cost O(1).
 *
 * @example An angle that a parameter is
 * ```ts
 * import { rotation } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals(rotation({ parameter: 3 }, "X0 Y1").string.x, 0b11);
 * ```
 */
export function rotation(angle: Angle, string: string | PauliString): RotationOperation {
  return { kind: "rotation", angle, string: typeof string === "string" ? pauliString(string) : string };
}

/** Rotates about X: `exp(-i angle X / 2)`. */
export function rx(angle: Angle, qubit: number): RotationOperation {
  return rotation(angle, onQubit("X", qubit));
}

/** Rotates about Y: `exp(-i angle Y / 2)`, real. */
export function ry(angle: Angle, qubit: number): RotationOperation {
  return rotation(angle, onQubit("Y", qubit));
}

/** Rotates about Z: `exp(-i angle Z / 2)`. */
export function rz(angle: Angle, qubit: number): RotationOperation {
  return rotation(angle, onQubit("Z", qubit));
}

/** Couples two qubits: `exp(-i angle Z Z / 2)`. */
export function zz(angle: Angle, a: number, b: number): RotationOperation {
  const string = `${onQubit("Z", a)} ${onQubit("Z", b)}`;
  if (a === b) throw new RangeError(`Cannot couple two qubits: they must differ, got ${a} twice`);
  return rotation(angle, string);
}

/** A factor; a number that is none of a qubit is told as such, not as text that cannot be read. */
function onQubit(factor: "X" | "Y" | "Z", qubit: number): string {
  checkInteger("Cannot rotate a qubit", "its number", qubit, 0);
  return `${factor}${qubit}`;
}

/** Gives every basis state the phase of its energy: `exp(-i angle D)`, D a Hamiltonian of I and Z only, as a QUBO gives. */
export function phase(angle: Angle, diagonal: Hamiltonian): PhaseOperation {
  return { kind: "phase", angle, diagonal };
}
