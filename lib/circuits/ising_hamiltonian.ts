import { type Model, toSparse } from "../model/mod.ts";
import { checkQubits } from "./_limits.ts";
import { type Hamiltonian, hamiltonian } from "./hamiltonian.ts";

/**
 * Turns an Ising model or a QUBO into the diagonal Hamiltonian of the same energies.
 *
 * A bit x is `(1 - Z) / 2` and a spin s, which is +1 where the bit is 1, is `-Z`: basis state y has the energy of the bits of y,
 * offset included.
 *
 * @param model any model from 1 spin or bit
 * @returns strings `I`, `Z_i` and `Z_i Z_j`, in this order, without those of coefficient 0
 * @throws {RangeError} if the model has no variables, or more than a state of so many qubits can be held for
 *
 * Cost O(n^2).
 * Source: Lucas, Ising formulations of many NP problems (2014), DOI 10.3389/fphy.2014.00005.
 *
 * @example The energies of a QUBO of two bits, 00, 10, 01, 11
 * ```ts
 * import { diagonalEnergies, isingHamiltonian } from "qama/circuits";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 4]]), linear: [-1, -2] });
 * assertEquals([...diagonalEnergies(isingHamiltonian(model))], [0, -1, -2, 1]);
 * ```
 */
export function isingHamiltonian(model: Model): Hamiltonian {
  const { n, vartype, linear } = model;
  checkQubits("Cannot make a Hamiltonian of the model", n);
  const { couplings } = toSparse(model);
  // z = shift + slope Z
  const [shift, slope] = vartype === "ising" ? [0, -1] : [0.5, -0.5];
  const fields = Float64Array.from(linear, (value) => slope * value);
  const pairs: [number, string][] = [];
  let constant = model.offset;
  for (let i = 0; i < n; i++) {
    constant += shift * linear[i];
    for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
      const [j, value] = [couplings.columns[k], couplings.values[k]];
      fields[i] += shift * slope * value;
      if (j < i) continue;
      constant += shift * shift * value;
      pairs.push([slope * slope * value, `Z${i} Z${j}`]);
    }
  }
  const terms: [number, string][] = [[constant, "I"], ...Array.from(fields, (c, i): [number, string] => [c, `Z${i}`])];
  return hamiltonian(n, [...terms, ...pairs].filter(([c]) => c !== 0));
}
