/*
 * Loops over factored couplings J = (A B^T + B A^T) / 2, zero diagonal: with P = sum_j a_j s_j and Q = sum_j b_j s_j the local
 * field is f_i = h_i + (a_i . Q + b_i . P) / 2 - s_i (a_i . b_i): O(d) a proposal, O(d) a flip, and no n x n matrix ever.
 * Nothing is checked or allocated here.
 */

const TWO_POW_32 = 2 ** 32;

/** Couplings as the loops take them. */
export interface Factors {
  readonly width: number;
  /** A, `[n, d]`. */
  readonly left: Float64Array;
  /** B, `[n, d]`. */
  readonly right: Float64Array;
  /** a_i . b_i, `[n]`. */
  readonly own: Float64Array;
  /** P then Q, `[2, d]`: what the loops keep up to date. */
  readonly sums: Float64Array;
}

/** Couplings as the loops take them, sums not yet computed. */
export function factorsOf({ width, left, right }: Pick<Factors, "width" | "left" | "right">): Factors {
  const own = new Float64Array(width === 0 ? 0 : left.length / width);
  for (let k = 0; k < left.length; k++) own[Math.floor(k / width)] += left[k] * right[k];
  return { width, left, right, own, sums: new Float64Array(2 * width) };
}

/** Computes P and Q of s. */
export function factoredSums(n: number, J: Factors, s: Int8Array): void {
  const { width, left, right, sums } = J;
  sums.fill(0);
  for (let i = 0; i < n; i++) {
    for (let a = 0, c = i * width; a < width; a++, c++) {
      sums[a] += left[c] * s[i];
      sums[width + a] += right[c] * s[i];
    }
  }
}

/** The local field of spin i. */
export function factoredField(J: Factors, h: Float64Array, s: Int8Array, i: number): number {
  const { width, left, right, own, sums } = J;
  let cross = 0;
  for (let a = 0, c = i * width; a < width; a++, c++) cross += left[c] * sums[width + a] + right[c] * sums[a];
  return h[i] + cross / 2 - s[i] * own[i];
}

/** Flips spin i and brings P and Q up to date. */
export function factoredFlip(J: Factors, s: Int8Array, i: number): void {
  const { width, left, right, sums } = J;
  const change = -2 * s[i];
  s[i] = -s[i];
  for (let a = 0, c = i * width; a < width; a++, c++) {
    sums[a] += change * left[c];
    sums[width + a] += change * right[c];
  }
}

/**
 * Visits spins `from .. to - 1` in order at inverse temperature beta: accept with min(1, exp(-beta dE)), or 1 / (1 + exp(beta dE))
 * by the heat bath, decided by 32 random bits. Returns the sum of s_i f_i over the flips: minus half the change of energy.
 */
export function factoredSweep(
  J: Factors,
  h: Float64Array,
  s: Int8Array,
  from: number,
  to: number,
  beta: number,
  heatBath: boolean,
  rng: Uint32Array,
): number {
  const { width, left, right, own, sums } = J;
  let s0 = rng[0] | 0, s1 = rng[1] | 0, s2 = rng[2] | 0, s3 = rng[3] | 0;
  let gained = 0;
  for (let i = from; i < to; i++) {
    const start = i * width;
    let cross = 0;
    for (let a = 0, c = start; a < width; a++, c++) cross += left[c] * sums[width + a] + right[c] * sums[a];
    const along = s[i] * (h[i] + cross / 2 - s[i] * own[i]);
    const cost = -2 * beta * along;
    if (cost > 22.2) continue;
    if (cost > 0 || heatBath) {
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
      const p = heatBath ? 1 / (1 + Math.exp(cost)) : Math.exp(-cost);
      if (u >= p * TWO_POW_32) continue;
    }
    gained += along;
    const change = -2 * s[i];
    s[i] = -s[i];
    for (let a = 0, c = start; a < width; a++, c++) {
      sums[a] += change * left[c];
      sums[width + a] += change * right[c];
    }
  }
  rng[0] = s0;
  rng[1] = s1;
  rng[2] = s2;
  rng[3] = s3;
  return gained;
}

/** One sweep that flips every spin whose flip lowers the energy by more than `tolerance`; returns the flips. */
export function factoredDescend(n: number, J: Factors, h: Float64Array, s: Int8Array, tolerance: number): number {
  let flips = 0;
  for (let i = 0; i < n; i++) {
    if (2 * s[i] * factoredField(J, h, s, i) <= tolerance) continue;
    factoredFlip(J, s, i);
    flips++;
  }
  return flips;
}
