import { forEachPair } from "../_terms.ts";
import type { Model } from "../types.ts";

/**
 * Counts the connected parts of a model: variables are connected where a coupling other than 0 joins them.
 *
 * A model of several parts is several problems: its ground states multiply, its gap is the smallest of theirs, and single
 * spins without any coupling or field make every energy degenerate.
 *
 * @param model the model
 * @returns 1 for a connected model, n for one without couplings, 0 for one without variables
 *
 * Cost O(n + m) sparse, O(n^2) dense, O(n^2 d) factored.
 *
 * @example A pair and a spin of its own
 * ```ts
 * import { componentCount, isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(componentCount(isingModel({ couplings: sparseCouplings(3, [[0, 2, 1]]) })), 2);
 * ```
 */
export function componentCount(model: Model): number {
  const parent = Uint32Array.from({ length: model.n }, (_, i) => i);
  const root = (i: number) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  let count = model.n;
  forEachPair(
    model.couplings,
    (i, j, value) => {
      const [a, b] = [root(i), root(j)];
      if (value === 0 || a === b) return;
      parent[a] = b;
      count--;
    },
    0,
    model.n,
  );
  return count;
}
