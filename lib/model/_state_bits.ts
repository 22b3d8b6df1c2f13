/** The bits of a state of either vartype: 1 is up in both, 0 and -1 are down. Throws unless it is one of n variables. */
export function stateBits(cannot: string, state: ArrayLike<number>, n: number): Int8Array {
  if (state.length !== n) throw new TypeError(`${cannot}: ${state.length} entries for ${n} variables`);
  const bits = new Int8Array(n);
  let low = 0;
  let high = 0;
  for (let i = 0; i < n; i++) {
    const value = state[i];
    if (value === 0) low++;
    else if (value === -1) high++;
    else if (value === 1) bits[i] = 1;
    else low = high = NaN;
  }
  if (low !== 0 && high !== 0) throw new RangeError(`${cannot}: expected only 0 and 1, or only -1 and 1`);
  return bits;
}
