/*
 * Loops over couplings in compressed sparse rows with cached local fields f_i = h_i + sum_j J_ij s_j: O(1) a proposal,
 * O(neighbours) a flip. Nothing is checked or allocated here.
 */

const TWO_POW_32 = 2 ** 32;

/** Couplings as the loops take them. */
export interface Rows {
  readonly rowPtr: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Computes the local fields of s. */
export function sparseFields(n: number, J: Rows, h: Float64Array, s: Int8Array, f: Float64Array): void {
  const { rowPtr, columns, values } = J;
  for (let i = 0; i < n; i++) {
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

/** Metropolis sweeps in index order, one a beta, by the rule of the dense loop. */
export function sparseAnneal(
  n: number,
  J: Rows,
  s: Int8Array,
  f: Float64Array,
  betas: Float64Array,
  from: number,
  to: number,
  rng: Uint32Array,
): void {
  const { rowPtr, columns, values } = J;
  let s0 = rng[0] | 0, s1 = rng[1] | 0, s2 = rng[2] | 0, s3 = rng[3] | 0;
  for (let sweep = from; sweep < to; sweep++) {
    const beta = betas[sweep];
    for (let i = 0; i < n; i++) {
      const cost = -2 * beta * s[i] * f[i];
      if (cost > 22.2) continue;
      if (cost > 0) {
        // xoshiro128**, as in lib/random
        const m = Math.imul(s1, 5);
        const u = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
        const t = s1 << 9;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = (s3 << 11) | (s3 >>> 21);
        if (u >= Math.exp(-cost) * TWO_POW_32) continue;
      }
      const change = -2 * s[i];
      s[i] = -s[i];
      const end = rowPtr[i + 1];
      for (let k = rowPtr[i]; k < end; k++) f[columns[k]] += change * values[k];
    }
  }
  rng[0] = s0;
  rng[1] = s1;
  rng[2] = s2;
  rng[3] = s3;
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
