/** One problem under the published schedule: where it stands, and the best it has seen. */
export interface PublishedRun {
  /** Queries of all problems, `[B, H, N, d]`. */
  readonly queries: Float32Array;
  /** Keys of all problems, `[B, H, N, d]`. */
  readonly keys: Float32Array;
  /** Where this problem's queries and keys begin. */
  readonly start: number;
  /** N. */
  readonly tokens: number;
  /** d. */
  readonly width: number;
  /** `-coupling / sqrt(d)`: what a unit of `q_i . k_j + q_j . k_i` costs when both tokens are chosen. */
  readonly scale: number;
  /** Penalty on a token chosen by two heads, an ordered pair of heads. */
  readonly overlap: number;
  /** Weight of the cardinality term. */
  readonly cardinality: number;
  /** What a token costs alone, `[H, N]`: `cardinality (1 - 2 k) - field h_i`. */
  readonly single: Float64Array;
  /** `2 q_i . k_i`, `[H, N]`: what the sums over the chosen tokens have too much where token i is chosen. */
  readonly self: Float64Array;
  /** x, `[H, N]`. */
  readonly x: Uint8Array;
  /** `sum_j x_j k_j` and then `sum_j x_j q_j` of each head, `[H, 2, d]`. */
  readonly sums: Float64Array;
  /** Number of heads that chose token i, `[N]`. */
  readonly heads: Int32Array;
  /** Number of tokens that each head chose, `[H]`. */
  readonly chosen: Int32Array;
  /** The four words of the stream. */
  readonly random: Uint32Array;
  /** The best selection at the end of a temperature. */
  readonly best: Uint8Array;
  /** E(x), up to the energy of nothing chosen. */
  energy: number;
  /** E(best), up to the energy of nothing chosen. */
  bestEnergy: number;
}

/** A lower energy counts as an improvement from this share of its size on: less is rounding. */
export const IMPROVEMENT = 1e-9;

/** What flipping variable r changes the energy by. */
export function flipCost(run: PublishedRun, r: number): number {
  const { queries, keys, tokens: N, width: d, sums } = run;
  const x = run.x[r];
  const t = (r / N) | 0;
  const q = run.start + r * d;
  const sum = 2 * d * t;
  let product = -x * run.self[r];
  for (let a = 0; a < d; a++) product += queries[q + a] * sums[sum + a] + keys[q + a] * sums[sum + d + a];
  const others = run.overlap * (run.heads[r - t * N] - x) + run.cardinality * (run.chosen[t] - x);
  return (1 - 2 * x) * (run.single[r] + run.scale * product + 2 * others);
}

/** Flips variable r, whose flip changes the energy by `delta`. */
export function flip(run: PublishedRun, r: number, delta: number): void {
  const { queries, keys, tokens: N, width: d, sums } = run;
  const sign = 1 - 2 * run.x[r];
  const t = (r / N) | 0;
  const q = run.start + r * d;
  const sum = 2 * d * t;
  for (let a = 0; a < d; a++) {
    sums[sum + a] += sign * keys[q + a];
    sums[sum + d + a] += sign * queries[q + a];
  }
  run.heads[r - t * N] += sign;
  run.chosen[t] += sign;
  run.x[r] ^= 1;
  run.energy += delta;
}

/**
 * Runs temperatures `from ..< to`, `proposals` single flips each, and sets `improved[step]` to 1 where the energy at the
 * end of temperature `step` is the lowest so far.
 */
export function annealTemperatures(
  run: PublishedRun,
  betas: Float64Array,
  from: number,
  to: number,
  proposals: number,
  improved: Uint8Array,
): void {
  const { queries, keys, start, tokens: N, width: d, single, self, x, sums, heads, chosen, random, best } = run;
  const { scale } = run;
  const n = x.length;
  const twoOverlap = 2 * run.overlap;
  const twoCardinality = 2 * run.cardinality;
  let energy = run.energy;
  let bestEnergy = run.bestEnergy;
  let s0 = random[0] | 0;
  let s1 = random[1] | 0;
  let s2 = random[2] | 0;
  let s3 = random[3] | 0;
  for (let step = from; step < to; step++) {
    const beta = betas[step];
    for (let proposal = 0; proposal < proposals; proposal++) {
      // a variable: the high word of a 32-bit draw times n
      let m = Math.imul(s1, 5);
      let draw = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
      let shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
      const r = (draw * n / 4294967296) | 0;
      // what its flip costs
      const t = (r / N) | 0;
      const i = r - t * N;
      const xr = x[r];
      const q = start + r * d;
      const sum = 2 * d * t;
      let product = -xr * self[r];
      for (let a = 0; a < d; a++) product += queries[q + a] * sums[sum + a] + keys[q + a] * sums[sum + d + a];
      const sign = 1 - 2 * xr;
      const delta = sign *
        (single[r] + scale * product + twoOverlap * (heads[i] - xr) + twoCardinality * (chosen[t] - xr));
      if (delta >= 0) {
        // metropolis; from 22.2 on no 32-bit draw accepts, below it two bounds of exp(-y) save most calls of it
        const y = delta * beta;
        if (y > 22.2) continue;
        m = Math.imul(s1, 5);
        draw = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
        shifted = s1 << 9;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = (s3 << 11) | (s3 >>> 21);
        const u = draw / 4294967296;
        if (u >= 1 - y && (u * (1 + y + 0.5 * y * y) >= 1 || u >= Math.exp(-y))) continue;
      }
      // flip
      for (let a = 0; a < d; a++) {
        sums[sum + a] += sign * keys[q + a];
        sums[sum + d + a] += sign * queries[q + a];
      }
      heads[i] += sign;
      chosen[t] += sign;
      x[r] = 1 - xr;
      energy += delta;
    }
    if (energy < bestEnergy - IMPROVEMENT * (1 + Math.abs(bestEnergy))) {
      bestEnergy = energy;
      best.set(x);
      improved[step] = 1;
    }
  }
  run.energy = energy;
  run.bestEnergy = bestEnergy;
  random[0] = s0;
  random[1] = s1;
  random[2] = s2;
  random[3] = s3;
}

/** Takes tokens out of the selection x, the one that lowers the energy most first, until none lowers it. */
export function descendOneWay(run: PublishedRun): void {
  for (;;) {
    let lowest = 0;
    let out = -1;
    for (let r = 0; r < run.x.length; r++) {
      if (run.x[r] === 0) continue;
      const delta = flipCost(run, r);
      if (delta < lowest) {
        lowest = delta;
        out = r;
      }
    }
    if (out < 0) return;
    flip(run, out, lowest);
  }
}

/** Sets x to `target`, with the sums, counts and energy that belong to it. */
export function moveTo(run: PublishedRun, target: Uint8Array): void {
  for (let r = 0; r < target.length; r++) if (run.x[r] !== target[r]) flip(run, r, flipCost(run, r));
}
