import { checkLength, headWidth, joinHeads, projectBackwardTwin, projectTwin, splitHeads } from "./_dense_twin.ts";
import { layerNormBackwardTwin, layerNormTwin, type LayerNormWeights } from "./layer_norm_twin.ts";
import type { TwinShape } from "./twin_shape.ts";

/** One layer norm and one bias-free projection to queries, keys and values. */
export interface FusedProjection {
  /** B, H, N and D. */
  readonly shape: TwinShape;
  /** Input, `[B, N, D]`. */
  readonly X: Float64Array;
  /** `[3 D, D]`: the rows of all queries, then keys, then values; heads in order inside each. */
  readonly Wqkv: Float64Array;
  /** The layer norm. */
  readonly ln: LayerNormWeights;
}

/** q, k and v `[B, H, N, d]` of a fused projection. */
export function fusedForward({ shape, X, Wqkv, ln }: FusedProjection): {
  q: Float64Array;
  k: Float64Array;
  v: Float64Array;
} {
  const D = shape.modelWidth;
  headWidth(shape);
  checkLength("X", X, shape.batch * shape.tokens * D);
  checkLength("Wqkv", Wqkv, 3 * D * D);
  checkLength("ln.gamma", ln.gamma, D);
  const y = projectTwin(layerNormTwin(X, ln), Wqkv, D);
  return {
    q: splitHeads(y, shape, 3 * D, 0),
    k: splitHeads(y, shape, 3 * D, D),
    v: splitHeads(y, shape, 3 * D, 2 * D),
  };
}

/** Gradients of {@link fusedForward}. */
export function fusedBackward(
  { shape, X, Wqkv, ln }: FusedProjection,
  dq: Float64Array,
  dk: Float64Array,
  dv: Float64Array,
): { X: Float64Array; Wqkv: Float64Array; ln: LayerNormWeights } {
  const D = shape.modelWidth;
  const dy = new Float64Array(3 * dq.length);
  joinHeads(dq, shape, 3 * D, 0, dy);
  joinHeads(dk, shape, 3 * D, D, dy);
  joinHeads(dv, shape, 3 * D, 2 * D, dy);
  const projection = projectBackwardTwin(layerNormTwin(X, ln), Wqkv, D, dy);
  const { x, gamma, beta } = layerNormBackwardTwin(X, ln, projection.x);
  return { X: x, Wqkv: projection.W, ln: { gamma, beta } };
}
