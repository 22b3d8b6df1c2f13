import type { DenseCouplings, SparseCouplings } from "./types.ts";

/**
 * Makes couplings of a full matrix: as it is where `denseFrom` of the pairs are there, else compressed rows.
 *
 * @param values `[n, n]` row-major, symmetric, zero diagonal; the caller gives it away
 */
export function couplingsOfMatrix(
  values: Float64Array,
  n: number,
  denseFrom: number,
): DenseCouplings | SparseCouplings {
  const rowPtr = rowPointers(values, n);
  const isDense = rowPtr[n] > 0 && rowPtr[n] >= denseFrom * n * (n - 1);
  return isDense ? Object.freeze({ form: "dense", n, values }) : sparseOfMatrix(values, n, rowPtr);
}

/** Makes compressed rows of a full matrix, as {@link couplingsOfMatrix} does. */
export function sparseOfMatrix(values: Float64Array, n: number, rowPtr = rowPointers(values, n)): SparseCouplings {
  const columns = new Uint32Array(rowPtr[n]);
  const kept = new Float64Array(rowPtr[n]);
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0, k = i * n; j < n; j++, k++) {
      if (values[k] === 0) continue;
      columns[next] = j;
      kept[next++] = values[k];
    }
  }
  return Object.freeze({ form: "sparse", n, rowPtr, columns, values: kept });
}

function rowPointers(values: Float64Array, n: number): Uint32Array {
  const rowPtr = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (let k = i * n; k < (i + 1) * n; k++) if (values[k] !== 0) count++;
    rowPtr[i + 1] = rowPtr[i] + count;
  }
  return rowPtr;
}
