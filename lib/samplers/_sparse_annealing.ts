/*
 * Loops over couplings in compressed sparse rows with cached local fields f_i = h_i + sum_j J_ij s_j: O(1) a proposal,
 * O(neighbours) a flip. Nothing is checked or allocated here.
 */

/** Couplings as the loops take them. */
export interface Rows {
  readonly rowPtr: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Computes the local fields of s, those of spins `from .. to - 1`. */
export function sparseFields(
  J: Rows,
  h: Float64Array,
  s: Int8Array,
  f: Float64Array,
  from: number,
  to: number,
): void {
  const { rowPtr, columns, values } = J;
  for (let i = from; i < to; i++) {
    let sum = h[i];
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += values[k] * s[columns[k]];
    f[i] = sum;
  }
}

/** Flips spin i and brings the fields of its neighbours up to date. */
export function sparseFlip(J: Rows, s: Int8Array, f: Float64Array, i: number): void {
  const { rowPtr, columns, values } = J;
  const change = -2 * s[i];
  s[i] = -s[i];
  for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) f[columns[k]] += change * values[k];
}

/** One sweep that flips every spin whose flip lowers the energy by more than `tolerance`; returns the flips. */
export function sparseDescend(n: number, J: Rows, s: Int8Array, f: Float64Array, tolerance: number): number {
  const { rowPtr, columns, values } = J;
  let flips = 0;
  for (let i = 0; i < n; i++) {
    if (2 * s[i] * f[i] <= tolerance) continue;
    const change = -2 * s[i];
    s[i] = -s[i];
    flips++;
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) f[columns[k]] += change * values[k];
  }
  return flips;
}
