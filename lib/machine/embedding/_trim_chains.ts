import type { HardwareGraph } from "./types.ts";

/**
 * Takes qubits off the ends of chains while every edge keeps a coupler: one a chain in turn, so that chains stay of like length.
 *
 * An end that is needed now is needed for ever, since couplers only become fewer: each is looked at once.
 */
export function trimChains(
  { nodes, rowPtr, columns }: HardwareGraph,
  chains: readonly ArrayLike<number>[],
  edges: readonly (readonly [number, number])[],
): Uint32Array[] {
  const count = chains.length;
  const owner = new Int32Array(nodes.length).fill(-1);
  chains.forEach((chain, variable) => {
    for (let k = 0; k < chain.length; k++) owner[chain[k]] = variable;
  });
  const key = (i: number, j: number) => i < j ? i * count + j : j * count + i;
  const couplers = new Map<number, number>();
  for (const [i, j] of edges) couplers.set(key(i, j), 0);
  const inside = new Uint32Array(nodes.length);
  const left = Uint32Array.from(chains, (chain) => chain.length);
  chains.forEach((chain, variable) => {
    for (let c = 0; c < chain.length; c++) {
      for (let k = rowPtr[chain[c]]; k < rowPtr[chain[c] + 1]; k++) {
        const other = owner[columns[k]];
        if (other === variable) inside[chain[c]]++;
        if (other <= variable) continue;
        const known = couplers.get(key(variable, other));
        if (known !== undefined) couplers.set(key(variable, other), known + 1);
      }
    }
  });
  const ends = chains.map((chain) => Array.from(chain).filter((qubit) => inside[qubit] === 1));
  const lost = new Map<number, number>();
  const removed = (variable: number, qubit: number): boolean => {
    lost.clear();
    for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
      const other = owner[columns[k]];
      if (other < 0 || other === variable) continue;
      const pair = key(variable, other);
      if (couplers.has(pair)) lost.set(pair, (lost.get(pair) ?? 0) + 1);
    }
    for (const [pair, gone] of lost) if ((couplers.get(pair) ?? 0) <= gone) return false;
    for (const [pair, gone] of lost) couplers.set(pair, (couplers.get(pair) ?? 0) - gone);
    owner[qubit] = -1;
    left[variable]--;
    for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
      if (owner[columns[k]] === variable && --inside[columns[k]] === 1) ends[variable].push(columns[k]);
    }
    return true;
  };
  for (let busy = true; busy;) {
    busy = false;
    for (let variable = 0; variable < count; variable++) {
      for (let end = ends[variable].shift(); end !== undefined && left[variable] > 1; end = ends[variable].shift()) {
        if (!removed(variable, end)) continue;
        busy = true;
        break;
      }
    }
  }
  return chains.map((chain, variable) => Uint32Array.from(chain).filter((qubit) => owner[qubit] === variable));
}
