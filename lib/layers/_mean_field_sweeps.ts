import type { AttentionProblem } from "../attention/mod.ts";

/** Values have come to rest where none moves by more than this share of the largest. */
const REST = 1e-6;

/** Sets `m_i = sigmoid(beta u_i(m))`, variable after variable, sweep after sweep, until nothing moves; m `[B, H, N]` in place. */
export function meanFieldMeans(problem: AttentionProblem, beta: number, sweeps: number, m: Float64Array): void {
  const { fields, weights } = problem, { k, weight } = weights.cardinality ?? { k: 0, weight: 0 };
  // what u_i is where nothing is chosen
  const alone = Float64Array.from(fields, (h) => weights.field * h + weight * (2 * k - 1));
  sweepValues(problem, sweeps, m, (at, pull) => 1 / (1 + Math.exp(-beta * (alone[at] + pull))));
}

/** Solves `a = D (s + A a)` from a = 0, likewise; a takes the place of s. */
export function meanFieldAdjoint(
  problem: AttentionProblem,
  beta: number,
  sweeps: number,
  m: Float64Array,
  s: Float64Array,
): void {
  const slopes = s.slice();
  s.fill(0);
  sweepValues(problem, sweeps, s, (at, pull) => beta * m[at] * (1 - m[at]) * (slopes[at] + pull));
}

/**
 * Sweeps over variables: `values_i = next(i, sum_j A_ij values_j)`, `A_ij = du_i/dx_j`:
 * twice the coupling inside a head less `2 lambda`, and `-2 overlap` between heads at a token.
 *
 * Invariant: the sums are those of the values. Cost O(H N d) a sweep.
 */
function sweepValues(
  { batch, heads: H, tokens: N, width: d, queries, keys, weights }: AttentionProblem,
  sweeps: number,
  values: Float64Array,
  next: (at: number, pull: number) => number,
): void {
  const scale = weights.coupling / Math.sqrt(d), overlap = 2 * weights.overlap;
  const lambda = 2 * (weights.cardinality?.weight ?? 0);
  const sumQ = new Float64Array(H * d), sumK = new Float64Array(H * d);
  const across = new Float64Array(N), counts = new Float64Array(H), own = new Float64Array(H * N);
  for (let first = 0; first < batch * H * N; first += H * N) {
    for (const sums of [sumQ, sumK, across, counts]) sums.fill(0);
    for (let t = 0; t < H; t++) {
      for (let i = 0; i < N; i++) {
        const at = first + t * N + i, value = values[at];
        let product = 0;
        for (let a = at * d, c = t * d; a < (at + 1) * d; a++, c++) {
          product += queries[a] * keys[a];
          sumQ[c] += value * queries[a];
          sumK[c] += value * keys[a];
        }
        own[t * N + i] = 2 * scale * product;
        across[i] += value;
        counts[t] += value;
      }
    }
    for (let sweep = 0, moved = 1, top = 0; sweep < sweeps && moved > REST * top; sweep++) {
      moved = top = 0;
      for (let t = 0; t < H; t++) {
        for (let i = 0; i < N; i++) {
          const at = first + t * N + i, value = values[at];
          let product = 0;
          for (let a = at * d, c = t * d; a < (at + 1) * d; a++, c++) {
            product += queries[a] * sumK[c] + keys[a] * sumQ[c];
          }
          const pull = scale * product - own[t * N + i] * value - overlap * (across[i] - value) -
            lambda * (counts[t] - value);
          const by = next(at, pull) - value;
          top = Math.max(top, Math.abs(value + by));
          if (by === 0) continue;
          for (let a = at * d, c = t * d; a < (at + 1) * d; a++, c++) {
            sumQ[c] += by * queries[a];
            sumK[c] += by * keys[a];
          }
          values[at] = value + by;
          across[i] += by;
          counts[t] += by;
          moved = Math.max(moved, Math.abs(by));
        }
      }
    }
  }
}
