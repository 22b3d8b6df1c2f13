import type { Couplings, FactoredCouplings } from "./types.ts";
import { finished, inBlocks, type Work } from "./work.ts";

/** `sum_j C_ij` for every i, `[n]`. */
export function rowSums(couplings: Couplings): Float64Array {
  return finished(rowSumsWork(couplings));
}

/** The same in slices. */
export function* rowSumsWork(couplings: Couplings): Work<Float64Array> {
  const n = couplings.n;
  if (couplings.form === "factored") return couplingFields(couplings, new Float64Array(n).fill(1));
  const values = couplings.values;
  const sums = new Float64Array(n);
  yield* inBlocks(n, values.length / Math.max(1, n), (from, to) => {
    for (let i = from; i < to; i++) {
      const start = couplings.form === "dense" ? i * n : couplings.rowPtr[i];
      const end = couplings.form === "dense" ? start + n : couplings.rowPtr[i + 1];
      let sum = 0;
      for (let k = start; k < end; k++) sum += values[k];
      sums[i] = sum;
    }
  });
  return sums;
}

/** `sum_j C_ij z_j` for every i, `[n]`. */
export function couplingFields(couplings: Couplings, z: ArrayLike<number>): Float64Array {
  const n = couplings.n;
  const fields = new Float64Array(n);
  if (couplings.form === "dense") {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += couplings.values[i * n + j] * z[j];
      fields[i] = sum;
    }
    return fields;
  }
  if (couplings.form === "sparse") {
    const { rowPtr, columns, values } = couplings;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += values[k] * z[columns[k]];
      fields[i] = sum;
    }
    return fields;
  }
  const { width, left, right } = couplings;
  const sumLeft = factorSum(couplings, left, z);
  const sumRight = factorSum(couplings, right, z);
  for (let i = 0; i < n; i++) {
    let cross = 0;
    let own = 0;
    for (let c = i * width, a = 0; a < width; c++, a++) {
      cross += left[c] * sumRight[a] + right[c] * sumLeft[a];
      own += left[c] * right[c];
    }
    fields[i] = cross / 2 - z[i] * own;
  }
  return fields;
}

/** `sum_j F_ja z_j`, `[d]`. */
function factorSum({ n, width }: FactoredCouplings, factor: Float64Array, z: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(width);
  for (let j = 0; j < n; j++) {
    for (let a = 0; a < width; a++) sum[a] += factor[j * width + a] * z[j];
  }
  return sum;
}

/** The same couplings, each multiplied by `factor`. */
export function scaled(couplings: Couplings, factor: number): Couplings {
  return finished(scaledWork(couplings, factor));
}

/** The same in slices. */
export function* scaledWork(couplings: Couplings, factor: number): Work<Couplings> {
  const given = couplings.form === "factored" ? couplings.left : couplings.values;
  const result = new Float64Array(given.length);
  yield* inBlocks(given.length, 1, (from, to) => {
    for (let k = from; k < to; k++) result[k] = given[k] * factor;
  });
  return Object.freeze({ ...couplings, ...(couplings.form === "factored" ? { left: result } : { values: result }) });
}

/** Calls `visit(i, j, C_ij)` for every pair i < j of rows `begin .. end - 1` with a coefficient other than 0, rows ascending. */
export function forEachPair(
  couplings: Couplings,
  visit: (i: number, j: number, value: number) => void,
  begin = 0,
  end: number = couplings.n,
): void {
  const n = couplings.n;
  if (couplings.form === "sparse") {
    const { rowPtr, columns, values } = couplings;
    for (let i = begin; i < end; i++) {
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) visit(i, columns[k], values[k]);
    }
    return;
  }
  for (let i = begin; i < end; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = couplings.form === "dense" ? couplings.values[i * n + j] : factoredEntry(couplings, i, j);
      if (value !== 0) visit(i, j, value);
    }
  }
}

/** `(a_i . b_j + a_j . b_i) / 2`, the same bits for (i, j) and (j, i). */
export function factoredEntry({ width, left, right }: FactoredCouplings, i: number, j: number): number {
  let forth = 0;
  let back = 0;
  for (let a = 0; a < width; a++) {
    forth += left[i * width + a] * right[j * width + a];
    back += left[j * width + a] * right[i * width + a];
  }
  return (forth + back) / 2;
}
