import { checkOptionNames } from "../lib/model/mod.ts";
import type { ImageData, ImageSplit } from "../lib/training/types.ts";

/**
 * Takes the first pictures of each split.
 *
 * The name says so, `MNIST (first 8,000)`, or `MNIST (first 8,000, tested on 1,000)`: a part is never shown as the whole.
 *
 * @param data the whole set
 * @param counts.train number of training pictures, 1 to all; default: all
 * @param counts.test number of test pictures, 1 to all; default: all
 * @returns the part, a view; the same object if it is all there is
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a count is no integer in its range
 *
 * Cost O(1): nothing is copied.
 *
 * @example The first eight
 * ```ts
 * import { loadGlyphs, takeSubset } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 10, testCount: 5 });
 * assertEquals(takeSubset(data, { train: 8 }).name, "glyphs (drawn by this project, first 8)");
 * ```
 */
export function takeSubset(
  data: ImageData,
  counts: { readonly train?: number; readonly test?: number },
): ImageData {
  checkOptionNames("Cannot take a part", counts, ["train", "test"]);
  const { train = data.train.count, test = data.test.count } = counts;
  if (train === data.train.count && test === data.test.count) return data;
  const size = data.rows * data.columns * data.channels;
  const parts = [];
  if (train !== data.train.count) parts.push(`first ${grouped(train)}`);
  if (test !== data.test.count) parts.push(`tested on ${grouped(test)}`);
  const said = parts.join(", ");
  return {
    ...data,
    name: data.name.endsWith(")") ? `${data.name.slice(0, -1)}, ${said})` : `${data.name} (${said})`,
    train: firstOf(data.train, train, size, "training"),
    test: firstOf(data.test, test, size, "test"),
  };
}

function firstOf(split: ImageSplit, count: number, size: number, which: string): ImageSplit {
  if (!Number.isInteger(count) || count < 1 || count > split.count) {
    throw new RangeError(
      `Cannot take ${count} ${which} pictures: expected an integer from 1 to ${split.count}, which is all there are`,
    );
  }
  return { images: split.images.subarray(0, count * size), labels: split.labels.subarray(0, count), count };
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
