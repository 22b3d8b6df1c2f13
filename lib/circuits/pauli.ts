/** A product of Pauli matrices on different qubits: `i^|x & z| X^x Z^z`, Hermitian and its own inverse. */
export interface PauliString {
  /** Its factors in ascending order of qubits, as `X0 Z2`; the identity is `I`. */
  readonly label: string;
  /** Bit i is set where X or Y acts on qubit i. */
  readonly x: number;
  /** Bit i is set where Z or Y acts on qubit i. */
  readonly z: number;
}

/** Qubits that a string can name: its masks are 32-bit integers. */
const MAX_NAMED = 30;

/**
 * Reads a Pauli string.
 *
 * Qubit i is bit i of the number of a basis state, `Z|0> = |0>`, `Z|1> = -|1>`.
 *
 * @param text factors and qubits, `X0 Y1 Z12`, in any order; `I` or nothing for the identity
 * @returns the string
 * @throws {SyntaxError} if a factor is none of X, Y, Z with the number of a qubit
 * @throws {RangeError} if two factors act on one qubit, or a qubit is above 29
 *
 * Cost O(length).
 * Source: Nielsen and Chuang, Quantum Computation and Quantum Information (2010), section 10.5.1, DOI 10.1017/CBO9780511976667.
 *
 * @example Y is both
 * ```ts
 * import { pauliString } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals(pauliString("Z3 Y0"), { label: "Y0 Z3", x: 0b1, z: 0b1001 });
 * ```
 */
export function pauliString(text: string): PauliString {
  const cannot = `Cannot read the Pauli string "${text}"`;
  const found = new Map<number, string>();
  for (const word of text.split(/\s+/).filter((part) => part !== "" && part !== "I")) {
    const [, factor, digits] = /^([XYZ])(\d+)$/.exec(word) ?? [];
    if (factor === undefined) {
      throw new SyntaxError(`${cannot}: "${word}" is no factor; write X, Y or Z and a qubit, as in "X0 Z2"`);
    }
    const qubit = Number(digits);
    if (qubit >= MAX_NAMED) throw new RangeError(`${cannot}: qubit ${qubit} is above ${MAX_NAMED - 1}`);
    if (found.has(qubit)) {
      throw new RangeError(`${cannot}: two factors act on qubit ${qubit}; multiply them first`);
    }
    found.set(qubit, factor);
  }
  let [x, z] = [0, 0];
  const words = [...found].sort(([a], [b]) => a - b).map(([qubit, factor]) => {
    if (factor !== "Z") x |= 1 << qubit;
    if (factor !== "X") z |= 1 << qubit;
    return `${factor}${qubit}`;
  });
  return { label: words.join(" ") || "I", x, z };
}
