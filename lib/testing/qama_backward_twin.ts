import {
  add,
  checkLength,
  dot,
  eachToken,
  headWidth,
  joinHeads,
  projectBackwardTwin,
  scoresBackward,
  symmetrise,
} from "./_dense_twin.ts";
import { layerNormBackwardTwin, layerNormTwin, type LayerNormWeights } from "./layer_norm_twin.ts";
import { qamaForwardTwin, qamaReadoutTwin, type QamaTwinInputs } from "./qama_twin.ts";
import type { TwinShape } from "./twin_shape.ts";

/** Gradients of `sum output G` with the selection held constant; shapes as in {@link QamaTwinInputs}. */
export interface QamaTwinGradients extends Omit<QamaTwinInputs, "shape"> {
  /** With respect to X where it is the query, key and value input at once: the sum of the three. */
  readonly X: Float64Array;
  /** With respect to J, `[B, H, N, N]`: the plain partial derivative for each entry, diagonal included. */
  readonly J: Float64Array;
  /** With respect to h, `[B, H, N]`. */
  readonly h: Float64Array;
  /** With respect to S, `[B, H, N, N]`. */
  readonly scores: Float64Array;
}

/**
 * Computes every gradient of `sum output G` through the published readout, the selection held constant.
 *
 * With `g_i = sum_a G_ia e_a`: `dJ_ij = -g_i x_i x_j`, `dh_i = -g_i x_i`, `dS = (dJ + dJ') / 2` with zero diagonal,
 * `dq = dS k / sqrt(d)`, `dk = dS' q / sqrt(d)`, `dv_ia = dh_i e_a / d`, `de_a = sum eps_i G_ia + sum dh_i v_ia / d`.
 *
 * @param inputs inputs and weights
 * @param x selections, `[B, H, N]`, 0 or 1
 * @param G gradient with respect to the output, `[B, N, D]`
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: the derivative of QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example A token that no head chose gets no gradient
 * ```ts
 * import { qamaBackwardTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const [X, W] = [Float64Array.of(1, 2), Float64Array.of(1, 0, 0, 1)];
 * const ln = { gamma: Float64Array.of(1, 1), beta: Float64Array.of(0, 0) };
 * const shape = { batch: 1, heads: 1, tokens: 1, modelWidth: 2 };
 * const inputs = { shape, XQ: X, XK: X, XV: X, Wq: W, Wk: W, Wv: W, e: X, lnQ: ln, lnK: ln, lnV: ln };
 * assertEquals(Math.abs(qamaBackwardTwin(inputs, [0], X).X[0]), 0);
 * ```
 */
export function qamaBackwardTwin(inputs: QamaTwinInputs, x: ArrayLike<number>, G: Float64Array): QamaTwinGradients {
  const { shape, Wq, Wk, Wv, e } = inputs;
  const { tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const { q, k, v, J, h } = qamaForwardTwin(inputs);
  const { tokenEnergy } = qamaReadoutTwin(inputs, { J, h }, x);
  checkLength("G", G, shape.batch * N * D);
  const dJ = new Float64Array(J.length);
  const dh = new Float64Array(h.length);
  const de = new Float64Array(d);
  const dv = new Float64Array(v.length);
  eachToken(shape, (b, t, i, token) => {
    const head = token - i;
    const Gi = G.subarray((b * N + i) * D + t * d, (b * N + i) * D + t * d + d);
    const g = dot(Gi, e);
    for (let j = 0; j < N; j++) dJ[token * N + j] = -g * x[token] * x[head + j];
    dh[token] = -g * x[token];
    for (let a = 0; a < d; a++) {
      dv[token * d + a] = dh[token] * e[a] / d;
      de[a] += tokenEnergy[token] * Gi[a] + dh[token] * v[token * d + a] / d;
    }
  });
  const dS = symmetrise(dJ, N);
  const { dq, dk } = scoresBackward(dS, q, k, N, d);
  const query = projectionBackward(inputs.XQ, inputs.lnQ, Wq, dq, shape);
  const key = projectionBackward(inputs.XK, inputs.lnK, Wk, dk, shape);
  const value = projectionBackward(inputs.XV, inputs.lnV, Wv, dv, shape);
  return {
    X: add(add(query.x, key.x), value.x),
    XQ: query.x,
    XK: key.x,
    XV: value.x,
    Wq: query.W,
    Wk: key.W,
    Wv: value.W,
    e: de,
    lnQ: query.ln,
    lnK: key.ln,
    lnV: value.ln,
    J: dJ,
    h: dh,
    scores: dS,
  };
}

function projectionBackward(
  X: Float64Array,
  ln: LayerNormWeights,
  W: Float64Array,
  dHeads: Float64Array,
  shape: TwinShape,
): { x: Float64Array; W: Float64Array; ln: LayerNormWeights } {
  const D = shape.modelWidth;
  const dy = joinHeads(dHeads, shape, D, 0, new Float64Array(dHeads.length));
  const projection = projectBackwardTwin(layerNormTwin(X, ln), W, D, dy);
  const { x, gamma, beta } = layerNormBackwardTwin(X, ln, projection.x);
  return { x, W: projection.W, ln: { gamma, beta } };
}
