import { type Bytes, type Doubles, type Floats, heatBathScratch, type Kernels, type Words } from "../kernels/mod.ts";

// The Ising models of N queries over N keys, couplings by distance, a row each:
// p(x) ~ exp(sum_j s_j x_j + sum_{r = 1 .. reach} C_r n_r(x)), n_r(x) = sum_a x_a x_{a + r}, x in {0, 1}^N.
// Shapes: s, m, g, ds [rows, N]; C, dC [reach].

/** Marginals `m_j = P(x_j = 1)` of the queries of a head, and what their gradient needs. */
export interface Marginals {
  /** Writes m for scores s. */
  forward(s: Floats, C: Floats, m: Floats): void;
  /** From `g = dL/dm`: writes `ds = dL/ds`, adds to `dC`; the scores are those of `forward`. */
  backward(s: Floats, C: Floats, g: Floats, ds: Floats, dC: Doubles): void;
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

/** All 2^N states of each of N queries: exact. Cost O(2^N (N + reach)) a query. */
export function enumerated(tokens: number): (N: number) => Marginals {
  const p = new Float64Array(2 ** tokens), F = new Float64Array(2 ** tokens);
  const weigh = (s: Floats, C: Floats) => {
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
  const forward = (s: Floats, C: Floats, m: Floats) => {
    const states = weigh(s, C), sums = new Float64Array(s.length);
    for (let x = 1; x < states; x++) {
      for (let rest = x; rest; rest &= rest - 1) sums[31 - Math.clz32(rest & -rest)] += p[x];
    }
    m.set(sums);
  };
  // dE_p[F] / dtheta = Cov(F, d(log weight) / dtheta), F(x) = g . x
  const backward = (s: Floats, C: Floats, g: Floats, ds: Floats, dC: Doubles) => {
    const N = s.length, states = weigh(s, C), sums = new Float64Array(N);
    let mean = F[0] = 0;
    for (let x = 1; x < states; x++) {
      F[x] = F[x & (x - 1)] + g[31 - Math.clz32(x & -x)];
      mean += p[x] * F[x];
    }
    for (let x = 1; x < states; x++) {
      const w = p[x] * (F[x] - mean);
      for (let rest = x; rest; rest &= rest - 1) {
        const j = 31 - Math.clz32(rest & -rest);
        sums[j] += w;
        for (let r = 1; r <= C.length && j + r < N; r++) if (x >>> (j + r) & 1) dC[r - 1] += w;
      }
    }
    ds.set(sums);
  };
  return (N) => {
    const row = (array: Floats, from: number) => array.subarray(from, from + N);
    return {
      forward(s, C, m) {
        for (let from = 0; from < s.length; from += N) forward(row(s, from), C, row(m, from));
      },
      backward(s, C, g, ds, dC) {
        for (let from = 0; from < s.length; from += N) backward(row(s, from), C, row(g, from), row(ds, from), dC);
      },
    };
  };
}

/** Chains of heat baths, and what they write. */
export interface SampledOptions {
  /** Chains a query. */
  readonly chains: number;
  /** Sweeps of each chain. */
  readonly sweeps: number;
}

/**
 * Independent chains of heat bath sweeps, each from a random start.
 *
 * m is the mean over chains of `P(x_j = 1 | all others)`, whose expectation is the marginal once a chain has forgotten its start; the gradient
 * is the covariance over the chains' last states, without bias then. Cost O(chains sweeps N reach) a query.
 */
export function sampled(
  kernels: Kernels,
  tokens: number,
  reach: number,
  { chains, sweeps }: SampledOptions,
): (N: number, states: Bytes, stream: Words) => Marginals {
  const scratch = kernels.float32(heatBathScratch(tokens, chains, reach));
  return (N, chosen, stream) => {
    const of = (scores: Floats, couplings: Floats) => (
      { problems: scores.length / N, tokens: N, chains, scores, couplings, chosen, scratch }
    );
    return {
      forward: (s, C, marginals) => kernels.heatBaths(of(s, C), { sweeps, stream, marginals }),
      backward: (s, C, slopes, dscores, dcouplings) =>
        kernels.heatBathsBackward(of(s, C), { slopes, dscores, dcouplings }),
    };
  };
}
