import { checkOptionNames } from "../lib/model/mod.ts";
import type { TextSplit } from "../lib/training/text_data.ts";
import { isTextData, type TrainingData } from "../lib/training/training_data.ts";
import type { ImageSplit } from "../lib/training/types.ts";

/** How many training items {@link holdOut} trains and tests on. */
export interface HoldOutCounts {
  /** First training items, to train on. */
  readonly train: number;
  /** Last training items, to test on. */
  readonly test: number;
}

/**
 * Holds training items out to test on, so that designs can be tried without a look at the test set: the first train, the last test.
 *
 * The test items of the whole set are in no part of the result. The name says so: `MNIST (first 16,384, tested on the last 4,096 of training)`.
 * The vocabulary of texts stays that of all training texts, the held out among them.
 *
 * @param data the whole set, or a part of it
 * @param counts how many of the training items
 * @returns the part, a view
 * @throws {TypeError} if an option is unknown, or the texts come as frozen features, whose rows lie in files by split
 * @throws {RangeError} if a count is no integer of 1 or more, or both together are more than there are training items
 *
 * Cost O(1) for pictures, O(test) for texts: no picture and no token is copied.
 * Source: none needed.
 *
 * @example Two of ten are held out
 * ```ts
 * import { holdOut, loadGlyphs } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const part = holdOut(await loadGlyphs({ trainCount: 10, testCount: 5 }), { train: 6, test: 2 });
 * assertEquals([part.train.count, part.test.count], [6, 2]);
 * ```
 */
export function holdOut<D extends TrainingData>(data: D, counts: HoldOutCounts): D {
  checkOptionNames("Cannot hold items out", counts, ["train", "test"]);
  const { train, test } = counts, all = data.train.count;
  for (const [what, count] of Object.entries({ train, test })) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`Cannot hold items out: ${what} must be an integer of 1 or more, got ${count}`);
    }
  }
  if (train + test > all) {
    throw new RangeError(
      `Cannot hold items out: ${train} to train on and ${test} to test on are more than the ${all} training items of ${data.name}; ask for fewer`,
    );
  }
  const said = `first ${grouped(train)}, tested on the last ${grouped(test)} of training`;
  const name = data.name.endsWith(")") ? `${data.name.slice(0, -1)}, ${said})` : `${data.name} (${said})`;
  if (!isTextData(data)) {
    const size = data.rows * data.columns * data.channels, from = all - test;
    return { ...data, name, train: pictures(data.train, size, 0, train), test: pictures(data.train, size, from, all) };
  }
  if (data.features) {
    throw new TypeError(
      `Cannot hold items out: the texts of ${data.name} come as frozen features, in files by split; take trained word vectors`,
    );
  }
  const { encoding: _, ...rest } = data;
  return { ...rest, name, train: texts(data.train, 0, train), test: texts(data.train, all - test, all) } as D;
}

function pictures({ images, labels }: ImageSplit, size: number, from: number, to: number): ImageSplit {
  return { images: images.subarray(from * size, to * size), labels: labels.subarray(from, to), count: to - from };
}

function texts({ tokens, starts, labels }: TextSplit, from: number, to: number): TextSplit {
  const first = starts[from];
  return {
    tokens: tokens.subarray(first, starts[to]),
    starts: starts.subarray(from, to + 1).map((start) => start - first),
    labels: labels.subarray(from, to),
    count: to - from,
  };
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
