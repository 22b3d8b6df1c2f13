import { factoredEntry } from "../_terms.ts";
import type { Couplings, Model } from "../types.ts";
import type { Reading } from "./types.ts";

/**
 * Gives the rows of the full matrix that has the energies of a model; the same array each time.
 *
 * ising: J in both triangles; maxcut: the weights, 2 J, in both; qubo: Q in the upper triangle with the diagonal, so that
 * `x^T Q x` and `sum_{i<=j} Q_ij x_i x_j` are the same.
 */
export function* matrixRows({ n, couplings, linear }: Model, reading: Reading): Generator<Float64Array> {
  const row = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    fillRow(couplings, i, row);
    if (reading === "maxcut") { for (let j = 0; j < n; j++) row[j] *= 2; }
    if (reading === "qubo") {
      row.fill(0, 0, i);
      row[i] = linear[i];
    }
    yield row;
  }
}

function fillRow(couplings: Couplings, i: number, row: Float64Array): void {
  const n = couplings.n;
  if (couplings.form === "dense") {
    row.set(couplings.values.subarray(i * n, (i + 1) * n));
  } else if (couplings.form === "sparse") {
    row.fill(0);
    for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) row[couplings.columns[k]] = couplings.values[k];
  } else {
    for (let j = 0; j < n; j++) row[j] = j === i ? 0 : factoredEntry(couplings, i, j);
  }
}
