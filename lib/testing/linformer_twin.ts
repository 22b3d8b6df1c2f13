import { eachToken, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/** Everything that Linformer's attention is a function of. */
export interface LinformerTwinInputs extends SoftmaxTwinInputs {
  /** Projection of the keys, `[k, N]`. */
  readonly E: Float64Array;
  /** Projection of the values, `[k, N]`. */
  readonly F: Float64Array;
}

/**
 * Computes Linformer's attention, `softmax(q (E K)' / sqrt(d)) (F V)`, in float64 and in the plainest way.
 *
 * The layer norm and the projection to q, k and v are those of `softmaxAttentionTwin`; E and F are shared by the heads.
 *
 * @param inputs input and weights
 * @returns output, `[B, N, D]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + k)).
 * Source: Wang et al., Linformer: self-attention with linear complexity (2020), equation 7, arXiv 2006.04768.
 *
 * @example One projected row is the sum that F says, whatever the queries
 * ```ts
 * import { linformerTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const inputs = { shape, X: Float64Array.of(9, 9), Wqkv: Float64Array.of(1, 1, 5), ln };
 * const output = linformerTwin({ ...inputs, E: Float64Array.of(1, 1), F: Float64Array.of(1, 3) });
 * assertEquals([...output], [40, 40]);
 * ```
 */
export function linformerTwin(inputs: LinformerTwinInputs): Float64Array {
  const { shape, E, F } = inputs;
  const { q, k, v } = fusedForward(inputs);
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape), rows = E.length / N;
  const output = new Float64Array(inputs.X.length);
  const projected = (P: Float64Array, values: Float64Array, head: number, r: number, a: number) => {
    let sum = 0;
    for (let j = 0; j < N; j++) sum += P[r * N + j] * values[(head + j) * d + a];
    return sum;
  };
  eachToken(shape, (b, t, i, token) => {
    const head = token - i;
    const powers = Array.from({ length: rows }, (_, r) => {
      let dot = 0;
      for (let a = 0; a < d; a++) dot += q[token * d + a] * projected(E, k, head, r, a);
      return Math.exp(dot / Math.sqrt(d));
    });
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, r) => {
      for (let a = 0; a < d; a++) {
        output[(b * N + i) * D + t * d + a] += power / total * projected(F, v, head, r, a);
      }
    });
  });
  return output;
}
