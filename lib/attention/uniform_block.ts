import type { Floats, Kernels } from "../kernels/mod.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/**
 * Opens uniform attention as a fused block: every query reads the mean of all values, so that nothing is looked for.
 *
 * `y_i += 1/N sum_j v_j` with `[q | k | v] = LN(x) Wqkv^T`: `softmaxBlock` with `q = 0`. The control for what attention does
 * beyond mixing tokens. Queries and keys are projected as in `softmaxBlock`, so that both have the same parameters and start, and
 * are not read: their weights have no gradient.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]` (all of q, then k, then v)
 * @throws {RangeError} if a size is not an integer of 1 or more
 *
 * Cost O(N D^2) a sample, forward; two to three times that backward; memory `6 N D` floats a sample.
 * Source: this project.
 *
 * @example Parameters of a small block
 * ```ts
 * import { uniformBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = uniformBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 });
 * assertEquals(block.parameters.map((p) => p.shape), [[8], [8], [24, 8]]);
 * ```
 */
export function uniformBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
  checkBlockShape(shape);
  return new UniformBlock(kernels, shape);
}

class UniformBlock implements AttentionBlock {
  readonly name = "uniform";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #tokens: number;
  readonly #fused: FusedRows;
  readonly #mean: Float64Array;
  #runs: SampleRun[] = [];

  constructor(kernels: Kernels, shape: BlockShape) {
    this.#tokens = shape.tokens;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.#mean = new Float64Array(this.#fused.width);
    this.parameters = this.#fused.parameters;
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
  }

  refresh(): void {
    this.#fused.refresh();
  }

  forward(samples: number, x: Floats, y: Floats, _seed: number, _firstStream: number, lengths?: Int32Array): void {
    const { rows, stride, width: D } = this.#fused;
    this.#runs = sampleRuns(samples, this.#tokens, lengths, () => 0);
    this.#fused.forward(rowsOf(samples, this.#tokens, lengths), x);
    this.#eachSample((row, tokens) => {
      const mean = this.#meanOf(rows, row * stride + 2 * D, stride, tokens);
      for (let i = row; i < row + tokens; i++) {
        for (let c = 0; c < D; c++) y[i * D + c] += mean[c];
      }
    });
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { drows, stride, width: D } = this.#fused;
    // the gradients of queries and keys stay 0, as they were made
    this.#eachSample((row, tokens) => {
      const mean = this.#meanOf(dy, row * D, D, tokens);
      for (let i = row; i < row + tokens; i++) {
        for (let c = 0; c < D; c++) drows[i * stride + 2 * D + c] = mean[c];
      }
    });
    this.#fused.backward(dx);
  }

  collect(): void {
    this.#fused.collect();
  }

  #eachSample(work: (row: number, tokens: number) => void): void {
    for (const { samples, tokens, row } of this.#runs) {
      for (let s = 0; s < samples; s++) work(row + s * tokens, tokens);
    }
  }

  /** Mean over the tokens of one sample, whose first row begins at `from`. */
  #meanOf(values: Floats, from: number, stride: number, tokens: number): Float64Array {
    const mean = this.#mean.fill(0), D = mean.length;
    for (let i = 0; i < tokens; i++) {
      for (let c = 0; c < D; c++) mean[c] += values[from + i * stride + c];
    }
    for (let c = 0; c < D; c++) mean[c] /= tokens;
    return mean;
  }
}
