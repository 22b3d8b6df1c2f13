import { dot, eachToken, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/**
 * Computes Performer's attention, in float64 and in the plainest way.
 *
 * `y_i = sum_j a_ij v_j / sum_j a_ij`, `a_ij = sum_r phi_r(q_i) phi_r(k_j)`,
 * `phi_r(x) = exp(w_r . x / d^(1/4) - |x|^2 / (2 sqrt d))`; the layer norm and the projection are those of
 * `softmaxAttentionTwin`.
 *
 * @param inputs input and weights
 * @param w features, `[m, d]`
 * @returns output, `[B, N, D]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N m)).
 * Source: Choromanski et al., Rethinking attention with Performers (2021), equation 4 and lemma 1, arXiv 2009.14794.
 *
 * @example Equal tokens get their value
 * ```ts
 * import { performerTwin } from "qama/testing";
 * import { assertAlmostEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const inputs = { shape, X: Float64Array.of(9, 9), Wqkv: Float64Array.of(1, 1, 5), ln };
 * assertAlmostEquals(performerTwin(inputs, Float64Array.of(0.3))[1], 10);
 * ```
 */
export function performerTwin(inputs: SoftmaxTwinInputs, w: Float64Array): Float64Array {
  const { shape } = inputs;
  const { q, k, v } = fusedForward(inputs);
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const phi = (x: Float64Array) =>
    Float64Array.from({ length: w.length / d }, (_, r) => {
      const exponent = dot(w.subarray(r * d, (r + 1) * d), x) / d ** 0.25 - dot(x, x) / (2 * Math.sqrt(d));
      return Math.exp(exponent);
    });
  const token = (values: Float64Array, at: number) => values.subarray(at * d, (at + 1) * d);
  const output = new Float64Array(inputs.X.length);
  eachToken(shape, (b, t, i, at) => {
    const query = phi(token(q, at));
    const weights = Array.from({ length: N }, (_, j) => dot(query, phi(token(k, at - i + j))));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, j) => {
      token(v, at - i + j).forEach((value, a) => output[(b * N + i) * D + t * d + a] += weight / total * value);
    });
  });
  return output;
}
