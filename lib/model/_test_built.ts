import { type BuiltModel, energy, type Vartype } from "./mod.ts";

/** By state of the builder's own variables, in the order of `allStates`: the lowest energy over all other bits. */
export function lowestOverAuxiliaries(built: BuiltModel, vartype: Vartype): Float64Array {
  const n = built.model.n;
  const down = vartype === "ising" ? -1 : 0;
  const lowest = new Float64Array(2 ** built.variables).fill(Infinity);
  for (let t = 0; t < 2 ** n; t++) {
    const state = Int8Array.from({ length: n }, (_, i) => (t >> i) & 1 ? 1 : down);
    const own = t % lowest.length;
    lowest[own] = Math.min(lowest[own], energy(built.model, state));
  }
  return lowest;
}
