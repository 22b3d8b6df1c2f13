import { checkLength, eachToken, headWidth, scoresBackward } from "./_dense_twin.ts";
import { fusedBackward, fusedForward } from "./_fused_projection_twin.ts";
import { couplingsTwin } from "./energy_twin.ts";
import type { LayerNormWeights } from "./layer_norm_twin.ts";
import type { TwinShape } from "./twin_shape.ts";

/** Everything that softmax attention is a function of. */
export interface SoftmaxTwinInputs {
  /** B, H, N and D. */
  readonly shape: TwinShape;
  /** Input, `[B, N, D]`. */
  readonly X: Float64Array;
  /** `[3 D, D]`: the rows of all queries, then keys, then values; heads in order inside each. */
  readonly Wqkv: Float64Array;
  /** The layer norm before the projection. */
  readonly ln: LayerNormWeights;
}

/** What {@link softmaxAttentionTwin} computes. */
export interface SoftmaxTwinForward {
  /** Attention weights, `[B, H, N, N]`; each row sums to 1. */
  readonly attention: Float64Array;
  /** Output, `[B, N, D]`. */
  readonly output: Float64Array;
}

/**
 * Computes softmax attention, in float64 and in the plainest way.
 *
 * One layer norm, one fused projection without bias, `softmax(q k' / sqrt(d)) v`, heads concatenated; no output projection.
 *
 * @param inputs input and weights
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: Vaswani et al., Attention is all you need (2017), arXiv 1706.03762, equation 1.
 *
 * @example One token attends to itself
 * ```ts
 * import { softmaxAttentionTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 1, modelWidth: 1 };
 * const { output } = softmaxAttentionTwin({ shape, X: Float64Array.of(9), Wqkv: Float64Array.of(1, 1, 5), ln });
 * assertEquals(output[0], 10);
 * ```
 */
export function softmaxAttentionTwin(inputs: SoftmaxTwinInputs): SoftmaxTwinForward {
  const { q, k, v } = fusedForward(inputs);
  const { tokens: N, modelWidth: D } = inputs.shape;
  const d = headWidth(inputs.shape);
  const { scores } = couplingsTwin(q, k, inputs.shape);
  const attention = new Float64Array(scores.length);
  const output = new Float64Array(inputs.X.length);
  eachToken(inputs.shape, (b, t, i, token) => {
    const head = token - i;
    const row = scores.subarray(token * N, token * N + N);
    const largest = Math.max(...row);
    let sum = 0;
    for (let j = 0; j < N; j++) sum += Math.exp(row[j] - largest);
    for (let j = 0; j < N; j++) {
      const weight = Math.exp(row[j] - largest) / sum;
      attention[token * N + j] = weight;
      for (let a = 0; a < d; a++) output[(b * N + i) * D + t * d + a] += weight * v[(head + j) * d + a];
    }
  });
  return { attention, output };
}

/**
 * Computes the gradients of `sum output G` through {@link softmaxAttentionTwin}.
 *
 * With A the attention and `dA_ij = G_i . v_j`: `dS_ij = A_ij (dA_ij - sum_l A_il dA_il)`, `dq = dS k / sqrt(d)`,
 * `dk = dS' q / sqrt(d)`, `dv = A' G`, and through the projection and the layer norm.
 *
 * @param inputs input and weights
 * @param G gradient with respect to the output, `[B, N, D]`
 * @returns gradients in the shapes of the inputs, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: the derivative of Vaswani et al., Attention is all you need (2017), arXiv 1706.03762, equation 1.
 *
 * @example One token: the value rows get the gradient, the query rows none
 * ```ts
 * import { softmaxBackwardTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 1, modelWidth: 1 };
 * const inputs = { shape, X: Float64Array.of(9), Wqkv: Float64Array.of(1, 1, 5), ln };
 * assertEquals([...softmaxBackwardTwin(inputs, Float64Array.of(1)).Wqkv], [0, 0, 2]);
 * ```
 */
export function softmaxBackwardTwin(inputs: SoftmaxTwinInputs, G: Float64Array): Omit<SoftmaxTwinInputs, "shape"> {
  const { q, k, v } = fusedForward(inputs);
  const { attention } = softmaxAttentionTwin(inputs);
  const { tokens: N, modelWidth: D } = inputs.shape;
  const d = headWidth(inputs.shape);
  checkLength("G", G, inputs.X.length);
  const dS = new Float64Array(attention.length);
  const dv = new Float64Array(v.length);
  eachToken(inputs.shape, (b, t, i, token) => {
    const head = token - i;
    const dA = new Float64Array(N);
    let mean = 0;
    for (let j = 0; j < N; j++) {
      const weight = attention[token * N + j];
      for (let a = 0; a < d; a++) {
        const g = G[(b * N + i) * D + t * d + a];
        dA[j] += g * v[(head + j) * d + a];
        dv[(head + j) * d + a] += weight * g;
      }
      mean += weight * dA[j];
    }
    for (let j = 0; j < N; j++) dS[token * N + j] = attention[token * N + j] * (dA[j] - mean);
  });
  const { dq, dk } = scoresBackward(dS, q, k, N, d);
  return fusedBackward(inputs, dq, dk, dv);
}
