/** Texts and their classes, as they stand in the files. */
export interface LabelledTexts {
  /** The texts. */
  readonly texts: readonly string[];
  /** Class of each text, `[texts.length]`. */
  readonly labels: Uint8Array;
}

/** A data set of texts before they become token numbers. */
export interface TextCorpus {
  /** The name that tables carry. */
  readonly name: string;
  /** True if our own code made the texts up. */
  readonly synthetic: boolean;
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The training texts. */
  readonly train: LabelledTexts;
  /** The test texts. */
  readonly test: LabelledTexts;
  /** SHA-256 of every source file, by file name; of the texts where our own code made them up. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Takes the first texts of each split, as many as there are at most.
 *
 * @param corpus the whole set
 * @param counts.train number of training texts; default: all
 * @param counts.test number of test texts; default: all
 * @returns the part; its name says what was left out
 * @throws {RangeError} if a count is no integer from 1 to all there are
 *
 * Cost O(counts): references to strings are copied.
 *
 * @example The first ten sentences
 * ```ts
 * import { loadReviews, takeTexts } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const corpus = await loadReviews({ trainCount: 20, testCount: 5 });
 * assertEquals(takeTexts(corpus, { train: 10 }).train.texts.length, 10);
 * ```
 */
export function takeTexts(
  corpus: TextCorpus,
  counts: { readonly train?: number; readonly test?: number },
): TextCorpus {
  const { train, test } = corpus;
  const name = partName(corpus.name, counts, { train: train.texts.length, test: test.texts.length });
  if (name === corpus.name) return corpus;
  const first = ({ texts, labels }: LabelledTexts, count = texts.length): LabelledTexts => ({
    texts: texts.slice(0, count),
    labels: labels.subarray(0, count),
  });
  return { ...corpus, name, train: first(train, counts.train), test: first(test, counts.test) };
}

/** The name of a part, `IMDB (first 8,000, tested on 1,000)`; throws unless the counts are there to be taken. */
export function partName(
  name: string,
  counts: { readonly train?: number; readonly test?: number },
  all: { readonly train: number; readonly test: number },
): string {
  const parts: string[] = [];
  for (const [which, said] of [["train", "first"], ["test", "tested on"]] as const) {
    const count = counts[which] ?? all[which];
    if (!Number.isInteger(count) || count < 1 || count > all[which]) {
      throw new RangeError(
        `Cannot take ${count} ${which === "train" ? "training" : "test"} texts: expected an integer from 1 to ` +
          `${all[which]}, which is all there are`,
      );
    }
    if (count !== all[which]) parts.push(`${said} ${count.toLocaleString("en-US")}`);
  }
  if (parts.length === 0) return name;
  return name.endsWith(")") ? `${name.slice(0, -1)}, ${parts.join(", ")})` : `${name} (${parts.join(", ")})`;
}
