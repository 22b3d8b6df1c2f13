import type { Couplings } from "../model/mod.ts";

/** Calls back with every pair i < j of a coefficient other than 0. */
export function eachCoupling(couplings: Couplings, use: (i: number, j: number, value: number) => void): void {
  const { n } = couplings;
  if (couplings.form === "sparse") {
    const { rowPtr, columns, values } = couplings;
    for (let i = 0; i < n; i++) {
      for (let at = rowPtr[i]; at < rowPtr[i + 1]; at++) if (columns[at] > i) use(i, columns[at], values[at]);
    }
    return;
  }
  if (couplings.form === "dense") {
    const { values } = couplings;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) if (values[i * n + j] !== 0) use(i, j, values[i * n + j]);
    }
    return;
  }
  const { left, right, width } = couplings;
  // of a model that is too large to be looked at whole, every so many rows and columns
  const step = Math.max(1, Math.ceil(n / MOST_FACTORED));
  for (let i = 0; i < n; i += step) {
    for (let j = i + step; j < n; j += step) {
      let sum = 0;
      for (let a = 0; a < width; a++) {
        sum += left[i * width + a] * right[j * width + a] + right[i * width + a] * left[j * width + a];
      }
      if (sum !== 0) use(i, j, sum / 2);
    }
  }
}

/** Variables up to which every pair of factored couplings is computed. */
export const MOST_FACTORED = 4096;
