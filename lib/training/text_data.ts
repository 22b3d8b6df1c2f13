/** Texts as token numbers, one text after the other: lengths are ragged, and no pad is ever made. */
export interface TextSplit {
  /** Token numbers of all texts, each an index into the vocabulary. */
  readonly tokens: Int32Array;
  /** Text s is `tokens[starts[s]] .. tokens[starts[s + 1] - 1]`, at least one token; `[count + 1]`, from 0 on. */
  readonly starts: Int32Array;
  /** Class of each text, `[count]`. */
  readonly labels: Uint8Array;
  /** Number of texts. */
  readonly count: number;
}

/** Frozen token features of one split, on disk or in memory: row r belongs to token r of the split. */
export interface FeatureTable {
  /** Numbers a row. */
  readonly width: number;
  /** Number of rows, one a token. */
  readonly rows: number;
  /**
   * Copies `count` rows, from row `first` on, to the beginning of `into`, `[count, width]` row-major, as float32.
   *
   * @throws {RangeError} if the rows are not all there, or do not fit
   */
  read(first: number, count: number, into: Float32Array): void;
}

/** Where the frozen features of a data set are, see {@link TextData}. */
export interface TextFeatures {
  /** The model that made them, as tables name it. */
  readonly model: string;
  /** Numbers a token. */
  readonly width: number;
  /** File of the training split's rows, as `openFeatureTable` reads it; any thread can open it. */
  readonly trainPath: string;
  /** File of the test split's rows. */
  readonly testPath: string;
}

/** What became of the texts of one split on the way to token numbers. */
export interface EncodingReport {
  /** Texts that were longer than allowed, and lost their end. */
  readonly truncatedTexts: number;
  /** Texts without any token, which became one unknown token. */
  readonly emptyTexts: number;
  /** Tokens kept that the vocabulary lacks. */
  readonly unknownTokens: number;
}

/** A data set of texts, split into training and test. */
export interface TextData {
  /** The name that tables carry. */
  readonly name: string;
  /** True if our own code made the texts up; tables then say so. */
  readonly synthetic: boolean;
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The token of each number, for showing. */
  readonly vocabulary: readonly string[];
  /** The training texts. */
  readonly train: TextSplit;
  /** The test texts. */
  readonly test: TextSplit;
  /** SHA-256 of every source file, by file name; of the sentences where our own code made them up. */
  readonly checksums: Readonly<Record<string, string>>;
  /** A transformer's token features, where they stand in for trained embeddings. */
  readonly features?: TextFeatures;
  /** What was cut at `tokens` a text, and what is unknown. */
  readonly encoding?: { readonly tokens: number; readonly train: EncodingReport; readonly test: EncodingReport };
}
