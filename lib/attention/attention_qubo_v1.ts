import { denseCouplings, type QuboModel, quboModel } from "../model/mod.ts";
import { checkSoftProblem } from "./soft_energies.ts";
import type { SoftProblem } from "./soft_types.ts";

/**
 * Writes one soft selection problem as a QUBO over the variables `(t N + i) q + b`, its energy unchanged: for any sampler.
 *
 * With `beta_b = 2^b / (2^q - 1)`, `C_ij = quadratic (J_ij + J_ji) + 2 longRange |i - j| / (N - 1)`: a pair of bits inside a
 * head has `-beta_b beta_c C_ij`, one bit of two heads `2 penalty / (H (H - 1))`, a bit alone
 * `-linear h_i beta_b - quadratic J_ii beta_b^2`; the offset is 0.
 *
 * @param problem B problems
 * @param b which of them, 0 .. B - 1
 * @returns a fresh model with dense couplings
 * @throws {TypeError} if an array of the problem does not fit its sizes
 * @throws {RangeError} if a number of the problem is not finite, or b is not one of its problems
 *
 * Cost O((H N q)^2) time and memory.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1; the term of the distances is our reading.
 *
 * @example Both bits of one token
 * ```ts
 * import { attentionQuboV1 } from "qama/attention";
 * import { energy } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const weights = { quadratic: 1, linear: 1, penalty: 2, longRange: 0 };
 * const arrays = { couplings: Float32Array.of(3), fields: Float32Array.of(4) };
 * const problem = { batch: 1, heads: 1, tokens: 1, bits: 2, weights, ...arrays };
 * assertAlmostEquals(energy(attentionQuboV1(problem, 0), [1, 1]), -7);
 * ```
 */
export function attentionQuboV1(problem: SoftProblem, b: number): QuboModel {
  checkSoftProblem(problem);
  const { batch, heads: H, tokens: N, bits: q, couplings: J, fields, weights } = problem;
  if (!Number.isInteger(b) || b < 0 || b >= batch) {
    throw new RangeError(`Cannot write the problem as a QUBO: b must be an integer from 0 to ${batch - 1}, got ${b}`);
  }
  const n = H * N * q;
  const pairs = new Float64Array(n * n);
  const linear = new Float64Array(n);
  const reach = N > 1 ? weights.longRange / (N - 1) : 0;
  const beta = Float64Array.from({ length: q }, (_, bit) => 2 ** bit / (2 ** q - 1));
  for (let r = 0; r < n; r++) {
    const bit = r % q, i = Math.floor(r / q) % N, t = Math.floor(r / (N * q));
    const head = (b * H + t) * N;
    const own = J[(head + i) * N + i];
    linear[r] = -weights.linear * fields[head + i] * beta[bit] - weights.quadratic * own * beta[bit] ** 2;
    for (let s = t * N * q; s < r; s++) {
      const j = Math.floor(s / q) % N;
      const both = J[(head + i) * N + j] + J[(head + j) * N + i];
      const C = weights.quadratic * both + 2 * reach * Math.abs(i - j);
      pairs[r * n + s] = pairs[s * n + r] = -beta[bit] * beta[s % q] * C;
    }
    for (let s = r - N * q; s >= 0; s -= N * q) {
      pairs[r * n + s] = pairs[s * n + r] = 2 * weights.penalty / (H * (H - 1));
    }
  }
  return quboModel({ couplings: denseCouplings(pairs), linear });
}
