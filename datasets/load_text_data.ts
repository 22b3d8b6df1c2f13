import { checkOptionNames } from "../lib/model/mod.ts";
import type { TextData } from "../lib/training/text_data.ts";
import { meant } from "./_meant.ts";
import { loadImdb } from "./imdb/mod.ts";
import { loadReviews } from "./reviews/mod.ts";
import { loadSst2 } from "./sst2/mod.ts";
import {
  encodeCorpus,
  type EncodeOptions,
  LOAD_TEXT_OPTIONS,
  type LoadTextOptions,
  type TextCorpus,
} from "./text/mod.ts";

/** A data set that {@link loadTextData} knows. */
export type TextDatasetName = "sst2" | "imdb" | "reviews";

/** The names that {@link loadTextData} knows, published sets first. */
export const TEXT_DATASETS: readonly TextDatasetName[] = ["sst2", "imdb", "reviews"];

/** Where the texts are, and how they become numbers. */
export interface LoadTextDataOptions extends LoadTextOptions, EncodeOptions {}

/**
 * Loads a data set of texts by name, as token numbers: `sst2`, `imdb` or `reviews`.
 *
 * @param name one of {@link TEXT_DATASETS}, as a command line gives it
 * @param options where published sets are, lengths and sizes
 * @returns the texts under a vocabulary of the training texts
 * @throws {RangeError} if no set has that name, or a length or size is out of range
 * @throws {TypeError} if an option is unknown
 * @throws whatever the set's own loader throws
 *
 * Cost 0.4 s for SST-2, 6 s for IMDB, 0.1 s for the reviews.
 *
 * @example By name
 * ```ts
 * import { loadTextData } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadTextData("reviews");
 * assertEquals([data.train.count, data.test.count, data.synthetic], [4000, 1000, true]);
 * ```
 */
export async function loadTextData(name: string, options: LoadTextDataOptions = {}): Promise<TextData> {
  const cannot = "Cannot load the texts";
  const { tokens, vocabulary, minimumCount, unknownBuckets, ...where } = options;
  checkOptionNames(cannot, where, [...LOAD_TEXT_OPTIONS, "tokens", "vocabulary", "minimumCount", "unknownBuckets"]);
  const corpus = await loadTexts(name, where);
  return encodeCorpus(corpus, { tokens, vocabulary, minimumCount, unknownBuckets });
}

/**
 * Loads the texts of a data set by name, as they stand in its files.
 *
 * @param name one of {@link TEXT_DATASETS}
 * @param options where published sets are
 * @returns the texts
 * @throws {RangeError} if no set has that name
 * @throws whatever the set's own loader throws
 *
 * Cost that of the set's own loader.
 *
 * @example By name
 * ```ts
 * import { loadTexts } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * assertEquals((await loadTexts("reviews")).train.texts.length, 4000);
 * ```
 */
export async function loadTexts(name: string, options: LoadTextOptions = {}): Promise<TextCorpus> {
  switch (name) {
    case "sst2":
      return await loadSst2(options);
    case "imdb":
      return await loadImdb(options);
    case "reviews":
      checkOptionNames("Cannot load the texts", options, LOAD_TEXT_OPTIONS);
      return await loadReviews({ signal: options.signal });
    default:
      throw new RangeError(
        `Cannot load the texts "${name}": expected one of ${TEXT_DATASETS.join(", ")}${meant(name, TEXT_DATASETS)}`,
      );
  }
}
