import { featureRoom, featureScratch, type Floats, type Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkIntegers } from "./_check_options.ts";
import { checkBlockShape } from "./_check_shape.ts";
import { FusedRows } from "./_fused_rows.ts";
import { rowsOf, type SampleRun, sampleRuns } from "./_samples.ts";
import type { AttentionBlock, BlockShape, ParameterSpec } from "./block.ts";

/** Options of {@link performerBlock}. */
export interface PerformerOptions {
  /** m, random features. @default {d ln d, rounded down, at least 1: 16 for heads of 8} */
  readonly features?: number;
  /** Seed of the features. @default {1} */
  readonly seed?: number;
}

/**
 * Opens Performer's attention as a fused block: softmax attention through positive orthogonal random features (FAVOR+).
 *
 * `y_i += sum_j phi(q_i) . phi(k_j) v_j / sum_j phi(q_i) . phi(k_j)` with
 * `phi_r(x) = exp(w_r . x / d^(1/4) - |x|^2 / (2 sqrt d))`: the mean of `phi(q) . phi(k) / m` over the draws is
 * `exp(q . k / sqrt d)`, so that more features come closer to softmax attention, with an error of about `1 / sqrt m`. Products
 * are taken from the right, so that no N x N ever exists. The layer norm and the projection are those of `softmaxBlock`, so that
 * only the attention differs. m is the paper's `d ln d`; the features are drawn once by the seed, shared by the heads, and kept.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options features and seed, see {@link PerformerOptions}
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]` (all of q, then k, then v)
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if a size or an option is out of range
 *
 * Cost O(N m D + N D^2) a sample, forward; two to three times that backward; memory `H N (2 m + d)` floats a sample.
 * Source: Choromanski et al., Rethinking attention with Performers (2021), lemma 1 and section 2.4, arXiv 2009.14794. Differs
 * in: the features are not drawn again while training; against division by zero no feature is less than e^-40 of the
 * largest, where the authors add 1e-4.
 *
 * @example Rows of one block of features are orthogonal
 * ```ts
 * import { performerFeatures } from "qama/attention";
 * import { assertAlmostEquals } from "@std/assert";
 * const [a, b, c, d] = performerFeatures(2, 2, 7);
 * assertAlmostEquals(a * c + b * d, 0, 1e-12);
 * ```
 */
export function performerBlock(kernels: Kernels, shape: BlockShape, options: PerformerOptions = {}): AttentionBlock {
  checkBlockShape(shape);
  checkOptionNames("Cannot open the Performer block", options, ["features", "seed"]);
  const { features = Math.max(1, Math.floor(shape.width * Math.log(shape.width))), seed = 1 } = options;
  return new PerformerBlock(kernels, shape, features, performerFeatures(features, shape.width, seed));
}

/**
 * Draws orthogonal random features: directions of standard normal vectors, orthogonal d at a time, and lengths of others.
 *
 * @param features m
 * @param width d
 * @param seed block b of d features draws from stream b of it
 * @returns w, `[m, d]`, fresh; each row alone is a standard normal vector
 * @throws {RangeError} if features or seed are no integers of 1 and 0 or more
 *
 * Cost O(m d^2).
 * Source: Choromanski et al., Rethinking attention with Performers (2021), section 2.4, arXiv 2009.14794.
 *
 * @example One direction in one dimension
 * ```ts
 * import { performerFeatures } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(performerFeatures(3, 1, 7).length, 3);
 * ```
 */
export function performerFeatures(features: number, width: number, seed: number): Float64Array {
  checkIntegers("Cannot open the Performer block", { features, seed }, { features: 1, seed: 0 });
  const w = new Float64Array(features * width);
  let rng = new Rng(seed, 0);
  for (let r = 0; r < features; r++) {
    const first = r - r % width;
    if (r === first) rng = new Rng(seed, r / width);
    const row = w.subarray(r * width, (r + 1) * width).map(() => rng.normal());
    const length = Math.hypot(...row.map(() => rng.normal()));
    // twice: what rounding leaves of the others after the first time is gone after the second
    for (let time = 0; time < 2; time++) {
      for (let other = first; other < r; other++) {
        const them = w.subarray(other * width, (other + 1) * width);
        let dot = 0, square = 0;
        for (let a = 0; a < width; a++) {
          dot += row[a] * them[a];
          square += them[a] ** 2;
        }
        for (let a = 0; a < width; a++) row[a] -= dot / square * them[a];
      }
    }
    const scale = length / Math.hypot(...row);
    for (let a = 0; a < width; a++) w[r * width + a] = scale * row[a];
  }
  return w;
}

class PerformerBlock implements AttentionBlock {
  readonly name = "performer";
  readonly chosen = null;
  readonly parameters: readonly ParameterSpec[];
  readonly #kernels: Kernels;
  readonly #shape: BlockShape;
  readonly #features: number;
  readonly #fused: FusedRows;
  readonly #w: Floats;
  readonly #kept: Floats;
  readonly #scratch: Floats;
  #runs: SampleRun[] = [];

  constructor(kernels: Kernels, shape: BlockShape, features: number, w: Float64Array) {
    this.#kernels = kernels;
    this.#shape = shape;
    this.#features = features;
    this.#fused = new FusedRows(kernels, shape, "Wqkv");
    this.parameters = this.#fused.parameters;
    // the kernel multiplies eight rows at a time
    this.#w = kernels.float32(((features + 7) & ~7) * shape.width);
    this.#w.set(w.map((value) => value / shape.width ** 0.25));
    this.#kept = kernels.float32(shape.samples * featureRoom(shape, features));
    this.#scratch = kernels.float32(featureScratch(shape, features));
  }

  bind(weights: readonly Floats[], gradients: readonly Floats[]): void {
    this.#fused.bind(weights, gradients);
  }

  refresh(): void {
    this.#fused.refresh();
  }

  forward(samples: number, x: Floats, y: Floats, _seed: number, _firstStream: number, lengths?: Int32Array): void {
    const { rows, stride, width: D } = this.#fused;
    const room = (tokens: number) => featureRoom({ ...this.#shape, tokens }, this.#features);
    this.#runs = sampleRuns(samples, this.#shape.tokens, lengths, room);
    this.#fused.forward(rowsOf(samples, this.#shape.tokens, lengths), x);
    for (const run of this.#runs) {
      const [from, kept] = [rows.subarray(run.row * stride), this.#kept.subarray(run.padded)];
      const shape = { ...this.#shape, ...run }, to = y.subarray(run.row * D);
      this.#kernels.featureAttention(shape, this.#features, this.#w, from, kept, to, this.#scratch);
    }
  }

  backward(_samples: number, dy: Floats, dx: Floats): void {
    const { rows, drows, stride, width: D } = this.#fused;
    for (const run of this.#runs) {
      const [from, kept] = [rows.subarray(run.row * stride), this.#kept.subarray(run.padded)];
      const shape = { ...this.#shape, ...run }, g = dy.subarray(run.row * D), to = drows.subarray(run.row * stride);
      this.#kernels.featureAttentionBackward(shape, this.#features, this.#w, from, kept, g, this.#scratch, to);
    }
    this.#fused.backward(dx);
  }

  collect(): void {
    this.#fused.collect();
  }
}
