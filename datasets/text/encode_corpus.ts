import type { TextData } from "../../lib/training/text_data.ts";
import type { TextCorpus } from "./corpus.ts";
import { DEFAULT_TOKENS, encodeTexts } from "./encode_texts.ts";
import { buildVocabulary, type VocabularyOptions } from "./vocabulary.ts";

/** How a corpus becomes token numbers. */
export interface EncodeOptions {
  /** Tokens a text at most; the first so many are kept. @default {512} */
  readonly tokens?: number;
  /** Tokens that have a number, at most. @default {20000} */
  readonly vocabulary?: number;
  /** See {@link VocabularyOptions}. @default {2} */
  readonly minimumCount?: number;
  /** See {@link VocabularyOptions}. @default {1} */
  readonly unknownBuckets?: number;
}

/**
 * Turns a corpus into token numbers, with a vocabulary of its training texts.
 *
 * @param corpus the texts
 * @param options lengths and sizes, see {@link EncodeOptions}
 * @returns the data; `encoding` says what was cut and what is unknown
 * @throws {RangeError} if an option is no integer in its range
 *
 * Cost about 0.2 us a character of the training texts, half that of the others.
 *
 * @example The built-in reviews
 * ```ts
 * import { encodeCorpus, loadReviews } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = encodeCorpus(await loadReviews({ trainCount: 50, testCount: 10 }), { tokens: 4 });
 * assertEquals([data.train.count, data.train.starts[50]], [50, 200]);
 * ```
 */
export function encodeCorpus(corpus: TextCorpus, options: EncodeOptions = {}): TextData {
  const { tokens = DEFAULT_TOKENS, vocabulary: size, minimumCount, unknownBuckets } = options;
  const given: VocabularyOptions = { size, minimumCount, unknownBuckets };
  const vocabulary = buildVocabulary(corpus.train.texts, given);
  const train = encodeTexts(corpus.train, vocabulary, { tokens });
  const test = encodeTexts(corpus.test, vocabulary, { tokens });
  const { name, synthetic, classes, checksums } = corpus;
  return {
    name,
    synthetic,
    classes,
    vocabulary: vocabulary.tokens,
    train: train.split,
    test: test.split,
    checksums,
    encoding: { tokens, train: train.report, test: test.report },
  };
}
