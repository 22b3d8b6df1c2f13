import type { Couplings, FactoredCouplings } from "./types.ts";

/** `sum_j C_ij` for every i, `[n]`. */
export function rowSums(couplings: Couplings): Float64Array {
  const ones = new Float64Array(couplings.n).fill(1);
  return couplingFields(couplings, ones);
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
  if (couplings.form === "factored") {
    return Object.freeze({ ...couplings, left: couplings.left.map((value) => value * factor) });
  }
  return Object.freeze({ ...couplings, values: couplings.values.map((value) => value * factor) });
}

/** Calls `visit(i, j, C_ij)` for every pair i < j with a coefficient other than 0, rows ascending. */
export function forEachPair(couplings: Couplings, visit: (i: number, j: number, value: number) => void): void {
  const n = couplings.n;
  if (couplings.form === "sparse") {
    const { rowPtr, columns, values } = couplings;
    for (let i = 0; i < n; i++) {
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) visit(i, columns[k], values[k]);
    }
    return;
  }
  for (let i = 0; i < n; i++) {
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
