import { type Floats, type HashedLists, type Kernels, type KeyLists, roundUp4 } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkIntegers } from "./_check_options.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/** Options of {@link reformerBlock}. */
export interface ReformerOptions {
  /** Hashes of every token; a query reads what shares a bucket with it in any of them. @default {4} */
  readonly rounds?: number;
  /** m, tokens of a chunk; there are twice as many buckets as chunks, and one bucket if all tokens fit one. @default {16} */
  readonly chunk?: number;
}

/**
 * Opens Reformer's attention as a fused block: every query reads the keys that locality-sensitive hashing puts near it.
 *
 * Keys are the queries made unit, `k_j = q_j / |q_j|`. Each round hashes a token to the bucket `argmax [q R; -q R]`, sorts the
 * tokens by bucket, cuts them into chunks of m, and lets a query read its bucket in its own chunk and the one before, itself
 * only if there is nothing else. `y_i += sum_j softmax_j(q_i . k_j / sqrt d) v_j` over the j of all rounds, each once, which is
 * what the paper's weighting of rounds comes to. The layer norm is that of `softmaxBlock`; the projection has no keys. Four
 * rounds are the paper's; its chunks of 64 and more would make 64 tokens a single one, so that m is 16 here: eight buckets of
 * eight tokens on average, `m = 2 N / buckets` as in the paper. Up to m tokens have one bucket: full attention.
 *
 * R is drawn anew in every call, for every sample from its stream of the call's seed, and shared by the heads; the gradient
 * holds the lists constant.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options rounds and chunk, see {@link ReformerOptions}
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqv` `[2 D, D]` (all of q, then v)
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if a size or an option is out of range
 *
 * Cost O(N rounds (m D + buckets D) + N D^2) a sample, forward; two to three times that backward; memory `H N min(N, 2 m rounds)`
 * floats and as many words a sample.
 * Source: Kitaev, Kaiser and Levskaya, Reformer: the efficient transformer (2020), section 2 and appendix A, arXiv 2001.04451.
 * Differs in: the chunk, no reversible layers, no causal mask.
 *
 * @example Parameters of a small block
 * ```ts
 * import { reformerBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = reformerBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 });
 * assertEquals(block.parameters.map((p) => p.shape), [[8], [8], [16, 8]]);
 * ```
 */
export function reformerBlock(kernels: Kernels, shape: BlockShape, options: ReformerOptions = {}): AttentionBlock {
  checkBlockShape(shape);
  checkOptionNames("Cannot open the Reformer block", options, ["rounds", "chunk"]);
  const { rounds = 4, chunk = 16 } = options;
  checkIntegers("Cannot open the Reformer block", { rounds, chunk }, { rounds: 1, chunk: 1 });
  return new ReformerBlock(kernels, shape, rounds, chunk);
}

class ReformerBlock implements AttentionBlock {
  readonly name = "reformer";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #rounds: number;
  readonly #chunk: number;
  readonly #fused: FusedRows;
  readonly #rotations: Floats;
  readonly #words: HashedLists["scratch"];
  readonly #lists: Pick<KeyLists, "keys" | "starts" | "counts">;
  readonly #p: Floats;
  readonly #scratch: Floats;
  /** Runs of the last forward pass, with their lists and the first of their places. */
  #runs: { run: SampleRun; lists: KeyLists; place: number }[] = [];

  constructor(kernels: Kernels, shape: BlockShape, rounds: number, chunk: number) {
    const { samples, tokens: N, heads, width } = shape;
    const half = halfOf(N, chunk), places = samples * heads * N * roundUp4(Math.min(N, 2 * chunk * rounds));
    this.#kernels = kernels;
    this.#shape = shape;
    this.#rounds = rounds;
    this.#chunk = chunk;
    this.#fused = new FusedRows(kernels, shape, "Wqv");
    this.parameters = this.#fused.parameters;
    this.#rotations = kernels.float32(samples * rounds * width * roundUp4(half));
    this.#words = kernels.uint32(3 * rounds * N + 2 * N + 2 * half + roundUp4(half) + 8);
    this.#lists = {
      keys: kernels.uint32(places),
      starts: kernels.uint32(samples * heads * (N + 1)),
      counts: kernels.uint32(samples * heads * N),
    };
    this.#p = kernels.float32(places);
    this.#scratch = kernels.float32(7 * N * roundUp4(width) + 2 * roundUp4(N));
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
  }

  refresh(): void {
    this.#fused.refresh();
  }

  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void {
    const { tokens: N, heads } = this.#shape, { stride, width: D } = this.#fused;
    this.#fused.forward(rowsOf(samples, N, lengths), x);
    let place = 0;
    this.#runs = sampleRuns(samples, N, lengths, () => 0).map((run) => {
      const rows = this.#fused.rows.subarray(run.row * stride), shape = { ...this.#shape, ...run };
      const lists = {
        keys: this.#lists.keys.subarray(place),
        starts: this.#lists.starts.subarray((run.row + run.first) * heads),
        counts: this.#lists.counts.subarray(run.row * heads),
        ...{ perSample: heads, perHead: 1 },
      };
      const taken = this.#kernels.hashedLists(shape, stride, rows, this.#draw(run, seed, firstStream), lists);
      const p = this.#p.subarray(place), to = y.subarray(run.row * D);
      this.#kernels.listedAttention(shape, this.#layout(), true, lists, rows, p, to, this.#scratch);
      const first = place;
      place += taken;
      return { run, lists, place: first };
    });
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { rows, drows, stride, width: D } = this.#fused;
    for (const { run, lists, place } of this.#runs) {
      const [from, to] = [rows, drows].map((array) => array.subarray(run.row * stride));
      const shape = { ...this.#shape, ...run }, g = dy.subarray(run.row * D), p = this.#p.subarray(place);
      this.#kernels.listedAttentionBackward(shape, this.#layout(), true, lists, from, p, g, this.#scratch, to);
    }
    this.#fused.backward(dx);
  }

  #layout() {
    const { stride, width: D } = this.#fused;
    return { stride, keys: 0, values: D };
  }

  /** Draws the rotations of a run of samples. */
  #draw({ samples, tokens, first }: SampleRun, seed: number, firstStream: number): HashedLists {
    const half = halfOf(tokens, this.#chunk), half4 = roundUp4(half), rows = this.#rounds * this.#shape.width;
    for (let s = 0; s < samples && half > 0; s++) {
      const rng = new Rng(seed, firstStream + first + s);
      for (let row = s * rows; row < (s + 1) * rows; row++) {
        for (let c = 0; c < half; c++) this.#rotations[row * half4 + c] = rng.normal();
      }
    }
    return { rotations: this.#rotations, rounds: this.#rounds, half, chunk: this.#chunk, scratch: this.#words };
  }

  collect(): void {
    this.#fused.collect();
  }
}

/** Half the buckets: as many as there are chunks; none where all tokens fit one. */
function halfOf(tokens: number, chunk: number): number {
  return tokens <= chunk ? 0 : Math.ceil(tokens / chunk);
}
