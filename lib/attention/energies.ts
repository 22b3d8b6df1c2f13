import { checkChosen, checkProblem } from "./check_problem.ts";
import type { AttentionProblem } from "./types.ts";

/**
 * Computes the energy of one selection a problem, in float64.
 *
 * With `K = sum_j x_j k_j` and `Q = sum_j x_j q_j` per head, `sum_{i != j} J_ij x_i x_j` is
 * `(Q . K - sum_i x_i q_i . k_i) / sqrt(d)`; with `c_i` the number of heads that chose token i,
 * `sum_{t != u} x^t_i x^u_i = c_i (c_i - 1)`. The other terms are read as they stand in {@link AttentionProblem}.
 *
 * @param problem B problems
 * @param chosen x, `[B, H, N]`, 0 or 1
 * @returns E(x), `[B]`, fresh
 * @throws {TypeError} if an array does not fit the sizes
 * @throws {RangeError} if a number is not finite or an entry of x is not 0 or 1
 *
 * Cost O(B H N d) time, O(d + N) memory beside the result; no N x N matrix is made.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2; the factored form is ours.
 *
 * @example One head, two tokens, both chosen
 * ```ts
 * import { attentionEnergies } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(10, 20) };
 * assertEquals(attentionEnergies({ ...sizes, ...arrays }, Uint8Array.of(1, 1))[0], -(1 * 5 + 2 * 3) - 10 - 20);
 * ```
 */
export function attentionEnergies(problem: AttentionProblem, chosen: Uint8Array): Float64Array {
  checkProblem(problem);
  checkChosen(problem, chosen);
  return energiesOf(problem, chosen);
}

/** The energies of a problem and a selection that were checked before. */
export function energiesOf(problem: AttentionProblem, chosen: Uint8Array): Float64Array {
  const { batch: B, heads: H, tokens: N, width: d, queries, keys, fields, weights } = problem;
  const { coupling, field, overlap, cardinality } = weights;
  const { k, weight: lambda } = cardinality ?? { k: 0, weight: 0 };
  const energies = new Float64Array(B);
  const sumQ = new Float64Array(d);
  const sumK = new Float64Array(d);
  const heads = new Float64Array(N);
  for (let b = 0; b < B; b++) {
    let quadratic = 0;
    let linear = 0;
    let surplus = 0;
    heads.fill(0);
    for (let t = 0; t < H; t++) {
      const head = (b * H + t) * N;
      sumQ.fill(0);
      sumK.fill(0);
      let diagonal = 0;
      let count = 0;
      for (let i = 0; i < N; i++) {
        if (chosen[head + i] === 0) continue;
        const row = (head + i) * d;
        for (let a = 0; a < d; a++) {
          const q = queries[row + a];
          const key = keys[row + a];
          sumQ[a] += q;
          sumK[a] += key;
          diagonal += q * key;
        }
        linear += fields[head + i];
        heads[i]++;
        count++;
      }
      let product = -diagonal;
      for (let a = 0; a < d; a++) product += sumQ[a] * sumK[a];
      quadratic += product;
      surplus += (count - k) * (count - k);
    }
    let shared = 0;
    for (let i = 0; i < N; i++) shared += heads[i] * (heads[i] - 1);
    energies[b] = -coupling * quadratic / Math.sqrt(d) - field * linear + overlap * shared + lambda * surplus;
  }
  return energies;
}
