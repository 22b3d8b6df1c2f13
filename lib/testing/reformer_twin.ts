import { dot, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import { maskedReadout } from "./masked_attention_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/** Everything that Reformer's attention is a function of. */
export interface ReformerTwinInputs extends Omit<SoftmaxTwinInputs, "Wqkv"> {
  /** `[2 D, D]`: the rows of all queries, then values; heads in order inside each. */
  readonly Wqv: Float64Array;
}

/** How {@link reformerTwin} hashes. */
export interface ReformerTwinHash {
  /** Tokens of a chunk. */
  readonly chunk: number;
  /** R of every sample and round, `[d, half]`; half the buckets, 0 for one. */
  readonly rotations: readonly (readonly Float64Array[])[];
}

/**
 * Computes Reformer's attention, in float64 and in the plainest way: keys are queries made unit, and a query reads what shares
 * a bucket and a chunk, or the chunk before, with it in any round, itself only if there is nothing else.
 *
 * The layer norm and the projection are those of `softmaxAttentionTwin`, without keys.
 *
 * @param inputs input and weights
 * @param hash rotations and chunk
 * @returns output, `[B, N, D]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B N D (D + N rounds)).
 * Source: Kitaev, Kaiser and Levskaya, Reformer: the efficient transformer (2020), section 2, arXiv 2001.04451.
 *
 * @example Two tokens in one bucket read each other
 * ```ts
 * import { reformerTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const ln = { gamma: Float64Array.of(0, 0), beta: Float64Array.of(2, 1) };
 * const shape = { batch: 1, heads: 1, tokens: 2, modelWidth: 2 };
 * const Wqv = Float64Array.of(1, 0, 0, 1, 3, 0, 0, 5);
 * const hash = { chunk: 2, rotations: [[new Float64Array()]] };
 * assertEquals([...reformerTwin({ shape, X: Float64Array.of(1, 2, 3, 4), Wqv, ln }, hash)], [6, 5, 6, 5]);
 * ```
 */
export function reformerTwin(inputs: ReformerTwinInputs, { chunk, rotations }: ReformerTwinHash): Float64Array {
  const { shape, Wqv } = inputs;
  const { heads, tokens: N, modelWidth: D } = shape;
  const d = headWidth(shape);
  const Wq = Wqv.subarray(0, D * D);
  const { q, v } = fusedForward({ ...inputs, Wqkv: Float64Array.of(...Wq, ...Wq, ...Wqv.subarray(D * D)) });
  const token = (b: number, t: number, i: number) => {
    const at = ((b * heads + t) * N + i) * d;
    return q.subarray(at, at + d);
  };
  const k = q.map((value, at) => {
    const own = q.subarray(at - at % d, at - at % d + d);
    return value / Math.sqrt(dot(own, own));
  });
  const bucket = (x: Float64Array, R: Float64Array) => {
    const half = R.length / d;
    const project = Array.from(
      { length: half },
      (_, c) => x.reduce((sum, value, a) => sum + value * R[a * half + c], 0),
    );
    const all = [...project, ...project.map((value) => -value)];
    return all.indexOf(Math.max(...all));
  };
  // which tokens share a bucket and a chunk, or the chunk before, in one round
  const sharing = (b: number, t: number, R: Float64Array) => {
    const buckets = Array.from({ length: N }, (_, i) => bucket(token(b, t, i), R));
    // number of tokens before this one, sorted by bucket, then by place
    const chunks = buckets.map((own, i) => {
      const before = buckets.filter((other, j) => other < own || other === own && j < i);
      return Math.floor(before.length / chunk);
    });
    return (i: number, j: number) =>
      i !== j && buckets[i] === buckets[j] && (chunks[i] === chunks[j] || chunks[i] === chunks[j] + 1);
  };
  const shared = Array.from({ length: shape.batch * heads }, (_, head) => {
    const b = Math.floor(head / heads);
    return rotations[b].map((R) => sharing(b, head % heads, R));
  });
  const reads = Array.from({ length: shape.batch * heads * N }, (_, at) => {
    const [b, t, i] = [Math.floor(at / (heads * N)), Math.floor(at / N) % heads, at % N];
    const row = Array.from({ length: N }, (_, j) => shared[b * heads + t].some((share) => share(i, j)));
    return row.includes(true) ? row : row.map((_, j) => j === i);
  });
  return maskedReadout(inputs, q, k, v, (t, i, j, b) => reads[(b * heads + t) * N + i][j]);
}
