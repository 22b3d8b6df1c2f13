/*
 * All states of n spins in Gray code order, O(1) additions a state on average. When spin k flips, the spins below it stand in
 * one known pattern (spin k - 1 up, the others down), so their part of its field is a constant; a flip of spin k changes only
 * the fields of spins below it, and spin k flips once in 2^(k+1) states. Nothing is checked or allocated here.
 */

/** What the loop carries along. */
export interface Walk {
  /** Index of the next state to look at. */
  next: number;
  /** States looked at with an energy of `limit` or less, of which `energies` and `indices` keep a list. */
  count: number;
  /** States above it are not listed. */
  limit: number;
  /** Lowest energy seen. */
  ground: number;
  /** Index of the first state that has it. */
  groundIndex: number;
  /** States seen within `tolerance` of it. */
  degeneracy: number;
  /** Energies closer than this are taken as equal. */
  tolerance: number;
}

/** The Gray code of state t: bit i is spin i, set for up. */
export function grayCode(t: number): number {
  return (t ^ (t >>> 1)) >>> 0;
}

/** Part of each spin's field that the spins below it make at the time it flips, `[n]`. */
export function fieldsFromBelow(n: number, J: Float64Array, below: Float64Array): void {
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += j === k - 1 ? J[k * n + j] : -J[k * n + j];
    below[k] = sum;
  }
}

/**
 * Looks at the states `walk.next .. until - 1`, or up to where the list is full. `above`, `[n]`, is scratch for the part of
 * each field that the spins above make; it and the energy are computed anew here, so that rounding stays that of one call.
 */
export function enumerateStates(
  n: number,
  J: Float64Array,
  h: Float64Array,
  below: Float64Array,
  above: Float64Array,
  s: Int8Array,
  walk: Walk,
  until: number,
  energies: Float64Array,
  indices: Uint32Array,
): void {
  const code = grayCode(walk.next);
  for (let i = 0; i < n; i++) s[i] = (code >>> i) & 1 ? 1 : -1;
  let energy = 0;
  for (let j = 0; j < n; j++) {
    let sum = h[j];
    for (let m = j + 1; m < n; m++) sum += J[j * n + m] * s[m];
    above[j] = sum;
    energy += sum * s[j];
  }

  const { limit, tolerance } = walk;
  const capacity = energies.length;
  let { next: t, count, ground, groundIndex, degeneracy } = walk;
  for (; t < until; t++) {
    if (energy <= limit) {
      if (count === capacity) break;
      energies[count] = energy;
      indices[count++] = t;
    }
    if (energy <= ground + tolerance) {
      if (energy < ground - tolerance) {
        ground = energy;
        groundIndex = t;
        degeneracy = 0;
      }
      degeneracy++;
    }
    // the spin that flips on the way to state t + 1: the number of trailing zeros of t + 1
    const k = 31 - Math.clz32((t + 1) & -(t + 1));
    if (k >= n) continue;
    const change = -2 * s[k];
    energy += change * (above[k] + below[k]);
    s[k] = -s[k];
    for (let j = 0, c = k * n; j < k; j++, c++) above[j] += change * J[c];
  }
  walk.next = t;
  walk.count = count;
  walk.ground = ground;
  walk.groundIndex = groundIndex;
  walk.degeneracy = degeneracy;
}
