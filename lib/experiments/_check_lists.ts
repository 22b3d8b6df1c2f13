/** Throws a RangeError if a list of a plan is empty or names something twice, or a seed is not an integer of 0 or more. */
export function checkLists(
  cannot: string,
  lists: { readonly seeds: readonly number[]; readonly [what: string]: readonly unknown[] },
): void {
  for (const [what, list] of Object.entries(lists)) {
    if (list.length === 0) throw new RangeError(`${cannot}: ${what} is empty`);
    if (new Set(list).size < list.length) {
      throw new RangeError(`${cannot}: ${what} names something twice, got ${list.join(", ")}`);
    }
  }
  const wrong = lists.seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0);
  if (wrong !== undefined) throw new RangeError(`${cannot}: a seed must be an integer of 0 or more, got ${wrong}`);
}
