/**
 * The word that takes the fewest insertions, deletions and replacements to become `typed`, else the only one that begins
 * with it; undefined if none is near.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const ranked = words.map((word) => ({ word, distance: editDistance(typed.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best !== undefined && best.distance <= Math.max(2, typed.length / 3)) return best.word;
  const begun = words.filter((word) => typed.length > 2 && word.toLowerCase().startsWith(typed.toLowerCase()));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Levenshtein's distance of two words. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
