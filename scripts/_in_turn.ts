/**
 * Works on items, so many at a time; whoever is done takes the next.
 *
 * @returns what came of each, in the order of the items
 */
export async function inTurn<T, U>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let k = next++; k < items.length; k = next++) results[k] = await work(items[k]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
