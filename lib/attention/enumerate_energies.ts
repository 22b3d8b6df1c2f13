import { pairProduct } from "./_pair_product.ts";
import { checkProblem } from "./check_problem.ts";
import type { AttentionProblem } from "./types.ts";

/** Most variables H N of a problem that is enumerated. */
export const EXACT_VARIABLES = 20;

/**
 * Computes the energies of all 2^n states of one attention problem, n = H N.
 *
 * Bit t N + i of a state's index is x of head t and token i.
 *
 * @param problem B problems
 * @param b which of them, 0 .. B - 1
 * @returns E(x), `[2^n]`, fresh, the offset included
 * @throws {TypeError} if an array of the problem does not fit its sizes
 * @throws {RangeError} if there are more than {@link EXACT_VARIABLES} variables, a number is not finite, or b is out of range
 *
 * Cost O(2^n + n^2 d) time, 8 bytes a state.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2, for E(x).
 *
 * @example One head, two tokens
 * ```ts
 * import { enumerateEnergies } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(10, 20) };
 * assertEquals([...enumerateEnergies({ ...sizes, ...arrays }, 0)], [0, -10, -20, -10 - 20 - (1 * 5 + 2 * 3)]);
 * ```
 */
export function enumerateEnergies(problem: AttentionProblem, b: number): Float64Array {
  checkProblem(problem);
  if (!Number.isInteger(b) || b < 0 || b >= problem.batch) {
    throw new RangeError(`Cannot enumerate: b must be an integer from 0 to ${problem.batch - 1}, got ${b}`);
  }
  return energiesOfStates(problem, b);
}

/** The same for a problem that was checked before. */
export function energiesOfStates(problem: AttentionProblem, b: number): Float64Array {
  const { heads: H, tokens: N, width: d, fields, weights } = problem;
  const n = H * N;
  if (n > EXACT_VARIABLES) {
    throw new RangeError(
      `Cannot enumerate: expected at most ${EXACT_VARIABLES} variables (heads times tokens), got ${n}; take a sampler`,
    );
  }
  const { k, weight: lambda } = weights.cardinality ?? { k: 0, weight: 0 };
  const row = new Float64Array(n);
  const energies = new Float64Array(2 ** n);
  energies[0] = H * lambda * k * k;
  // variable r is added to every state of those before it
  for (let r = 0; r < n; r++) {
    const head = r - r % N;
    row.fill(0);
    for (let s = r % N; s < head; s += N) row[s] = 2 * weights.overlap;
    for (let s = head; s < r; s++) {
      row[s] = 2 * lambda - weights.coupling * pairProduct(problem, b * n + r, b * n + s) / Math.sqrt(d);
    }
    const alone = lambda * (1 - 2 * k) - weights.field * fields[b * n + r];
    const half = 2 ** r;
    // what r adds, state by state, from the state without its lowest variable
    energies[half] = alone;
    for (let rest = 1; rest < half; rest++) {
      const lowest = rest & -rest;
      energies[half + rest] = energies[half + rest - lowest] + row[31 - Math.clz32(lowest)];
    }
    for (let rest = 0; rest < half; rest++) energies[half + rest] += energies[rest];
  }
  return energies;
}
