/**
 * Texts as token numbers: parsers, a tokenizer and vocabulary of our own, and the loader that data sets of texts share.
 *
 * @module
 */

export { type LabelledTexts, takeTexts, type TextCorpus } from "./corpus.ts";
export { encodeCorpus, type EncodeOptions } from "./encode_corpus.ts";
export { type EncodedTexts, encodeTexts } from "./encode_texts.ts";
export { LOAD_TEXT_OPTIONS, loadCorpus, type LoadTextOptions, type TextFile, type TextSet } from "./load_corpus.ts";
export { parseJsonl } from "./parse_jsonl.ts";
export { parseTsv } from "./parse_tsv.ts";
export { splitTokens } from "./split_tokens.ts";
export { buildVocabulary, type Vocabulary, type VocabularyOptions } from "./vocabulary.ts";
