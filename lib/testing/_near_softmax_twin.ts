import { eachToken, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/** What the readout with a neighbour reads beside q, k and v. */
export interface NearSoftmaxTwinInputs extends SoftmaxTwinInputs {
  /** Directions of the fields, `[H, d]`. */
  readonly e: ArrayLike<number>;
  /** Positional field, `[H, N]`. */
  readonly p: ArrayLike<number>;
  /** Bias of a head's neighbour, `[H]`. */
  readonly r: ArrayLike<number>;
}

/**
 * The readout with a neighbour, in float64 and in the plainest way: a softmax over every key j that is chosen or is the neighbour of i,
 * of `q_i . k_j / sqrt d + [j chosen] (v_j . e + p_j) + [j is the neighbour] r`; over i itself where there is none.
 *
 * @param x the selection, `[B, H, blocks, N]`; query i has that of block floor(i blocks / N)
 * @param near the neighbour of token i in head t, or -1
 */
export function nearSoftmaxTwin(
  inputs: NearSoftmaxTwinInputs,
  x: ArrayLike<number>,
  near: (head: number, i: number) => number,
  blocks = 1,
): Float64Array {
  const { shape, e, p, r } = inputs, { tokens: N, modelWidth: D } = shape;
  const { q, k, v } = fusedForward(inputs), d = headWidth(shape);
  const output = new Float64Array(shape.batch * N * D);
  const dot = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number) => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += a[i * d + c] * b[j * d + c];
    return sum;
  };
  eachToken(shape, (b, t, i, token) => {
    const head = token - i, next = near(t, i);
    const own = (head / N * blocks + Math.floor(i * blocks / N)) * N;
    const reads = Array.from({ length: N }, (_, j) => j).filter((j) => x[own + j] === 1 || j === next);
    if (reads.length === 0) reads.push(i);
    const powers = reads.map((j) => {
      const chosen = x[own + j] === 1 ? dot(v, head + j, e, t) + p[t * N + j] : 0;
      return Math.exp(dot(q, token, k, head + j) / Math.sqrt(d) + chosen + (j === next ? r[t] : 0));
    });
    const total = powers.reduce((sum, power) => sum + power, 0);
    reads.forEach((j, n) => {
      for (let c = 0; c < d; c++) output[(b * N + i) * D + t * d + c] += powers[n] / total * v[(head + j) * d + c];
    });
  });
  return output;
}
