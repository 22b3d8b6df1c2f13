import type { Rng } from "../random/mod.ts";

// One query's Ising model over N keys, couplings by distance:
// p(x) ~ exp(sum_j s_j x_j + sum_{r = 1 .. reach} C_r n_r(x)), n_r(x) = sum_a x_a x_{a + r}, x in {0, 1}^N.
// Shapes: s, m, ds [N]; C, dC [reach].

/** Marginals `m_j = P(x_j = 1)` of a query, and what its gradient needs. */
export interface Marginals {
  /** Writes m for scores s. */
  forward(s: Float64Array, C: ArrayLike<number>, m: Float64Array): void;
  /** From `g = dL/dm`: writes `ds = dL/ds`, adds to `dC`; the scores are those of `forward`. */
  backward(s: Float64Array, C: ArrayLike<number>, g: Float64Array, ds: Float64Array, dC: Float64Array): void;
}

/** No couplings: `m_j = 1 / (1 + exp(-s_j))`, at any length. */
export const apart: Marginals = {
  forward(s, _C, m) {
    for (let j = 0; j < s.length; j++) m[j] = 1 / (1 + Math.exp(-s[j]));
  },
  backward(s, _C, g, ds) {
    for (let j = 0; j < s.length; j++) {
      const m = 1 / (1 + Math.exp(-s[j]));
      ds[j] = g[j] * m * (1 - m);
    }
  },
};

/** All 2^N states: exact. Cost O(2^N (N + reach)). */
export function enumerated(tokens: number): Marginals {
  const p = new Float64Array(2 ** tokens), F = new Float64Array(2 ** tokens);
  const weigh = (s: Float64Array, C: ArrayLike<number>) => {
    const N = s.length, states = 2 ** N;
    let top = p[0] = 0;
    for (let x = 1; x < states; x++) {
      // the state without its lowest token, and what that token adds
      const j = 31 - Math.clz32(x & -x);
      let gain = s[j];
      for (let r = 1; r <= C.length && j + r < N; r++) if (x >>> (j + r) & 1) gain += C[r - 1];
      p[x] = p[x & (x - 1)] + gain;
      if (p[x] > top) top = p[x];
    }
    let Z = 0;
    for (let x = 0; x < states; x++) Z += p[x] = Math.exp(p[x] - top);
    for (let x = 0; x < states; x++) p[x] /= Z;
    return states;
  };
  return {
    forward(s, C, m) {
      const states = weigh(s, C);
      m.fill(0);
      for (let x = 1; x < states; x++) {
        for (let rest = x; rest; rest &= rest - 1) m[31 - Math.clz32(rest & -rest)] += p[x];
      }
    },
    // dE_p[F] / dtheta = Cov(F, d(log weight) / dtheta), F(x) = g . x
    backward(s, C, g, ds, dC) {
      const N = s.length, states = weigh(s, C);
      let mean = F[0] = 0;
      for (let x = 1; x < states; x++) {
        F[x] = F[x & (x - 1)] + g[31 - Math.clz32(x & -x)];
        mean += p[x] * F[x];
      }
      ds.fill(0);
      for (let x = 1; x < states; x++) {
        const w = p[x] * (F[x] - mean);
        for (let rest = x; rest; rest &= rest - 1) {
          const j = 31 - Math.clz32(rest & -rest);
          ds[j] += w;
          for (let r = 1; r <= C.length && j + r < N; r++) if (x >>> (j + r) & 1) dC[r - 1] += w;
        }
      }
    },
  };
}

/**
 * Independent chains of heat bath sweeps, each from a random start.
 *
 * m is the mean over chains of `P(x_j = 1 | all others)`, whose expectation is the marginal once a chain has forgotten its start; the gradient
 * is the covariance over the chains' last states, without bias then. Cost O(chains sweeps N reach).
 */
export function sampled(
  states: Uint8Array,
  { sweeps, rng }: { readonly sweeps: number; readonly rng: () => Rng },
): Marginals {
  const pull = (x: Uint8Array, j: number, C: ArrayLike<number>) => {
    let sum = 0;
    for (let r = 1; r <= C.length; r++) {
      if (j >= r) sum += C[r - 1] * x[j - r];
      if (j + r < x.length) sum += C[r - 1] * x[j + r];
    }
    return sum;
  };
  return {
    forward(s, C, m) {
      const N = s.length, chains = states.length / N, draw = rng();
      m.fill(0);
      for (let c = 0; c < chains; c++) {
        const x = states.subarray(c * N, (c + 1) * N);
        for (let j = 0; j < N; j++) x[j] = draw.uint32() >>> 31;
        for (let sweep = 0; sweep < sweeps; sweep++) {
          for (let j = 0; j < N; j++) x[j] = draw.uniform() * (1 + Math.exp(-s[j] - pull(x, j, C))) < 1 ? 1 : 0;
        }
        for (let j = 0; j < N; j++) m[j] += 1 / (1 + Math.exp(-s[j] - pull(x, j, C))) / chains;
      }
    },
    backward(s, C, g, ds, dC) {
      const N = s.length, chains = states.length / N;
      const F = new Float64Array(chains);
      let mean = 0;
      for (let c = 0; c < chains; c++) {
        for (let j = 0; j < N; j++) F[c] += g[j] * states[c * N + j];
        mean += F[c] / chains;
      }
      ds.fill(0);
      for (let c = 0; c < chains; c++) {
        const x = states.subarray(c * N, (c + 1) * N), w = (F[c] - mean) / (chains - 1);
        for (let j = 0; j < N; j++) {
          if (!x[j]) continue;
          ds[j] += w;
          for (let r = 1; r <= C.length && j + r < N; r++) dC[r - 1] += w * x[j + r];
        }
      }
    },
  };
}
