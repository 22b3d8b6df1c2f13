import { type Floats, type Kernels, roundUp4 } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkIntegers } from "./_check_options.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/** Options of {@link linformerBlock}. */
export interface LinformerOptions {
  /** k, rows that the keys and the values are projected to. @default {a quarter of the tokens, rounded up} */
  readonly projected?: number;
}

/**
 * Opens Linformer's attention as a fused block: keys and values are projected along the tokens, from N rows to k.
 *
 * `y += softmax(q (E K)^T / sqrt d) (F V)`, E and F `[k, N]` learned and shared by the heads; the layer norm and the
 * projection to q, k and v are those of `softmaxBlock`, so that only the attention differs. k is a quarter of the tokens, as
 * the paper's 128 of 512: 16 of 64. A sample of n < N tokens takes the first n columns, which is what zeroes behind it would
 * give. With k = N and the identity for E and F it is softmax attention.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options.projected k
 * @returns a block with parameters `gain`, `shift` `[D]`, `Wqkv` `[3 D, D]`, `E` and `F` `[k, N]`
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if a size or k is not an integer of 1 or more
 *
 * Cost O(N k D + N D^2) a sample, forward; two to three times that backward; memory `H N k + 2 k D` floats a sample.
 * Source: Wang et al., Linformer: self-attention with linear complexity (2020), equation 7 and headwise sharing of section 4,
 * arXiv 2006.04768.
 *
 * @example Parameters of a small block
 * ```ts
 * import { linformerBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = linformerBlock(typescriptKernels(), { samples: 1, tokens: 8, heads: 2, width: 4 });
 * assertEquals(block.parameters.map((p) => p.shape), [[8], [8], [24, 8], [2, 8], [2, 8]]);
 * ```
 */
export function linformerBlock(kernels: Kernels, shape: BlockShape, options: LinformerOptions = {}): AttentionBlock {
  checkBlockShape(shape);
  checkOptionNames("Cannot open the Linformer block", options, ["projected"]);
  const { projected = Math.ceil(shape.tokens / 4) } = options;
  checkIntegers("Cannot open the Linformer block", { projected }, { projected: 1 });
  return new LinformerBlock(kernels, shape, projected);
}

class LinformerBlock implements AttentionBlock {
  readonly name = "linformer";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  /** k. */
  readonly #projected: number;
  readonly #fused: FusedRows;
  /** E K and F V, `[S, 2, k, D]`. */
  readonly #short: Floats;
  /** Its gradient for one sample. */
  readonly #dshort: Floats;
  /** `[S, H, N, k4]`, packed by length. */
  readonly #p: Floats;
  readonly #dp: Floats;
  /** Gathered gradients of E and F. */
  readonly #gathered: readonly [Floats, Floats];
  #weights: readonly Floats[] = [];
  #gradients: readonly Floats[] = [];
  #runs: SampleRun[] = [];

  constructor(kernels: Kernels, shape: BlockShape, projected: number) {
    const { samples, tokens, heads, width } = shape;
    const D = heads * width, k4 = roundUp4(projected);
    this.#kernels = kernels;
    this.#shape = shape;
    this.#projected = projected;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.#short = kernels.float32(samples * 2 * projected * D);
    this.#dshort = kernels.float32(2 * projected * D);
    this.#p = kernels.float32(samples * heads * tokens * k4);
    this.#dp = kernels.float32(heads * tokens * k4);
    this.#gathered = [kernels.float32(projected * tokens), kernels.float32(projected * tokens)];
    const initial = { uniform: 1 / Math.sqrt(tokens) };
    this.parameters = [
      ...this.#fused.parameters,
      { name: "E", shape: [projected, tokens], initial },
      { name: "F", shape: [projected, tokens], initial },
    ];
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
    this.#weights = weights.slice(3);
    this.#gradients = gradients.slice(3);
  }

  refresh(): void {
    this.#fused.refresh();
    for (const gradient of this.#gathered) gradient.fill(0);
  }

  forward(samples: number, x: Floats, y: Floats, _seed: number, _firstStream: number, lengths?: Int32Array): void {
    const kernels = this.#kernels, { heads: H, tokens: N, width: d } = this.#shape;
    const k = this.#projected, k4 = roundUp4(k), D = H * d, row = 3 * D;
    this.#runs = sampleRuns(samples, N, lengths, () => 0);
    this.#fused.forward(rowsOf(samples, N, lengths), x);
    this.#eachSample((s, n, first) => {
      const rows = this.#fused.rows.subarray(first * row), p = this.#p.subarray(first * H * k4);
      const short = this.#short.subarray(s * 2 * k * D);
      this.#weights.forEach((E, part) => {
        kernels.matmul(k, D, n, E, N, 1, rows.subarray((1 + part) * D), row, 1, short.subarray(part * k * D), D);
      });
      kernels.batchedMatmul(H, n, k, d, rows, row, 1, d, short, 1, D, d, p, k4, n * k4);
      kernels.softmaxRows(H * n, k, k4, p, 1 / Math.sqrt(d));
      const values = short.subarray(k * D);
      kernels.batchedMatmul(H, n, d, k, p, k4, 1, n * k4, values, D, 1, d, y.subarray(first * D), D, d, true);
    });
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const kernels = this.#kernels, { heads: H, tokens: N, width: d } = this.#shape;
    const k = this.#projected, k4 = roundUp4(k), D = H * d, row = 3 * D;
    const dp = this.#dp, dkeys = this.#dshort, dvalues = this.#dshort.subarray(k * D);
    this.#eachSample((s, n, first) => {
      const rows = this.#fused.rows.subarray(first * row), drows = this.#fused.drows.subarray(first * row);
      const p = this.#p.subarray(first * H * k4), g = dy.subarray(first * D), step = n * k4;
      const keys = this.#short.subarray(s * 2 * k * D), values = keys.subarray(k * D);
      kernels.batchedMatmul(H, k, d, n, p, 1, k4, step, g, D, 1, d, dvalues, D, d);
      kernels.batchedMatmul(H, n, k, d, g, D, 1, d, values, 1, D, d, dp, k4, step);
      kernels.softmaxRowsBackward(H * n, k, k4, p, dp, 1 / Math.sqrt(d));
      kernels.batchedMatmul(H, n, d, k, dp, k4, 1, step, keys, D, 1, d, drows, row, d);
      kernels.batchedMatmul(H, k, d, n, dp, 1, k4, step, rows, row, 1, d, dkeys, D, d);
      this.#weights.forEach((E, part) => {
        const short = this.#dshort.subarray(part * k * D), from = (1 + part) * D;
        kernels.matmul(n, D, k, E, 1, N, short, D, 1, drows.subarray(from), row);
        kernels.matmul(k, n, D, short, D, 1, rows.subarray(from), 1, row, this.#gathered[part], N, true);
      });
    });
    this.#fused.backward(dx);
  }

  /** Visits the samples of the last forward pass: number, tokens and first row. */
  #eachSample(visit: (sample: number, tokens: number, row: number) => void): void {
    for (const { samples, tokens, first, row } of this.#runs) {
      for (let s = 0; s < samples; s++) visit(first + s, tokens, row + s * tokens);
    }
  }

  collect(): void {
    this.#fused.collect();
    this.#gathered.forEach((gathered, part) => {
      gathered.forEach((g, i) => this.#gradients[part][i] += g);
      gathered.fill(0);
    });
  }
}
