import { denseCouplings, type QuboModel, quboModel } from "../model/mod.ts";
import { pairProduct } from "./_pair_product.ts";
import { checkProblem } from "./check_problem.ts";
import type { AttentionProblem } from "./types.ts";

/**
 * Writes one attention problem as a QUBO over the variables t N + i, its energy unchanged, offset included.
 *
 * A pair inside a head has `-coupling (q_i . k_j + q_j . k_i) / sqrt(d) + 2 cardinality.weight`, one token in two heads
 * `2 overlap`, a variable alone `-field h^t_i + cardinality.weight (1 - 2 k)`; the offset is `H cardinality.weight k^2`.
 *
 * @param problem B problems
 * @param b which of them, 0 .. B - 1
 * @returns a fresh model with dense couplings
 * @throws {TypeError} if an array of the problem does not fit its sizes
 * @throws {RangeError} if a number of the problem is not finite, or b is not one of its problems
 *
 * Cost O(H N^2 d + (H N)^2) time, O((H N)^2) memory.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example One head, two tokens
 * ```ts
 * import { attentionQubo } from "qama/attention";
 * import { energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(10, 20) };
 * assertEquals(energy(attentionQubo({ ...sizes, ...arrays }, 0), [1, 1]), -(1 * 5 + 2 * 3) - 10 - 20);
 * ```
 */
export function attentionQubo(problem: AttentionProblem, b: number): QuboModel {
  checkProblem(problem);
  const { batch, heads: H, tokens: N, width: d, fields, weights } = problem;
  if (!Number.isInteger(b) || b < 0 || b >= batch) {
    throw new RangeError(`Cannot write the problem as a QUBO: b must be an integer from 0 to ${batch - 1}, got ${b}`);
  }
  const { k, weight: lambda } = weights.cardinality ?? { k: 0, weight: 0 };
  const n = H * N;
  const pairs = new Float64Array(n * n);
  const linear = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    linear[r] = lambda * (1 - 2 * k) - weights.field * fields[b * n + r];
    const head = r - r % N;
    for (let s = head; s < r; s++) {
      const product = pairProduct(problem, b * n + r, b * n + s);
      pairs[r * n + s] = pairs[s * n + r] = 2 * lambda - weights.coupling * product / Math.sqrt(d);
    }
    for (let s = r % N; s < head; s += N) pairs[r * n + s] = pairs[s * n + r] = 2 * weights.overlap;
  }
  return quboModel({ couplings: denseCouplings(pairs), linear, offset: H * lambda * k * k });
}
