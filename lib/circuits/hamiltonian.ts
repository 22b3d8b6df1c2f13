import { checkFinite, checkQubit, checkQubits } from "./_limits.ts";
import { type PauliString, pauliString } from "./pauli.ts";

/** A Hamiltonian as a sum of Pauli strings, `H = sum_j c_j P_j`. Immutable; the coefficients may be parameters of a circuit. */
export interface Hamiltonian {
  /** n, the number of qubits. */
  readonly qubits: number;
  /** P. */
  readonly strings: readonly PauliString[];
  /** c, `[strings]`, real. */
  readonly coefficients: Float64Array;
}

/** A coefficient at the door: a number, or a complex one, of which the imaginary part must be 0. */
export type Coefficient = number | { readonly re: number; readonly im: number };

/**
 * Makes a Hamiltonian from coefficients and Pauli strings.
 *
 * @param qubits n
 * @param terms pairs of a coefficient and a string such as `"X0 Z2"`, `"I"` for a constant; order is kept, Trotter steps follow it
 * @returns the Hamiltonian
 * @throws {RangeError} if a coefficient is not finite or has an imaginary part (H would not be Hermitian), a string names a qubit
 * that is not there or stands twice, or a state of so many qubits does not fit into memory
 * @throws {TypeError} if a coefficient is neither a number nor a complex one
 * @throws {SyntaxError} if a string cannot be read
 *
 * Cost O(terms).
 *
 * @example Two spins in a transverse field
 * ```ts
 * import { hamiltonian } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * const { strings } = hamiltonian(2, [[1, "Z0 Z1"], [-0.5, "X0"], [-0.5, "X1"]]);
 * assertEquals(strings.map(({ label }) => label), ["Z0 Z1", "X0", "X1"]);
 * ```
 */
export function hamiltonian(
  qubits: number,
  terms: readonly (readonly [coefficient: Coefficient, string: string | PauliString])[],
): Hamiltonian {
  const cannot = "Cannot make a Hamiltonian";
  checkQubits(cannot, qubits);
  const seen = new Set<string>();
  const strings = terms.map(([, text]) => {
    const string = typeof text === "string" ? pauliString(text) : text;
    checkQubit(cannot, 31 - Math.clz32((string.x | string.z) || 1), qubits);
    if (seen.has(string.label)) {
      throw new RangeError(`${cannot}: ${string.label} stands twice; add its coefficients up`);
    }
    seen.add(string.label);
    return string;
  });
  const coefficients = Float64Array.from(terms, ([value], j) => {
    const { re, im } = partsOf(value, `${cannot}: the coefficient of ${strings[j].label}`);
    checkFinite(cannot, `the coefficient of ${strings[j].label}`, re);
    if (im !== 0) {
      throw new RangeError(
        `${cannot}: the coefficient of ${strings[j].label} is ${re} + ${im} i, so the sum is not Hermitian; ` +
          `coefficients must be real`,
      );
    }
    return re;
  });
  return { qubits, strings, coefficients };
}

function partsOf(value: Coefficient, what: string): { readonly re: number; readonly im: number } {
  if (typeof value === "number") return { re: value, im: 0 };
  if (typeof value?.re === "number" && typeof value.im === "number") return value;
  throw new TypeError(`${what} must be a number, or { re, im }, got ${JSON.stringify(value)}`);
}
