import { checkOptionNames } from "../lib/model/mod.ts";
import type { TextData, TextSplit } from "../lib/training/text_data.ts";
import { partName } from "./text/corpus.ts";

/**
 * Takes the first texts of each split.
 *
 * The name says so, `IMDB (first 8,000, tested on 1,000)`: a part is never shown as the whole. The vocabulary stays that of
 * all training texts; rows of frozen features stay where they are.
 *
 * @param data the whole set
 * @param counts.train number of training texts, 1 to all; default: all
 * @param counts.test number of test texts, 1 to all; default: all
 * @returns the part, a view, without the report on the whole; the same object if it is all there is
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a count is no integer in its range
 *
 * Cost O(1): nothing is copied.
 *
 * @example The first eight
 * ```ts
 * import { loadTextData, takeTextSubset } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadTextData("reviews");
 * assertEquals(takeTextSubset(data, { train: 8 }).name, "reviews (made up by this project, first 8)");
 * ```
 */
export function takeTextSubset(
  data: TextData,
  counts: { readonly train?: number; readonly test?: number },
): TextData {
  checkOptionNames("Cannot take a part", counts, ["train", "test"]);
  const name = partName(data.name, counts, { train: data.train.count, test: data.test.count });
  if (name === data.name) return data;
  const { encoding: _, ...rest } = data;
  return { ...rest, name, train: firstOf(data.train, counts.train), test: firstOf(data.test, counts.test) };
}

function firstOf(split: TextSplit, count = split.count): TextSplit {
  const starts = split.starts.subarray(0, count + 1);
  return { tokens: split.tokens.subarray(0, starts[count]), starts, labels: split.labels.subarray(0, count), count };
}
