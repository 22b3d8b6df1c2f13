import type { Bytes, Doubles, Floats, Kernels, Words } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { seedState } from "../random/mod.ts";
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
 * Cost O(H N 2^N (N + reach)) a sample where it is exact, O(H N^2 chains sweeps reach) else, in the kernels; memory `H N^2 (chains + 4)`
 * bytes a sample and `12 N^2`. The chains' draws have 24 bits: probabilities below 2^-24 are taken as 0.
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
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #options: Required<BoltzmannOptions>;
  readonly #fused: FusedRows;
  /** Last states of the chains, `[S, H, N, chains, N]`. */
  readonly #states: Bytes;
  /** m, `[S, H, N, N]`. */
  readonly #marginals: Floats;
  /** Scores, which become their slopes, shares and slopes of a head, `[N, N]` each. */
  readonly #scratch: readonly Floats[];
  readonly #stream: Words;
  readonly #enumerated: ReturnType<typeof enumerated>;
  readonly #sampled: ReturnType<typeof sampled>;
  #runs: SampleRun[] = [];
  #couplings: Floats = new Float32Array(0);
  #dcouplings: Floats = new Float32Array(0);
  readonly #gathered: Doubles;

  constructor(kernels: Kernels, shape: BlockShape, options: Required<BoltzmannOptions>) {
    const { samples, heads, tokens } = shape, { reach, exactTokens, chains } = options;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#options = options;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.parameters = [...this.#fused.parameters, { name: "C", shape: [heads, reach], initial: { constant: 0 } }];
    this.#states = kernels.uint8(this.#isSampled(tokens) ? samples * heads * tokens * chains * tokens : 0);
    this.#marginals = kernels.float32(samples * heads * tokens * tokens);
    this.#scratch = [0, 1, 2].map(() => kernels.float32(tokens * tokens));
    this.#stream = kernels.uint32(4);
    this.#enumerated = enumerated(reach === 0 ? 0 : Math.min(tokens, exactTokens));
    this.#sampled = sampled(kernels, tokens, reach, options);
    this.#gathered = kernels.float64(heads * reach);
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

  /** Visits every head of every sample of a run, scores and shares made. */
  *#headsOf(run: SampleRun, fresh: { seed: number; firstStream: number } | null): Generator<Head> {
    const { heads, width: d } = this.#shape, { chains, reach } = this.#options, { tokens: N } = run;
    const { rows, stride } = this.#fused, D = heads * d, scale = 1 / Math.sqrt(d);
    const [scores, shares, slopes] = this.#scratch.map((array) => array.subarray(0, N * N));
    for (let s = 0; s < run.samples; s++) {
      if (fresh) seedState(fresh.seed, fresh.firstStream + run.first + s, this.#stream);
      for (let t = 0; t < heads; t++) {
        const from = run.padded * heads + (s * heads + t) * N * N, row = run.row + s * N, own = row * stride + t * d;
        const [q, k] = [rows.subarray(own), rows.subarray(own + D)];
        this.#kernels.matmul(N, N, d, q, stride, 1, k, 1, stride, scores, N);
        for (let i = 0; i < N * N; i++) scores[i] *= scale;
        const C = this.#couplings.subarray(t * reach, (t + 1) * reach);
        const m = this.#marginals.subarray(from, from + N * N);
        const states = this.#states.subarray(from * chains, (from + N * N) * chains);
        const marginals = reach === 0
          ? apart
          : this.#isSampled(N)
          ? this.#sampled(N, states, this.#stream)
          : this.#enumerated(N);
        if (fresh) marginals.forward(scores, C, m);
        const totals = new Float64Array(N);
        for (let i = 0; i < N; i++) {
          let total = 0;
          for (let j = i * N; j < (i + 1) * N; j++) total += m[j];
          for (let j = i * N; j < (i + 1) * N; j++) shares[j] = m[j] / total;
          totals[i] = total;
        }
        yield { t, own, out: row * D + t * d, C, scores, shares, slopes, totals, marginals };
      }
    }
  }

  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    const { tokens, heads, width: d } = this.#shape, { rows, stride } = this.#fused, D = heads * d;
    this.#runs = sampleRuns(samples, tokens, lengths, (n) => n * n);
    this.#fused.forward(rowsOf(samples, tokens, lengths), x);
    for (const run of this.#runs) {
      const { tokens: N } = run;
      for (const { own, out, shares } of this.#headsOf(run, { seed, firstStream })) {
        this.#kernels.matmul(N, d, N, shares, N, 1, rows.subarray(own + 2 * D), stride, 1, y.subarray(out), D, true);
      }
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { heads, width: d } = this.#shape, { reach } = this.#options, { rows, drows, stride } = this.#fused;
    const D = heads * d, k = this.#kernels;
    for (const run of this.#runs) {
      const { tokens: N } = run;
      for (const head of this.#headsOf(run, null)) {
        // every row of scores has been read when its slopes are written
        const { t, own, shares, slopes, totals, scores: dscores } = head, g = dy.subarray(head.out);
        k.matmul(N, d, N, shares, 1, N, g, D, 1, drows.subarray(own + 2 * D), stride);
        k.matmul(N, N, d, g, D, 1, rows.subarray(own + 2 * D), 1, stride, slopes, N);
        for (let i = 0; i < N; i++) {
          let mean = 0;
          for (let j = i * N; j < (i + 1) * N; j++) mean += shares[j] * slopes[j];
          for (let j = i * N; j < (i + 1) * N; j++) slopes[j] = (slopes[j] - mean) / totals[i];
        }
        const dC = this.#gathered.subarray(t * reach, (t + 1) * reach);
        head.marginals.backward(head.scores, head.C, slopes, dscores, dC);
        for (let i = 0; i < N * N; i++) dscores[i] /= Math.sqrt(d);
        k.matmul(N, d, N, dscores, N, 1, rows.subarray(own + D), stride, 1, drows.subarray(own), stride);
        k.matmul(N, d, N, dscores, 1, N, rows.subarray(own), stride, 1, drows.subarray(own + D), stride);
      }
    }
    this.#fused.backward(dx);
  }

  collect(): void {
    this.#fused.collect();
    for (let i = 0; i < this.#gathered.length; i++) this.#dcouplings[i] += this.#gathered[i];
    this.#gathered.fill(0);
  }
}

/** One head of one sample: N queries over N keys, `[N, N]`. */
interface Head {
  readonly t: number;
  /** Where its queries begin in the rows, and its outputs in the stream. */
  readonly own: number;
  readonly out: number;
  /** Its couplings, `[reach]`. */
  readonly C: Floats;
  readonly scores: Floats;
  /** `m_ij / sum_j m_ij`, and the sums. */
  readonly shares: Floats;
  readonly totals: Float64Array;
  /** Room for slopes of the marginals; those of the scores take the place of the scores. */
  readonly slopes: Floats;
  /** Who finds its marginals. */
  readonly marginals: Marginals;
}
