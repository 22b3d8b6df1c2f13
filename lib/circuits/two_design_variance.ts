import { checkInteger } from "./_limits.ts";

/**
 * Gives the variance of a derivative inside a circuit that is random like the group of all unitaries, up to second moments: the plateau.
 *
 * Of `<H>`, H a Pauli string, by the angle of `exp(-i angle P / 2)` with independent unitary 2-designs before and behind it:
 * `Var = d^2 / (2 (d^2 - 1) (d + 1))`, `d = 2^n`, of a local and of a global observable alike; about
 * `2^-n / 2` of many qubits.
 *
 * @param qubits n, from 1
 * @returns the variance; the mean is 0
 * @throws {RangeError} if qubits is no integer from 1
 *
 * Cost O(1).
 * Source: McClean, Boixo, Smelyanskiy, Babbush and Neven, Barren plateaus in quantum neural network training landscapes (2018), equation
 * 5 and its supplement, DOI 10.1038/s41467-018-07090-4. Differs in: no limit of many qubits is taken.
 *
 * @example One qubit
 * ```ts
 * import { twoDesignVariance } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * // a uniform point of the sphere turns about Y by a vector of mean square 2 / 3, and a uniform direction sees a third of it
 * assertAlmostEquals(twoDesignVariance(1), 2 / 9);
 * ```
 */
export function twoDesignVariance(qubits: number): number {
  checkInteger("Cannot give the variance of a 2-design", "qubits", qubits);
  const d = 2 ** qubits;
  return d * d / (2 * (d * d - 1) * (d + 1));
}
