import { allRows, sampleAt, selectRows, sortByEnergy } from "./_select_rows.ts";
import type { Sample } from "./sample_sets.ts";
import type { SampleSet } from "./types.ts";

/**
 * Keeps the rows for which a predicate holds, in their order, with the call each comes from.
 *
 * @param predicate asked for every row; the state it gets is a copy
 * @returns a fresh set, with no row where none was kept; its story, with `completedReads`, is that of the whole set
 * @throws {TypeError} if the predicate is no function, or answers with something else than true or false
 *
 * Cost O(R n) beside the predicate.
 *
 * @example Keep what is below zero
 * ```ts
 * import { exactEnumeration, filter } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const set = await exactEnumeration().sample(isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) }), { numReads: 4 });
 * assertEquals([...filter(set, ({ energy }) => energy < 0).energies], [-1, -1]);
 * ```
 */
export function filter(set: SampleSet, predicate: (sample: Sample) => boolean): SampleSet {
  if (typeof predicate !== "function") throw new TypeError("Cannot filter the sample set: expected a function");
  return selectRows(set, allRows(set).filter((row) => isTrue(predicate(sampleAt(set, row)), row)));
}

// a predicate without `return`, or an asynchronous one, would otherwise drop or keep all rows without a word
function isTrue(answer: unknown, row: number): boolean {
  if (typeof answer === "boolean") return answer;
  throw new TypeError(`Cannot filter the sample set: for row ${row} expected true or false, got ${String(answer)}`);
}

/**
 * Keeps the `numRows` rows of lowest energy, in order of energy, then of appearance.
 *
 * Rows of equal state stay apart; `truncate(aggregate(set), 10)` gives the ten lowest different states.
 *
 * @param numRows an integer from 0; a set that has fewer rows keeps them all
 * @returns a fresh set; its story is that of the given one
 * @throws {RangeError} if `numRows` is no integer from 0
 *
 * Cost O(R log R + numRows n).
 *
 * @example The two lowest of four
 * ```ts
 * import { randomSampler, truncate } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * const set = await randomSampler().sample(model, { seed: 5, numReads: 40 });
 * assertEquals([...truncate(set, 2).energies], [0, 0]);
 * ```
 */
export function truncate(set: SampleSet, numRows: number): SampleSet {
  if (!Number.isSafeInteger(numRows) || numRows < 0) {
    throw new RangeError(`Cannot truncate the sample set: numRows must be an integer from 0, got ${numRows}`);
  }
  return selectRows(set, sortByEnergy(set, allRows(set)).subarray(0, numRows));
}

/**
 * Takes rows `start` to `end - 1` as they stand, like `slice` of an array: negative numbers count from the end.
 *
 * @param start first row
 * @param end row after the last. @default {number of rows}
 * @returns a fresh set; its story is that of the given one
 * @throws {RangeError} if a bound is no integer
 *
 * Cost O(rows taken times n).
 *
 * @example The last read
 * ```ts
 * import { randomSampler, slice } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const set = await randomSampler().sample(quboModel({ couplings: sparseCouplings(3, []) }), { seed: 1, numReads: 9 });
 * assertEquals(slice(set, -1).states, set.states.slice(-3));
 * ```
 */
export function slice(set: SampleSet, start: number, end: number = set.energies.length): SampleSet {
  for (const bound of [start, end]) {
    if (!Number.isSafeInteger(bound)) {
      throw new RangeError(`Cannot slice the sample set: a bound must be an integer, got ${bound}`);
    }
  }
  return selectRows(set, allRows(set).slice(start, end));
}
