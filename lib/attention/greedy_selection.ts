import { control } from "./_control.ts";
import { pairProduct } from "./_pair_product.ts";
import type { AttentionProblem, AttentionSolver } from "./types.ts";

/**
 * Makes a solver without chance: steepest descent from the empty selection.
 *
 * Of all (head, token) pairs the flip, on or off, that lowers the energy most is made, the first of equal ones, until none lowers
 * it: a local minimum of single flips, the same on every call. `seed`, `sweeps` and `replicas` are not read.
 *
 * Cost O(H N + F (H + N d)) a problem without a head penalty, F the flips made; with one O(F H N) more.
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
  // each head's best flip: where, and what it changes
  const best = new Int32Array(H);
  const lowest = new Float64Array(H);
  const look = (t: number) => {
    const surplus = counts[t] - k, on = lambda * (1 + 2 * surplus), off = lambda * (1 - 2 * surplus);
    let at = t * N, low = Infinity;
    for (let r = t * N; r < (t + 1) * N; r++) {
      const change = x[r] ? -cost[r] + off : cost[r] + on;
      if (change < low) [at, low] = [r, change];
    }
    best[t] = at;
    lowest[t] = low;
  };
  for (let r = 0; r < n; r++) cost[r] = -field * fields[first + r];
  for (let t = 0; t < H; t++) look(t);
  for (;;) {
    let head = -1, low = -LEAST;
    for (let t = 0; t < H; t++) if (lowest[t] < low) [head, low] = [t, lowest[t]];
    if (head < 0) return;
    const flipped = best[head], sign = x[flipped] ? -1 : 1;
    x[flipped] ^= 1;
    counts[head] += sign;
    for (let r = head * N; r < (head + 1) * N; r++) {
      if (r !== flipped) cost[r] -= sign * coupling * pairProduct(problem, first + flipped, first + r) / Math.sqrt(d);
    }
    if (overlap === 0) look(head);
    else {
      for (let r = flipped % N; r < n; r += N) if (r !== flipped) cost[r] += sign * 2 * overlap;
      for (let t = 0; t < H; t++) look(t);
    }
  }
}
