/**
 * Finds the known name that somebody who typed another one may have meant, for the text of an error.
 *
 * The name that takes the fewest insertions, deletions and replacements (upper and lower case alike), if no more than 2 or a
 * third of what was typed; else the only one that begins with it.
 *
 * @param typed what was typed
 * @param names the known names
 * @returns one of them, or undefined if none is near
 *
 * Cost O(names length^2).
 * Source: Levenshtein, Binary codes capable of correcting deletions, insertions, and reversals (1966).
 *
 * @example One letter too few
 * ```ts
 * import { nearestName } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearestName("wishrt", ["wishart", "tiles"]), "wishart");
 * ```
 */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const ranked = names.map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best !== undefined && best.distance <= Math.max(2, typed.length / 3)) return best.name;
  const begun = names.filter((name) => typed.length > 2 && name.toLowerCase().startsWith(typed.toLowerCase()));
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
