import type { SampleSet } from "./types.ts";

/**
 * The first row with the same state and the same call, for each row, `[R]`.
 *
 * A hash table over the rows where they lie: O(R n) time, O(R) memory, no key is copied.
 */
export function firstEqualRows(set: SampleSet): Uint32Array {
  const n = set.story.variables;
  const rowCount = set.energies.length;
  const { states } = set;
  const calls = set.provenance?.rows;
  const size = 2 ** Math.ceil(Math.log2(2 * rowCount + 2));
  const mask = size - 1;
  // row + 1; 0 is an empty slot
  const slots = new Uint32Array(size);
  const first = new Uint32Array(rowCount);
  for (let r = 0; r < rowCount; r++) {
    const start = r * n;
    // FNV-1a over the state and the call, then one avalanche
    let hash = 0x811c9dc5;
    for (let i = start; i < start + n; i++) hash = Math.imul(hash ^ (states[i] & 0xff), 0x01000193);
    if (calls !== undefined) hash = Math.imul(hash ^ calls[r], 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 12)) & mask;
    for (;;) {
      const there = slots[slot] - 1;
      if (there < 0) {
        slots[slot] = r + 1;
        first[r] = r;
        break;
      }
      let same = calls === undefined || calls[there] === calls[r];
      for (let i = 0; same && i < n; i++) same = states[there * n + i] === states[start + i];
      if (same) {
        first[r] = there;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return first;
}
