const BLOCK = 1 << 17;

/** Work cut into slices of about a millisecond: a generator that yields where whoever drives it may stop. */
export type Work<T> = Generator<undefined, T>;

/**
 * Does all of a work at once.
 *
 * @param work made for this call: it is used up
 * @returns its result
 *
 * Cost that of the work.
 *
 * @example The last of three slices has the result
 * ```ts
 * import { finished } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * function* three() {
 *   for (let slice = 0; slice < 3; slice++) yield undefined;
 *   return "done";
 * }
 * assertEquals(finished(three()), "done");
 * ```
 */
export function finished<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Visits rows in blocks of about 131,072 numbers, and yields between two.
 *
 * @param rows how many there are
 * @param width numbers of a row
 * @param visit takes rows `from .. to - 1`
 *
 * Cost that of the visits.
 *
 * @example Five rows, two to a block
 * ```ts
 * import { finished, inBlocks } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const seen: number[][] = [];
 * finished(inBlocks(5, 65_536, (from, to) => seen.push([from, to])));
 * assertEquals(seen, [[0, 2], [2, 4], [4, 5]]);
 * ```
 */
export function* inBlocks(rows: number, width: number, visit: (from: number, to: number) => void): Work<void> {
  const size = Math.max(1, Math.floor(BLOCK / Math.max(1, width)));
  for (let from = 0; from < rows; from += size) {
    if (from > 0) yield;
    visit(from, Math.min(rows, from + size));
  }
}
