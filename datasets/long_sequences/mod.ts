/**
 * Long sequences: tasks made up by this project, and published texts in bytes.
 *
 * @module
 */

export { encodeBytes, type EncodeBytesOptions, markedSentences, type MarkedSentencesOptions } from "./encode_bytes.ts";
export {
  loadLongSequences,
  type LoadLongSequencesOptions,
  LONG_DATASETS,
  type LongDatasetName,
} from "./load_long_sequences.ts";
