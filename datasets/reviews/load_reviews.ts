import { checkOptionNames } from "../../lib/model/mod.ts";
import { sha256 } from "../cache/mod.ts";
import type { LabelledTexts, TextCorpus } from "../text/mod.ts";
import { drawReview } from "./draw_review.ts";

const DEFAULT_SEED = 50;
const MAX_COUNT = 1_000_000;

/** How many sentences are made up, and which. */
export interface ReviewOptions {
  /** Number of training sentences, 1 to 1,000,000. @default {4000} */
  readonly trainCount?: number;
  /** Number of test sentences, 1 to 1,000,000. @default {1000} */
  readonly testCount?: number;
  /** Seed of the sentences; results under different seeds are not comparable. @default {50} */
  readonly seed?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/**
 * Makes up the reviews: sentences of praise and blame with denials, for where no published set of texts can be had.
 *
 * Synthetic, and no stand-in for SST-2 or IMDB: accuracies on it compare with nothing but each other. Training sentence i is
 * stream 2 i of the seed and test sentence i stream 2 i + 1, so a smaller set is the beginning of a larger one. Counting
 * words is not enough, see {@link drawReview}: a naive Bayes of them gets about three fifths right.
 *
 * @param options how many and which, see {@link ReviewOptions}
 * @returns the sentences; `checksums` has one SHA-256 each for the texts and labels of `train` and `test`
 * @throws {RangeError} if a count or the seed is not an integer in its range
 * @throws the signal's reason, if it was aborted
 *
 * Cost about 2 us a sentence.
 *
 * @example A smaller set is the beginning of a larger one
 * ```ts
 * import { loadReviews } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const few = await loadReviews({ trainCount: 5, testCount: 1 });
 * const more = await loadReviews({ trainCount: 9, testCount: 1 });
 * assertEquals(few.train.texts, more.train.texts.slice(0, 5));
 * ```
 */
export async function loadReviews(options: ReviewOptions = {}): Promise<TextCorpus> {
  const cannot = "Cannot make up the reviews";
  checkOptionNames(cannot, options, ["trainCount", "testCount", "seed", "signal"]);
  const { trainCount = 4_000, testCount = 1_000, seed = DEFAULT_SEED, signal } = options;
  for (const [name, count] of [["trainCount", trainCount], ["testCount", testCount]] as const) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
      throw new RangeError(`${cannot}: ${name} must be an integer from 1 to ${MAX_COUNT}, got ${count}`);
    }
  }
  const train = await drawSplit(seed, 0, trainCount, signal);
  const test = await drawSplit(seed, 1, testCount, signal);
  return {
    name: "reviews (made up by this project)",
    synthetic: true,
    classes: ["negative", "positive"],
    train,
    test,
    checksums: { train: await digestOf(train), test: await digestOf(test) },
  };
}

async function drawSplit(
  seed: number,
  parity: number,
  count: number,
  signal: AbortSignal | undefined,
): Promise<LabelledTexts> {
  const texts: string[] = [];
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (i % 10_000 === 0) {
      // lets a signal arrive
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
    }
    const { text, label } = drawReview(seed, 2 * i + parity);
    texts.push(text);
    labels[i] = label;
  }
  return { texts, labels };
}

/** SHA-256 of the lines `text TAB label LF`. */
function digestOf({ texts, labels }: LabelledTexts): Promise<string> {
  return sha256(new TextEncoder().encode(texts.map((text, i) => `${text}\t${labels[i]}\n`).join("")));
}
