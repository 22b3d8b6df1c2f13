import { checkChosen, checkProblem } from "./check_problem.ts";
import type { AttentionProblem } from "./types.ts";

/**
 * Shares the energy of a selection out among the tokens that were chosen, in float64.
 *
 * `E^t_i = x^t_i (- coupling sum_{j != i} J^t_ij x^t_j - field h^t_i + overlap (c_i - 1))`, c_i the number of heads that chose
 * token i. The sum over heads and tokens is E(x) without its cardinality term, which belongs to no token.
 *
 * @param problem B problems
 * @param chosen x, `[B, H, N]`, 0 or 1
 * @returns `[B, H, N]`, fresh; 0 where nothing is chosen
 * @throws {TypeError} if an array does not fit the sizes
 * @throws {RangeError} if a number is not finite or an entry of x is not 0 or 1
 *
 * Cost O(B H N d) time, O(d + N) memory beside the result.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2, for E(x); the sharing out is ours.
 *
 * @example Two tokens share their coupling
 * ```ts
 * import { tokenEnergies } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(10, 20) };
 * assertEquals([...tokenEnergies({ ...sizes, ...arrays }, Uint8Array.of(1, 1))], [-5.5 - 10, -5.5 - 20]);
 * ```
 */
export function tokenEnergies(problem: AttentionProblem, chosen: Uint8Array): Float64Array {
  checkProblem(problem);
  checkChosen(problem, chosen);
  const { batch: B, heads: H, tokens: N, width: d, queries, keys, fields, weights } = problem;
  const { coupling, field, overlap } = weights;
  const energies = new Float64Array(B * H * N);
  const heads = new Float64Array(B * N);
  for (let at = 0; at < chosen.length; at++) heads[Math.floor(at / (H * N)) * N + at % N] += chosen[at];
  const sumQ = new Float64Array(d);
  const sumK = new Float64Array(d);
  for (let head = 0; head < B * H; head++) {
    sumQ.fill(0);
    sumK.fill(0);
    for (let at = head * N; at < (head + 1) * N; at++) {
      if (chosen[at] === 0) continue;
      for (let a = 0; a < d; a++) {
        sumQ[a] += queries[at * d + a];
        sumK[a] += keys[at * d + a];
      }
    }
    for (let i = 0; i < N; i++) {
      const at = head * N + i;
      if (chosen[at] === 0) continue;
      let twice = 0;
      for (let a = 0; a < d; a++) {
        const [q, k] = [queries[at * d + a], keys[at * d + a]];
        twice += q * (sumK[a] - k) + k * (sumQ[a] - q);
      }
      const others = heads[Math.floor(head / H) * N + i] - 1;
      energies[at] = -coupling * twice / (2 * Math.sqrt(d)) - field * fields[at] + overlap * others;
    }
  }
  return energies;
}
