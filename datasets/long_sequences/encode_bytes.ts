import { checkOptionNames } from "../../lib/model/mod.ts";
import { Rng } from "../../lib/random/mod.ts";
import type { TextData, TextSplit } from "../../lib/training/text_data.ts";
import type { LabelledTexts, TextCorpus } from "../text/mod.ts";

const BEGIN = 256, END = 257;
const SPACE = 32;

/** How texts become bytes. */
export interface EncodeBytesOptions {
  /** Tokens a text at most. */
  readonly tokens: number;
}

/**
 * Turns a corpus into bytes: a token is a byte of UTF-8, the vocabulary the 256 of them.
 *
 * Texts keep their lengths; the end of longer ones is cut. A text without a byte becomes one space.
 *
 * @param corpus the texts
 * @param options.tokens bytes a text at most
 * @returns the data, under the corpus' name and `bytes`; `encoding` says what was cut
 * @throws {RangeError} if `tokens` is no integer of 1 or more
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(bytes).
 * Source: Y. Tay et al., Long Range Arena (2020), arXiv 2011.04006, section 2.2.2, has IMDB in bytes. Differs in: no padding.
 *
 * @example Five bytes of a sentence
 * ```ts
 * import { encodeBytes, loadReviews } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = encodeBytes(await loadReviews({ trainCount: 2, testCount: 1 }), { tokens: 5 });
 * assertEquals([data.train.starts[2], data.vocabulary.length], [10, 256]);
 * ```
 */
export function encodeBytes(corpus: TextCorpus, options: EncodeBytesOptions): TextData {
  const tokens = checkTokens("Cannot encode the texts as bytes", options);
  const [train, test] = [corpus.train, corpus.test].map((split) => bytesOf(split, tokens));
  const { classes, synthetic, checksums } = corpus;
  return {
    ...{ name: `${corpus.name} (bytes, at most ${tokens.toLocaleString("en-US")})`, synthetic, classes, checksums },
    ...{ vocabulary: byteNames(), train: train.split, test: test.split },
    encoding: { tokens, train: train.report, test: test.report },
  };
}

/** Which sentences stand around a marked one. */
export interface MarkedSentencesOptions extends EncodeBytesOptions {
  /** Seed of places and neighbours. @default {50} */
  readonly seed?: number;
}

/**
 * Puts every sentence of a corpus, between two marks, among others of its split: long sequences of short real sentences.
 *
 * The class is that of the marked sentence; the others, drawn at random with whatever class they have, are there to be passed
 * over. Every sequence has `tokens` bytes, the marks and one space between sentences included; the neighbours at both ends are
 * cut. The sentences are published, the arrangement is ours: so it is named, and counts as synthetic. Who reads no more than
 * how often a byte occurs, or takes the larger class, is right in about the share of the larger class: 50.9 % on GLUE's
 * development set of SST-2 (444 of 872), 55.8 % of its training set.
 *
 * @param corpus sentences, all shorter than `tokens` less two marks; the end of longer ones is cut
 * @param options see {@link MarkedSentencesOptions}
 * @returns the data, a sequence for each sentence; two tokens stand behind the 256 bytes, the marks
 * @throws {RangeError} if `tokens` is no integer of 4 or more, or the seed none of 0 or more
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(sentences * tokens) time and memory, 4 bytes a token.
 * Source: this project.
 *
 * @example Every sequence is as long as was asked for
 * ```ts
 * import { loadReviews, markedSentences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = markedSentences(await loadReviews({ trainCount: 3, testCount: 1 }), { tokens: 512 });
 * assertEquals([...data.train.starts], [0, 512, 1024, 1536]);
 * ```
 */
export function markedSentences(corpus: TextCorpus, options: MarkedSentencesOptions): TextData {
  const cannot = "Cannot mark the sentences";
  const { seed = 50, ...rest } = options;
  const tokens = checkTokens(cannot, rest, 4);
  const { classes, checksums } = corpus;
  return {
    name: `one marked sentence of ${corpus.name} among others (arranged by this project, ${
      tokens.toLocaleString("en-US")
    } bytes)`,
    ...{ synthetic: true, classes, checksums, vocabulary: [...byteNames(), "begin", "end"] },
    train: arrange(corpus.train, tokens, seed, 0),
    test: arrange(corpus.test, tokens, seed, 1),
  };
}

function arrange({ texts, labels }: LabelledTexts, length: number, seed: number, parity: number): TextSplit {
  const sentences = texts.map((text) => new TextEncoder().encode(text));
  const tokens = new Int32Array(texts.length * length);
  sentences.forEach((own, s) => {
    const rng = new Rng(seed, 2 * s + parity), into = tokens.subarray(s * length, (s + 1) * length);
    const kept = own.subarray(0, length - 2), from = rng.integer(length - 1 - kept.length);
    const marked = [BEGIN, ...kept, END];
    // what stands behind is cut at its end, what stands before at its beginning
    const after = neighbours(rng, sentences, s, length - from - marked.length);
    const before = neighbours(rng, sentences, s, from).reverse();
    into.set(before);
    into.set(marked, from);
    into.set(after, from + marked.length);
  });
  return {
    ...{ tokens, labels: labels.slice(), count: texts.length },
    starts: Int32Array.from({ length: texts.length + 1 }, (_, s) => s * length),
  };
}

/** Sentences but one, a space before each, as many bytes as are asked for. */
function neighbours(rng: Rng, sentences: readonly Uint8Array[], but: number, count: number): Int32Array {
  const bytes = new Int32Array(count).fill(SPACE);
  let at = 1;
  while (at < count) {
    const draw = rng.integer(sentences.length), sentence = sentences[draw];
    if (draw === but && sentences.length > 1) continue;
    bytes.set(sentence.subarray(0, count - at), at);
    at += sentence.length + 1;
  }
  return bytes;
}

function bytesOf({ texts, labels }: LabelledTexts, most: number) {
  const whole = texts.map((text) => new TextEncoder().encode(text));
  const kept = whole.map((bytes) => bytes.length === 0 ? Uint8Array.of(SPACE) : bytes.subarray(0, most));
  const starts = new Int32Array(texts.length + 1);
  kept.forEach((bytes, s) => starts[s + 1] = starts[s] + bytes.length);
  const tokens = new Int32Array(starts[texts.length]);
  kept.forEach((bytes, s) => tokens.set(bytes, starts[s]));
  const split: TextSplit = { tokens, starts, labels: labels.slice(), count: texts.length };
  const truncatedTexts = whole.filter((bytes) => bytes.length > most).length;
  const emptyTexts = whole.filter((bytes) => bytes.length === 0).length;
  return { split, report: { truncatedTexts, emptyTexts, unknownTokens: 0 } };
}

/** What each byte is called: the character, or its number where there is none to see. */
function byteNames(): string[] {
  return Array.from({ length: 256 }, (_, byte) => byte > SPACE && byte < 127 ? String.fromCharCode(byte) : `#${byte}`);
}

function checkTokens(cannot: string, options: EncodeBytesOptions, least = 1): number {
  checkOptionNames(cannot, options, ["tokens"]);
  const { tokens } = options;
  if (!Number.isSafeInteger(tokens) || tokens < least) {
    throw new RangeError(`${cannot}: tokens must be an integer of ${least} or more, got ${tokens}`);
  }
  return tokens;
}
