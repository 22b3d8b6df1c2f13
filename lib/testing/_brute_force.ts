/** Energies `x' Q x + offset` of all 2^n states; bit r of the index is x_r. Q is `[n, n]`, symmetric. */
export function allEnergies(Q: Float64Array, n: number, offset = 0): Float64Array {
  const energies = new Float64Array(2 ** n);
  energies[0] = offset;
  // adding variable r to every state of the variables below it
  for (let r = 0; r < n; r++) {
    for (let rest = 0; rest < 2 ** r; rest++) {
      let change = Q[r * n + r];
      for (let s = 0; s < r; s++) if ((rest >> s) & 1) change += 2 * Q[r * n + s];
      energies[2 ** r + rest] = energies[rest] + change;
    }
  }
  return energies;
}

/** The state with the given index. */
export function stateOf(index: number, n: number): number[] {
  return Array.from({ length: n }, (_, r) => (index >> r) & 1);
}
