import type { Bytes, Floats, Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { apart, enumerated, type Marginals, sampled } from "./_boltzmann_marginals.ts";
import { checkIntegers } from "./_check_options.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/** Options of {@link boltzmannBlock}. */
export interface BoltzmannOptions {
  /** Furthest distance of two coupled positions; 0: no couplings, the control. @default {8} */
  readonly reach?: number;
  /** Sequences of at most so many tokens are enumerated, 0 to 20; longer ones are sampled. @default {10} */
  readonly exactTokens?: number;
  /** Chains a query, where it is sampled. @default {4} */
  readonly chains?: number;
  /** Heat bath sweeps of each chain. @default {5} */
  readonly sweeps?: number;
}

const LEAST = { reach: 0, exactTokens: 0, chains: 2, sweeps: 1 };
const MOST_EXACT = 20;

/**
 * Opens Boltzmann attention as a fused block: which keys a query reads is drawn from an Ising model with learned couplings.
 *
 * For query i `p(x) ~ exp(sum_j s_ij x_j + sum_{j < l} C_{l - j} x_j x_l)`, x in {0, 1}^N, `s_ij = q_i . k_j / sqrt d`; the output
 * is `y_i = sum_j m_ij v_j / sum_j m_ij` with the marginals `m_ij = P(x_j = 1)`. Norm and projection are those of `softmaxBlock`. Up to
 * `exactTokens` tokens m and its gradient are exact, by enumeration. Longer sequences are sampled by independent heat baths: m is
 * the mean of `P(x_j = 1 | the others)`, its gradient the covariance over the chains; both remember their random start for a finite
 * number of sweeps, and the quotient has a bias of order 1 / chains. Without couplings (`reach` 0) nothing is sampled: `m = sigmoid(s)`.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options see {@link BoltzmannOptions}
 * @returns a block with parameters `gain`, `shift` `[D]`, `Wqkv` `[3 D, D]` and `C` `[H, reach]`, from 0
 * @throws {RangeError} if a size or an option is out of range
 * @throws {TypeError} if there is no such option
 *
 * Cost O(H N 2^N (N + reach)) a sample where it is exact, O(H N^2 chains sweeps reach) else, in TypeScript; memory `H N^2 chains`
 * bytes a sample.
 * Source: Kim and Park, Boltzmann attention: learnable Ising couplings for cooperative attention (2026), arXiv 2606.12478, whose abstract is
 * what was at hand. Differs in: couplings by distance, not by pair of positions; the quotient and the estimator are ours.
 *
 * @example Couplings of three distances a head
 * ```ts
 * import { boltzmannBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = boltzmannBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 }, { reach: 3 });
 * assertEquals(block.parameters.at(-1)?.shape, [2, 3]);
 * ```
 */
export function boltzmannBlock(kernels: Kernels, shape: BlockShape, options: BoltzmannOptions = {}): AttentionBlock {
  checkBlockShape(shape);
  const cannot = "Cannot open the Boltzmann block";
  checkOptionNames(cannot, options, Object.keys(LEAST));
  const full = { reach: 8, exactTokens: 10, chains: 4, sweeps: 5, ...options };
  checkIntegers(cannot, full, LEAST);
  if (full.exactTokens > MOST_EXACT) {
    throw new RangeError(`${cannot}: exactTokens must be at most ${MOST_EXACT}, got ${full.exactTokens}`);
  }
  return new BoltzmannBlock(kernels, shape, full);
}

class BoltzmannBlock implements AttentionBlock {
  readonly name = "boltzmann";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #shape: BlockShape;
  readonly #options: Required<BoltzmannOptions>;
  readonly #fused: FusedRows;
  /** Last states of the chains, `[S, H, N, chains, N]`. */
  readonly #states: Bytes;
  /** m, `[S, H, N, N]`. */
  readonly #marginals: Floats;
  readonly #enumerated: Marginals | null;
  #runs: SampleRun[] = [];
  #couplings: Floats = new Float32Array(0);
  #dcouplings: Floats = new Float32Array(0);
  #gathered: Float64Array;

  constructor(kernels: Kernels, shape: BlockShape, options: Required<BoltzmannOptions>) {
    const { samples, heads, tokens } = shape, { reach, exactTokens, chains } = options;
    this.#shape = shape;
    this.#options = options;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.parameters = [...this.#fused.parameters, { name: "C", shape: [heads, reach], initial: { constant: 0 } }];
    this.#states = kernels.uint8(this.#isSampled(tokens) ? samples * heads * tokens * chains * tokens : 0);
    this.#marginals = kernels.float32(samples * heads * tokens * tokens);
    this.#enumerated = reach > 0 && exactTokens > 0 ? enumerated(Math.min(tokens, exactTokens)) : null;
    this.#gathered = new Float64Array(heads * reach);
  }

  #isSampled(tokens: number): boolean {
    return this.#options.reach > 0 && tokens > this.#options.exactTokens;
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
    [this.#couplings, this.#dcouplings] = [weights[3], gradients[3]];
  }

  refresh(): void {
    this.#fused.refresh();
    this.#gathered.fill(0);
  }

  /** Visits every query: its sample, head and token, its first marginal, and who finds them. */
  #visit(run: SampleRun, seeds: { seed: number; firstStream: number } | null, act: (query: Query) => void): void {
    const { heads } = this.#shape, { chains, sweeps } = this.#options, { tokens: N } = run;
    const sampling = this.#isSampled(N);
    for (let s = 0; s < run.samples; s++) {
      const rng = seeds && new Rng(seeds.seed, seeds.firstStream + run.first + s);
      for (let t = 0; t < heads; t++) {
        for (let i = 0; i < N; i++) {
          const at = (run.padded + s * N * N) * heads + (t * N + i) * N;
          const states = this.#states.subarray(at * chains, (at + N) * chains);
          const marginals = sampling
            ? sampled(states, { sweeps, rng: () => rng ?? new Rng(0) })
            : this.#enumerated ?? apart;
          act({ s, t, i, m: this.#marginals.subarray(at, at + N), marginals });
        }
      }
    }
  }

  /** Numbers of the rows of a run. */
  #views({ row }: SampleRun) {
    const { heads, width: d } = this.#shape, { rows, drows, stride } = this.#fused;
    return { D: heads * d, d, stride, rows: rows.subarray(row * stride), drows: drows.subarray(row * stride) };
  }

  #scores(run: SampleRun, { s, t, i }: Query, scores: Float64Array): Float64Array {
    const { D, d, stride, rows } = this.#views(run), q = (s * run.tokens + i) * stride + t * d;
    for (let j = 0; j < run.tokens; j++) {
      const k = (s * run.tokens + j) * stride + D + t * d;
      let dot = 0;
      for (let a = 0; a < d; a++) dot += rows[q + a] * rows[k + a];
      scores[j] = dot / Math.sqrt(d);
    }
    return scores;
  }

  #couplingsOf(t: number): Floats {
    const { reach } = this.#options;
    return this.#couplings.subarray(t * reach, (t + 1) * reach);
  }

  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    this.#runs = sampleRuns(samples, this.#shape.tokens, lengths, (n) => n * n);
    this.#fused.forward(rowsOf(samples, this.#shape.tokens, lengths), x);
    for (const run of this.#runs) {
      const { tokens: N } = run, { D, d, stride, rows } = this.#views(run), out = y.subarray(run.row * D);
      const scores = new Float64Array(N), m = new Float64Array(N);
      this.#visit(run, { seed, firstStream }, (query) => {
        const { s, t, i } = query;
        query.marginals.forward(this.#scores(run, query, scores), this.#couplingsOf(t), m);
        query.m.set(m);
        const total = m.reduce((sum, value) => sum + value, 0);
        for (let a = 0; a < d; a++) {
          let sum = 0;
          for (let j = 0; j < N; j++) sum += m[j] * rows[(s * N + j) * stride + 2 * D + t * d + a];
          out[(s * N + i) * D + t * d + a] += sum / total;
        }
      });
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { reach } = this.#options;
    for (const run of this.#runs) {
      const { tokens: N, samples } = run,
        { D, d, stride, rows, drows } = this.#views(run),
        g = dy.subarray(run.row * D);
      drows.fill(0, 0, samples * N * stride);
      const [scores, slopes, ds] = [0, 1, 2].map(() => new Float64Array(N));
      this.#visit(run, null, (query) => {
        const { s, t, i, m } = query, own = (s * N + i) * D + t * d;
        const total = m.reduce((sum, value) => sum + value, 0);
        let mean = 0;
        for (let j = 0; j < N; j++) {
          const v = (s * N + j) * stride + 2 * D + t * d;
          slopes[j] = 0;
          for (let a = 0; a < d; a++) {
            slopes[j] += g[own + a] * rows[v + a];
            drows[v + a] += m[j] / total * g[own + a];
          }
          mean += m[j] / total * slopes[j];
        }
        for (let j = 0; j < N; j++) slopes[j] = (slopes[j] - mean) / total;
        const dC = this.#gathered.subarray(t * reach, (t + 1) * reach);
        query.marginals.backward(this.#scores(run, query, scores), this.#couplingsOf(t), slopes, ds, dC);
        const q = (s * N + i) * stride + t * d;
        for (let j = 0; j < N; j++) {
          const k = (s * N + j) * stride + D + t * d, slope = ds[j] / Math.sqrt(d);
          for (let a = 0; a < d; a++) {
            drows[q + a] += slope * rows[k + a];
            drows[k + a] += slope * rows[q + a];
          }
        }
      });
    }
    this.#fused.backward(dx);
  }

  collect(): void {
    this.#fused.collect();
    for (let i = 0; i < this.#gathered.length; i++) this.#dcouplings[i] += this.#gathered[i];
    this.#gathered.fill(0);
  }
}

/** One query of one head of one sample. */
interface Query {
  readonly s: number;
  readonly t: number;
  readonly i: number;
  /** Its marginals, `[N]`. */
  readonly m: Floats;
  /** Who finds them. */
  readonly marginals: Marginals;
}
