import { walshHadamard } from "./_walsh_hadamard.ts";
import type { Hamiltonian } from "./hamiltonian.ts";

/**
 * Computes the diagonal of a Hamiltonian: what its strings without X and Y give in each basis state.
 *
 * `E_y = sum_z c_z (-1)^|y & z|`, a Walsh-Hadamard transform of the coefficients.
 *
 * @param H any Hamiltonian; strings with X or Y have no diagonal and are left out
 * @returns fresh energies, `[2^n]`, of the basis states
 *
 * Cost O(n 2^n) time, whatever the number of strings, and 8 bytes a basis state.
 * Source: Fino and Algazi, Unified matrix treatment of the fast Walsh-Hadamard transform (1976), DOI 10.1109/TC.1976.1674569.
 *
 * @example Equal qubits have energy 1
 * ```ts
 * import { diagonalEnergies, hamiltonian } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...diagonalEnergies(hamiltonian(2, [[1, "Z0 Z1"], [7, "X0"]]))], [1, -1, -1, 1]);
 * ```
 */
export function diagonalEnergies(H: Hamiltonian): Float64Array {
  const E = new Float64Array(2 ** H.qubits);
  H.strings.forEach(({ x, z }, j) => {
    if (x === 0) E[z] += H.coefficients[j];
  });
  walshHadamard(E);
  return E;
}
