import type { UpdateRule } from "../kernels/mod.ts";

/** What a sweep leaves of some function of mean 0, whatever the sizes of the weights. */
export interface Unshortened {
  /** True if one is as long after a sweep as before: a singular value of K beside the first is 1. */
  readonly length: boolean;
  /** True if one is the same after a sweep as before: the chain of sweeps does not reach all states. */
  readonly itself: boolean;
}

/**
 * Tells whether sequential sweeps leave a function of mean 0 as long as it was.
 *
 * An update of spin i does so if the function is equal on each pair of states that it mixes. Heat bath mixes all pairs and so leaves
 * constants alone. Metropolis exchanges the two states of a pair of equal energies: what is asked of the function is asked of the
 * states that have moved there. Even functions are equal on opposite states as well. States of which equal values are asked are joined; if all are one, no such function is there.
 *
 * Cost O(n 2^n).
 */
export function unshortened(
  n: number,
  rule: UpdateRule,
  even: boolean,
  equal: (x: number, y: number) => boolean,
): Unshortened {
  if (rule === "glauber") return { length: false, itself: false };
  const size = 2 ** n;
  const parent = Uint32Array.from({ length: size }, (_, x) => x);
  const root = (x: number) => {
    while (parent[x] !== x) x = parent[x] = parent[parent[x]];
    return x;
  };
  let groups = size;
  const join = (x: number, y: number) => {
    const [a, b] = [root(x), root(y)];
    if (a === b) return;
    parent[a] = b;
    groups--;
  };
  if (even) { for (let x = 0; 2 * x < size; x++) join(x, size - 1 - x); }
  // where the value that is now at x was before the sweep
  const from = Uint32Array.from({ length: size }, (_, x) => x);
  for (let i = n - 1; i >= 0; i--) {
    const bit = 1 << i;
    for (let x = 0; x < size; x++) {
      if (x & bit) continue;
      const y = x | bit;
      if (equal(x, y)) [from[x], from[y]] = [from[y], from[x]];
      else join(from[x], from[y]);
    }
  }
  const length = groups > 1;
  for (let x = 0; x < size; x++) join(x, from[x]);
  return { length, itself: groups > 1 };
}
