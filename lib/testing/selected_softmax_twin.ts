import { checkLength, dot, eachToken, headWidth, scoresBackward, symmetrise } from "./_dense_twin.ts";
import { fusedBackward, fusedForward } from "./_fused_projection_twin.ts";
import { couplingsTwin } from "./energy_twin.ts";
import type { QamaTwinForward } from "./qama_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/** Everything that selected-softmax QAMA is a function of, but the selection. */
export interface SelectedSoftmaxTwinInputs extends SoftmaxTwinInputs {
  /** e, `[H, d]`: the part of the field that a value decides. */
  readonly e: Float64Array;
  /** p, `[H, N]`: the part of the field that the position decides. */
  readonly p: Float64Array;
}

/** What the selected tokens give. */
export interface SelectedSoftmaxTwinReadout {
  /** f, `[B, H, N]`; without a chosen token in the head, h alone. */
  readonly tokenEnergy: Float64Array;
  /** Attention of every query over the chosen tokens, `[B, H, N, N]`; 0 elsewhere. */
  readonly attention: Float64Array;
  /** Output, `[B, N, D]`; 0 where a head chose nothing. */
  readonly output: Float64Array;
}

/**
 * Computes the Hamiltonian of selected-softmax QAMA from its inputs, in float64 and in the plainest way.
 *
 * q, k, v from one layer norm and one fused projection; `S_ij = (q_i . k_j) / sqrt(d)`, `J = (S + S') / 2` with zero
 * diagonal; `h^t_j = v^t_j . e^t + p^t_j`.
 *
 * @param inputs input and weights
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: a variant of QAMA, arXiv 2504.11083 (2025), revision 2. Differs in: shared layer norm, e of each head, p.
 *
 * @example Without e the field is p
 * ```ts
 * import { selectedSoftmaxForwardTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const weights = { Wqkv: Float64Array.of(1, 1, 5), ln, e: Float64Array.of(0), p: Float64Array.of(3, 4) };
 * assertEquals([...selectedSoftmaxForwardTwin({ shape, X: Float64Array.of(9, 9), ...weights }).h], [3, 4]);
 * ```
 */
export function selectedSoftmaxForwardTwin(inputs: SelectedSoftmaxTwinInputs): QamaTwinForward {
  const { shape, e, p } = inputs;
  const d = headWidth(shape);
  checkLength("e", e, shape.heads * d);
  checkLength("p", p, shape.heads * shape.tokens);
  const { q, k, v } = fusedForward(inputs);
  const h = new Float64Array(v.length / d);
  eachToken(shape, (_b, t, i, token) => {
    h[token] = dot(v.subarray(token * d, token * d + d), e.subarray(t * d, t * d + d)) + p[t * shape.tokens + i];
  });
  return { q, k, v, ...couplingsTwin(q, k, shape), h };
}

/**
 * Computes the readout of selected-softmax QAMA: every query reads the tokens its head chose.
 *
 * `f_j = (1/n_t) sum_i J_ij x_i + h_j` with n_t the number of chosen tokens of head t;
 * `o_i = sum_{j chosen} softmax_j(q_i . k_j / sqrt(d) + f_j) v_j`, 0 where nothing is chosen.
 *
 * @param inputs input and weights
 * @param x selections, `[B, H, N]`, 0 or 1
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: a variant of QAMA, arXiv 2504.11083 (2025), revision 2. Differs in: the readout.
 *
 * @example With one chosen token every query reads its value
 * ```ts
 * import { selectedSoftmaxTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1), beta: Float64Array.of(2) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const weights = { Wqkv: Float64Array.of(1, 1, 5), ln, e: Float64Array.of(0), p: Float64Array.of(3, 4) };
 * const { output } = selectedSoftmaxTwin({ shape, X: Float64Array.of(9, 9), ...weights }, [0, 1]);
 * assertEquals([...output], [10, 10]);
 * ```
 */
