/*
 * Loops over a dense coupling matrix J `[n, n]` with cached local fields f_i = h_i + sum_j J_ij s_j: O(1) a proposal, O(n) a
 * flip. Nothing is checked or allocated here.
 */

const TWO_POW_32 = 2 ** 32;

/** Computes the local fields of s. */
export function denseFields(n: number, J: Float64Array, h: Float64Array, s: Int8Array, f: Float64Array): void {
  for (let i = 0; i < n; i++) {
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

/**
 * Metropolis sweeps in index order, one a beta: accept if dE <= 0 or u < exp(-beta dE) with 32 random bits. Moves with
 * beta dE > 22.2 are skipped: 32 bits cannot accept them.
 */
export function denseAnneal(
  n: number,
  J: Float64Array,
  s: Int8Array,
  f: Float64Array,
  betas: Float64Array,
  from: number,
  to: number,
  rng: Uint32Array,
): void {
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
      const row = i * n;
      const change = -2 * s[i];
      s[i] = -s[i];
      for (let j = 0; j < n; j++) f[j] += change * J[row + j];
    }
  }
  rng[0] = s0;
  rng[1] = s1;
  rng[2] = s2;
  rng[3] = s3;
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
