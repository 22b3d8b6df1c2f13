import { checkLength, dot, eachToken, headWidth, projectTwin, splitHeads } from "./_dense_twin.ts";
import { couplingsTwin } from "./energy_twin.ts";
import { layerNormTwin, type LayerNormWeights } from "./layer_norm_twin.ts";
import type { TwinShape } from "./twin_shape.ts";

/** Everything that the published operator is a function of, but the selection. */
export interface QamaTwinInputs {
  /** B, H, N and D. */
  readonly shape: TwinShape;
  /** What the queries are made from, `[B, N, D]`; self-attention gives the same array three times. */
  readonly XQ: Float64Array;
  /** What the keys are made from, `[B, N, D]`. */
  readonly XK: Float64Array;
  /** What the fields are made from, `[B, N, D]`. */
  readonly XV: Float64Array;
  /** Query projection, `[D, D]`. */
  readonly Wq: Float64Array;
  /** Key projection, `[D, D]`. */
  readonly Wk: Float64Array;
  /** Value projection, `[D, D]`. */
  readonly Wv: Float64Array;
  /** e, `[d]`, shared by all heads. */
  readonly e: Float64Array;
  /** Layer norm before the query projection. */
  readonly lnQ: LayerNormWeights;
  /** Layer norm before the key projection. */
  readonly lnK: LayerNormWeights;
  /** Layer norm before the value projection. */
  readonly lnV: LayerNormWeights;
}

/** What {@link qamaForwardTwin} computes before a selection is known. */
export interface QamaTwinForward {
  /** Queries, `[B, H, N, d]`. */
  readonly q: Float64Array;
  /** Keys, `[B, H, N, d]`. */
  readonly k: Float64Array;
  /** Values, `[B, H, N, d]`. */
  readonly v: Float64Array;
  /** S, `[B, H, N, N]`. */
  readonly scores: Float64Array;
  /** J, `[B, H, N, N]`. */
  readonly J: Float64Array;
  /** h, `[B, H, N]`. */
  readonly h: Float64Array;
}

/** What the selected tokens give. */
export interface QamaTwinReadout {
  /** eps, `[B, H, N]`. */
  readonly tokenEnergy: Float64Array;
  /** Output, `[B, N, D]`. */
  readonly output: Float64Array;
}

/**
 * Computes the Hamiltonian of the published operator from its inputs, in float64 and in the plainest way.
 *
 * `q = LNq(XQ) Wq'`, k and v alike; `S_ij = (q_i . k_j) / sqrt(d)`; `J = (S + S') / 2` with zero diagonal;
 * `h_i = (1/d) sum_a v_ia e_a`.
 *
 * @param inputs inputs and weights
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N)).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example Zero input leaves no coupling and no field
 * ```ts
 * import { qamaForwardTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const [X, W, ln] = [new Float64Array(2), Float64Array.of(1), { gamma: Float64Array.of(1), beta: Float64Array.of(0) }];
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 1 };
 * const weights = { Wq: W, Wk: W, Wv: W, e: W, lnQ: ln, lnK: ln, lnV: ln };
 * assertEquals(qamaForwardTwin({ shape, XQ: X, XK: X, XV: X, ...weights }).h, new Float64Array(2));
 * ```
 */
export function qamaForwardTwin(inputs: QamaTwinInputs): QamaTwinForward {
  const { shape, XQ, XK, XV, Wq, Wk, Wv, e } = inputs;
  checkInputs(inputs);
  const D = shape.modelWidth;
  const d = headWidth(shape);
  const q = splitHeads(projectTwin(layerNormTwin(XQ, inputs.lnQ), Wq, D), shape, D, 0);
  const k = splitHeads(projectTwin(layerNormTwin(XK, inputs.lnK), Wk, D), shape, D, 0);
  const v = splitHeads(projectTwin(layerNormTwin(XV, inputs.lnV), Wv, D), shape, D, 0);
  const h = new Float64Array(v.length / d);
  for (let token = 0; token < h.length; token++) h[token] = dot(v.subarray(token * d, token * d + d), e) / d;
  return { q, k, v, ...couplingsTwin(q, k, shape), h };
}

/**
 * Computes the published readout of a selection.
 *
 * `eps^t_i = - x^t_i (sum_j J^t_ij x^t_j + h^t_i)`, without the weights of the energy; `out[b, i, t d + a] = eps^t_i e_a`.
 *
 * @param inputs inputs and weights; only the shape and e are read
 * @param forward couplings and fields
 * @param x selections, `[B, H, N]`, 0 or 1
 * @returns fresh arrays
 * @throws {TypeError} if x does not fit the shape
 *
 * Cost O(B H N^2).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example A token alone reads its own field
 * ```ts
 * import { qamaReadoutTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const inputs = { shape: { batch: 1, heads: 1, tokens: 1, modelWidth: 2 }, e: Float64Array.of(1, 10) };
 * const forward = { J: Float64Array.of(0), h: Float64Array.of(3) };
 * assertEquals([...qamaReadoutTwin(inputs, forward, [1]).output], [-3, -30]);
 * ```
 */
export function qamaReadoutTwin(
  inputs: Pick<QamaTwinInputs, "shape" | "e">,
  forward: Pick<QamaTwinForward, "J" | "h">,
  x: ArrayLike<number>,
): QamaTwinReadout {
  const { shape, e } = inputs;
  const { heads: H, tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  checkLength("x", x, shape.batch * H * N);
  const tokenEnergy = new Float64Array(x.length);
  const output = new Float64Array(shape.batch * N * D);
  eachToken(shape, (b, t, i, token) => {
    const head = token - i;
    let field = forward.h[token];
    for (let j = 0; j < N; j++) field += forward.J[token * N + j] * x[head + j];
    tokenEnergy[token] = -x[token] * field;
    for (let a = 0; a < d; a++) output[(b * N + i) * D + t * d + a] = tokenEnergy[token] * e[a];
  });
  return { tokenEnergy, output };
}

function checkInputs({ shape, XQ, XK, XV, Wq, Wk, Wv, e, lnQ, lnK, lnV }: QamaTwinInputs): void {
  const D = shape.modelWidth;
  for (const [name, X] of Object.entries({ XQ, XK, XV })) checkLength(name, X, shape.batch * shape.tokens * D);
  for (const [name, W] of Object.entries({ Wq, Wk, Wv })) checkLength(name, W, D * D);
  for (const [name, ln] of Object.entries({ lnQ, lnK, lnV })) checkLength(`${name}.gamma`, ln.gamma, D);
  checkLength("e", e, headWidth(shape));
}