export function selectedSoftmaxTwin(
  inputs: SelectedSoftmaxTwinInputs,
  x: ArrayLike<number>,
): SelectedSoftmaxTwinReadout {
  const { shape } = inputs;
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const { v, scores, J, h } = selectedSoftmaxForwardTwin(inputs);
  checkLength("x", x, h.length);
  const tokenEnergy = h.slice();
  eachToken(shape, (_b, _t, j, token) => {
    const head = token - j;
    const chosen = countChosen(x, head, N);
    for (let i = 0; i < N; i++) if (x[head + i] === 1) tokenEnergy[token] += J[token * N + i] / chosen;
  });
  const attention = new Float64Array(scores.length);
  const output = new Float64Array(inputs.X.length);
  eachToken(shape, (b, t, i, token) => {
    const head = token - i;
    let largest = -Infinity;
    for (let j = 0; j < N; j++) {
      if (x[head + j] === 1) largest = Math.max(largest, scores[token * N + j] + tokenEnergy[head + j]);
    }
    let sum = 0;
    for (let j = 0; j < N; j++) {
      if (x[head + j] === 1) sum += Math.exp(scores[token * N + j] + tokenEnergy[head + j] - largest);
    }
    for (let j = 0; j < N; j++) {
      if (x[head + j] !== 1) continue;
      const weight = Math.exp(scores[token * N + j] + tokenEnergy[head + j] - largest) / sum;
      attention[token * N + j] = weight;
      for (let a = 0; a < d; a++) output[(b * N + i) * D + t * d + a] += weight * v[(head + j) * d + a];
    }
  });
  return { tokenEnergy, attention, output };
}

/**
 * Computes the gradients of `sum output G` through {@link selectedSoftmaxTwin}, the selection held constant.
 *
 * With A the attention, `dA_ij = G_i . v_j` and `dL_ij = A_ij (dA_ij - sum_l A_il dA_il)` the gradient of the logits:
 * `df_j = sum_i dL_ij`, `dJ_ij = df_i x_i x_j / n_t`, `dS = dL + (dJ + dJ') / 2` (zero diagonal in the second part),
 * `dh = df`, `dv_j = sum_i A_ij G_i + dh_j e`, `de = sum dh_j v_j`, `dp_j = sum_b dh_j`.
 *
 * @param inputs input and weights
 * @param x selections, `[B, H, N]`, 0 or 1
 * @param G gradient with respect to the output, `[B, N, D]`
 * @returns gradients in the shapes of the inputs, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: the derivative of the readout of {@link selectedSoftmaxTwin}.
 *
 * @example The softmax does not feel a shift of all fields: the gradients of p sum to 0
 * ```ts
 * import { selectedSoftmaxBackwardTwin } from "qama/testing";
 * import { assertAlmostEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(1, 1), beta: Float64Array.of(2, 2) };
 * const shape = { batch: 1, heads: 2, tokens: 2, modelWidth: 2 };
 * const [X, Wqkv] = [Float64Array.of(1, 4, 2, -2), Float64Array.from({ length: 12 }, (_, i) => i % 5 - 2)];
 * const weights = { Wqkv, ln, e: Float64Array.of(1, 2), p: Float64Array.of(3, 4, 5, 6) };
 * const { p } = selectedSoftmaxBackwardTwin({ shape, X, ...weights }, [1, 1, 1, 1], Float64Array.of(1, 2, 3, 4));
 * assertAlmostEquals(p[0] + p[1], 0, 1e-12);
 * ```
 */
export function selectedSoftmaxBackwardTwin(
  inputs: SelectedSoftmaxTwinInputs,
  x: ArrayLike<number>,
  G: Float64Array,
): Omit<SelectedSoftmaxTwinInputs, "shape"> {
  const { shape, e } = inputs;
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const { q, k, v } = selectedSoftmaxForwardTwin(inputs);
  const { attention } = selectedSoftmaxTwin(inputs, x);
  checkLength("G", G, inputs.X.length);

  // through the softmax
  const dL = new Float64Array(attention.length);
  const df = new Float64Array(x.length);
  const dv = new Float64Array(v.length);
  eachToken(shape, (b, t, i, token) => {
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
    for (let j = 0; j < N; j++) {
      dL[token * N + j] = attention[token * N + j] * (dA[j] - mean);
      df[head + j] += dL[token * N + j];
    }
  });

  // through the token energy
  const dJ = new Float64Array(attention.length);
  const de = new Float64Array(e.length);
  const dp = new Float64Array(inputs.p.length);
  eachToken(shape, (_b, t, j, token) => {
    const head = token - j;
    const chosen = countChosen(x, head, N);
    for (let i = 0; i < N; i++) {
      if (x[token] === 1 && x[head + i] === 1) dJ[token * N + i] = df[token] / chosen;
    }
    dp[t * N + j] += df[token];
    for (let a = 0; a < d; a++) {
      de[t * d + a] += df[token] * v[token * d + a];
      dv[token * d + a] += df[token] * e[t * d + a];
    }
  });
  const dS = symmetrise(dJ, N).map((value, at) => value + dL[at]);
  const { dq, dk } = scoresBackward(dS, q, k, N, d);
  return { ...fusedBackward(inputs, dq, dk, dv), e: de, p: dp };
}

function countChosen(x: ArrayLike<number>, head: number, N: number): number {
  let chosen = 0;
  for (let i = 0; i < N; i++) chosen += x[head + i];
  return chosen;
}
