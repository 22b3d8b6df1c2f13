/*
 * Loops over a dense coupling matrix J `[n, n]` with cached local fields f_i = h_i + sum_j J_ij s_j: O(1) a proposal, O(n) a
 * flip. Nothing is checked or allocated here.
 */

/** Computes the local fields of s, those of spins `from .. to - 1`. */
export function denseFields(
  n: number,
  J: Float64Array,
  h: Float64Array,
  s: Int8Array,
  f: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const row = i * n;
    let sum = h[i];
    for (let j = 0; j < n; j++) sum += J[row + j] * s[j];
    f[i] = sum;
  }
}

/** Flips spin i and brings the fields up to date. */
export function denseFlip(n: number, J: Float64Array, s: Int8Array, f: Float64Array, i: number): void {
  const row = i * n;
  const change = -2 * s[i];
  s[i] = -s[i];
  for (let j = 0; j < n; j++) f[j] += change * J[row + j];
}

/** One sweep that flips every spin whose flip lowers the energy by more than `tolerance`; returns the flips. */
export function denseDescend(n: number, J: Float64Array, s: Int8Array, f: Float64Array, tolerance: number): number {
  let flips = 0;
  for (let i = 0; i < n; i++) {
    if (2 * s[i] * f[i] <= tolerance) continue;
    const row = i * n;
    const change = -2 * s[i];
    s[i] = -s[i];
    flips++;
    for (let j = 0; j < n; j++) f[j] += change * J[row + j];
  }
  return flips;
}
