import type { Sample } from "./sample_sets.ts";
import type { SampleSet } from "./types.ts";

/** One row of a set, its state a copy. */
export function sampleAt(set: SampleSet, row: number): Sample {
  const n = set.story.variables;
  return {
    row,
    state: set.states.slice(row * n, (row + 1) * n),
    energy: set.energies[row],
    count: set.counts[row],
    story: set.provenance === undefined ? set.story : set.provenance.stories[set.provenance.rows[row]],
  };
}

/** A fresh set of the rows given, in that order; `counts` in place of their own where it is given, `[R]` of the old set. */
export function selectRows(set: SampleSet, rows: ArrayLike<number>, counts: Uint32Array = set.counts): SampleSet {
  const n = set.story.variables;
  const states = new Int8Array(rows.length * n);
  const energies = new Float64Array(rows.length);
  const newCounts = new Uint32Array(rows.length);
  const origins = new Uint32Array(set.provenance === undefined ? 0 : rows.length);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    states.set(set.states.subarray(row * n, (row + 1) * n), r * n);
    energies[r] = set.energies[row];
    newCounts[r] = counts[row];
    if (set.provenance !== undefined) origins[r] = set.provenance.rows[row];
  }
  return {
    states,
    energies,
    counts: newCounts,
    ending: set.ending,
    story: set.story,
    ...(set.provenance && { provenance: { stories: set.provenance.stories, rows: origins } }),
  };
}

/** Puts row numbers in order of energy, then of appearance; in place. */
export function sortByEnergy(set: SampleSet, rows: Uint32Array): Uint32Array {
  const { energies } = set;
  // a comparison, not a difference: two infinite energies have none
  return rows.sort((a, b) => energies[a] < energies[b] ? -1 : energies[a] > energies[b] ? 1 : a - b);
}

/** 0 .. R - 1. */
export function allRows(set: SampleSet): Uint32Array {
  return new Uint32Array(set.energies.length).map((_, row) => row);
}
