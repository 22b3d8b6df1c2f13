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
  /** Logarithm of the factor of a head's logits, `[H]`. @default {0} */
  readonly a?: ArrayLike<number>;
  /** Columns of q and k, the last, that choose and do not read. @default {all do both} */
  readonly selector?: number;
}

/**
 * The readout with a neighbour, in float64 and in the plainest way: a softmax over every key j that is chosen or is the neighbour of i,
 * of `q_i . k_j / sqrt d + [j chosen] (v_j . e + p_j) + [j is the neighbour] r`, all times exp(a); over i itself where there is none.
 * With selector columns the product is over the others, and the bias of a chosen key has the mean of theirs over the block of i.
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
  const { shape, e, p, r, a, selector = 0 } = inputs, { tokens: N, modelWidth: D } = shape;
  const { q, k, v } = fusedForward(inputs), d = headWidth(shape);
  const output = new Float64Array(shape.batch * N * D);
  const dot = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, from = 0, to = d) => {
    let sum = 0;
    for (let c = from; c < to; c++) sum += a[i * d + c] * b[j * d + c];
    return sum;
  };
  const read = d - selector;
  const mean = (head: number, i: number, j: number) => {
    const block = (n: number) => Math.floor(n * blocks / N);
    const own = Array.from({ length: N }, (_, n) => n).filter((n) => block(n) === block(i));
    return own.reduce((sum, n) => sum + dot(q, head + n, k, j, read), 0) / own.length / Math.sqrt(selector);
  };
  eachToken(shape, (b, t, i, token) => {
    const head = token - i, next = near(t, i);
    const own = (head / N * blocks + Math.floor(i * blocks / N)) * N;
    const reads = Array.from({ length: N }, (_, j) => j).filter((j) => x[own + j] === 1 || j === next);
    if (reads.length === 0) reads.push(i);
    const powers = reads.map((j) => {
      const chosen = x[own + j] === 1
        ? dot(v, head + j, e, t) + p[t * N + j] + (selector > 0 ? mean(head, i, head + j) : 0)
        : 0;
      const logit = dot(q, token, k, head + j, 0, read) / Math.sqrt(read) + chosen + (j === next ? r[t] : 0);
      return Math.exp(Math.exp(a?.[t] ?? 0) * logit);
    });
    const total = powers.reduce((sum, power) => sum + power, 0);
    reads.forEach((j, n) => {
      for (let c = 0; c < d; c++) output[(b * N + i) * D + t * d + c] += powers[n] / total * v[(head + j) * d + c];
    });
  });
  return output;
}
