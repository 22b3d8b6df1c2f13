/** A state of a sample set with its count. */
export interface LowestRow {
  readonly energy: number;
  readonly state: Int8Array;
  count: number;
}

/** The `most` different states of lowest finite energy, ascending, equal ones counted together; one pass over the rows. */
export function lowestRows(
  { states, energies, counts }: { states: Int8Array; energies: Float64Array; counts: Uint32Array },
  most: number,
): LowestRow[] {
  const n = energies.length === 0 ? 0 : states.length / energies.length;
  const kept: LowestRow[] = [];
  for (let row = 0; row < energies.length; row++) {
    const energy = energies[row];
    if (!Number.isFinite(energy) || (kept.length === most && energy > kept[most - 1].energy)) continue;
    const state = states.subarray(row * n, (row + 1) * n);
    const same = kept.find((other) => other.energy === energy && equal(other.state, state));
    if (same !== undefined) {
      same.count += counts[row];
      continue;
    }
    let at = kept.length;
    while (at > 0 && kept[at - 1].energy > energy) at--;
    kept.splice(at, 0, { energy, state, count: counts[row] });
    if (kept.length > most) kept.pop();
  }
  return kept;
}

function equal(a: Int8Array, b: Int8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
