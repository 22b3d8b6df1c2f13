import { eachToken, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/**
 * Computes softmax attention over the keys that a rule lets each query read, in float64 and in the plainest way.
 *
 * `y_i = sum_j exp(q_i . k_j / sqrt d) v_j / sum_j exp(q_i . k_j / sqrt d)` over the j that i reads; the layer norm and the
 * projection are those of `softmaxAttentionTwin`. The twin of Longformer and BigBird.
 *
 * @param inputs input and weights
 * @param reads whether query i of a head reads key j of sample b; every query must read one
 * @returns output, `[B, N, D]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: Beltagy, Peters and Cohan, Longformer (2020), section 3.1, arXiv 2004.05150; Zaheer et al., Big Bird (2020),
 * section 2, arXiv 2007.14062.
 *
 * @example A token that reads itself alone gets its own value
 * ```ts
 * import { maskedAttentionTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const inputs = { shape, X: Float64Array.of(9, 9), Wqkv: Float64Array.of(1, 1, 5), ln };
 * assertEquals([...maskedAttentionTwin(inputs, (_head, i, j) => i === j)], [10, 10]);
 * ```
 */
export function maskedAttentionTwin(
  inputs: SoftmaxTwinInputs,
  reads: (head: number, i: number, j: number, sample: number) => boolean,
): Float64Array {
  const { q, k, v } = fusedForward(inputs);
  return maskedReadout(inputs, q, k, v, reads);
}

/** The attention of {@link maskedAttentionTwin}, of q, k and v `[B, H, N, d]`. */
export function maskedReadout(
  { shape }: Pick<SoftmaxTwinInputs, "shape">,
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  reads: (head: number, i: number, j: number, sample: number) => boolean,
): Float64Array {
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const output = new Float64Array(shape.batch * N * D);
  eachToken(shape, (b, t, i, token) => {
    const head = token - i;
    const read = Array.from({ length: N }, (_, j) => j).filter((j) => reads(t, i, j, b));
    const powers = read.map((j) => {
      let dot = 0;
      for (let a = 0; a < d; a++) dot += q[token * d + a] * k[(head + j) * d + a];
      return Math.exp(dot / Math.sqrt(d));
    });
    const total = powers.reduce((sum, power) => sum + power, 0);
    read.forEach((j, e) => {
      for (let a = 0; a < d; a++) output[(b * N + i) * D + t * d + a] += powers[e] / total * v[(head + j) * d + a];
    });
  });
  return output;
}
