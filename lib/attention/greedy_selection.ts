import { control } from "./_control.ts";
import { pairProduct } from "./_pair_product.ts";
import type { AttentionProblem, AttentionSolver } from "./types.ts";

/**
 * Makes a solver without chance: steepest descent from the empty selection.
 *
 * Of all (head, token) pairs the flip, on or off, that lowers the energy most is made, the first of equal ones, until none lowers
 * it: a local minimum of single flips, the same on every call. `seed`, `sweeps` and `replicas` are not read.
 *
 * Cost O(F H N) a problem, F the flips made, and O(N d) a flip.
 * Source: none needed.
 *
 * @example Two tokens that repel: the better one alone
 * ```ts
 * import { greedySelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(2, 2), keys: Float32Array.of(-2, -2), fields: Float32Array.of(1, 3) };
 * assertEquals([...greedySelection().solve({ ...sizes, ...arrays }, { seed: 1 }).chosen], [0, 1]);
 * ```
 */
export function greedySelection(): AttentionSolver {
  return control("greedy", (problem, chosen) => {
    const size = problem.heads * problem.tokens;
    for (let b = 0; b < problem.batch; b++) descend(problem, b, chosen.subarray(b * size, (b + 1) * size));
  });
}

// a flip must lower the energy by more than rounding may
const LEAST = 1e-9;

function descend(problem: AttentionProblem, b: number, x: Uint8Array): void {
  const { heads: H, tokens: N, width: d, fields, weights } = problem;
  const { coupling, field, overlap } = weights;
  const { k, weight: lambda } = weights.cardinality ?? { k: 0, weight: 0 };
  const n = H * N, first = b * n;
  // what choosing a pair adds to the energy, as things stand; the cardinality term apart
  const cost = new Float64Array(n);
  const counts = new Float64Array(H);
  for (let r = 0; r < n; r++) cost[r] = -field * fields[first + r];
  for (;;) {
    let best = -1, lowest = -LEAST;
    for (let r = 0; r < n; r++) {
      const surplus = counts[Math.floor(r / N)] - k;
      const change = x[r] ? -cost[r] + lambda * (1 - 2 * surplus) : cost[r] + lambda * (1 + 2 * surplus);
      if (change < lowest) [best, lowest] = [r, change];
    }
    if (best < 0) return;
    const sign = x[best] ? -1 : 1;
    const t = Math.floor(best / N);
    x[best] ^= 1;
    counts[t] += sign;
    for (let j = 0; j < N; j++) {
      const r = t * N + j;
      if (r !== best) cost[r] -= sign * coupling * pairProduct(problem, first + best, first + r) / Math.sqrt(d);
    }
    for (let r = best % N; r < n; r += N) if (r !== best) cost[r] += sign * 2 * overlap;
  }
}
