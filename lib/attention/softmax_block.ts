import type { Floats, Kernels } from "../kernels/mod.ts";
import { GATHERED_TOKENS, roundUp4, TiledSoftmax } from "../kernels/mod.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import { Projection } from "./projection.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/**
 * Opens softmax multi-head attention as a fused block: the classical attention that QAMA is compared with.
 *
 * `y += softmax(q k^T / sqrt d) v`, heads side by side, with `[q | k | v] = LN(x) Wqkv^T`; one layer norm, no bias, no
 * output projection, no dropout, no mask. Gradients in closed form.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]` (all of q, then k, then v)
 * @throws {RangeError} if a size is not an integer of 1 or more
 *
 * Cost O(N^2 D + N D^2) a sample, forward; two to three times that backward; memory `H N^2` floats a sample in blocks below 1,024
 * tokens. From there on `128 N` floats for all samples: queries go by in tiles, probabilities are computed again on the way back,
 * the same numbers.
 * Source: Vaswani et al., Attention is all you need (2017), equation 1, arXiv 1706.03762; the tiles Rabe and Staats (2021),
 * arXiv 2112.05682.
 *
 * @example Parameters of a small block
 * ```ts
 * import { softmaxBlock } from "qama/attention";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const block = softmaxBlock(typescriptKernels(), { samples: 1, tokens: 4, heads: 2, width: 4 });
 * assertEquals(block.parameters.map((p) => p.shape), [[8], [8], [24, 8]]);
 * ```
 */
export function softmaxBlock(kernels: Kernels, shape: BlockShape): AttentionBlock {
  checkBlockShape(shape);
  return new SoftmaxBlock(kernels, shape);
}

class SoftmaxBlock implements AttentionBlock {
  readonly name = "mha";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #projection: Projection;
  readonly #rows: Floats;
  readonly #drows: Floats;
  /** Probabilities, kept for the way back, and their gradients; none of many tokens. */
  readonly #p: Floats;
  readonly #scratch: Floats;
  readonly #tiled: TiledSoftmax | null;
  #runs: SampleRun[] = [];

  constructor(kernels: Kernels, shape: BlockShape) {
    const { samples, tokens, heads, width } = shape;
    const D = heads * width;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#projection = new Projection(kernels, samples * tokens, D, 3 * D);
    this.#rows = kernels.float32(samples * tokens * 3 * D);
    this.#drows = kernels.float32(samples * tokens * 3 * D);
    this.#tiled = tokens < GATHERED_TOKENS ? null : new TiledSoftmax(kernels, tokens);
    const kept = this.#tiled ? 0 : tokens * roundUp4(tokens);
    this.#p = kernels.float32(samples * heads * kept);
    this.#scratch = kernels.float32(kept);
    this.parameters = [
      { name: "gain", shape: [D], initial: { constant: 1 } },
      { name: "shift", shape: [D], initial: { constant: 0 } },
      { name: "Wqkv", shape: [3 * D, D], initial: { uniform: 1 / Math.sqrt(D) } },
    ];
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    const [gain, shift, weight] = weights;
    const [dgain, dshift, dweight] = gradients;
    this.#projection.bind([{ out: this.#projection.columns, weight, dweight, gain, dgain, shift, dshift }]);
  }

  refresh(): void {
    this.#projection.refresh();
  }

  forward(samples: number, x: Floats, y: Floats, _seed: number, _firstStream: number, lengths?: Int32Array): void {
    const { heads, tokens, width } = this.#shape;
    const D = heads * width;
    this.#runs = sampleRuns(samples, tokens, lengths, (n) => n * roundUp4(n));
    this.#projection.forward(rowsOf(samples, tokens, lengths), x, this.#rows);
    for (const run of this.#runs) {
      const shape = { ...this.#shape, ...run },
        rows = this.#rows.subarray(run.row * 3 * D),
        to = y.subarray(run.row * D);
      if (this.#tiled) this.#tiled.forward(shape, rows, to);
      else this.#kernels.softmaxAttention(shape, rows, this.#p.subarray(run.padded * heads), to);
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { heads, width } = this.#shape;
    const D = heads * width;
    let count = 0;
    for (const run of this.#runs) {
      const [rows, drows] = [this.#rows, this.#drows].map((array) => array.subarray(run.row * 3 * D));
      const shape = { ...this.#shape, ...run }, p = this.#p.subarray(run.padded * heads), g = dy.subarray(run.row * D);
      if (this.#tiled) this.#tiled.backward(shape, rows, g, drows);
      else this.#kernels.softmaxAttentionBackward(shape, rows, p, g, this.#scratch, drows);
      count = run.row + run.samples * run.tokens;
    }
    this.#projection.backward(count, this.#drows, dx);
  }

  collect(): void {
    this.#projection.collect();
  }
}
