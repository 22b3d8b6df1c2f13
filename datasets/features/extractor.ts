/** Texts as token numbers of a transformer. */
export interface TokenisedTexts {
  /** Token numbers of each text, at least one. */
  readonly tokens: readonly (readonly number[])[];
  /** Texts that lost their end. */
  readonly truncatedTexts: number;
}

/** A frozen model that gives every token of a text a row of numbers. */
export interface FeatureExtractor {
  /** What tables call it. */
  readonly model: string;
  /** What decides its numbers: SHA-256 of its files, and the version of what runs it. */
  readonly key: string;
  /** The token of each number. */
  readonly vocabulary: readonly string[];
  /** Number of the unknown token; null if it has none. */
  readonly unknown: number | null;
  /** Token numbers of each text, its own special tokens included: at least one, at most `longest`. */
  tokenise(texts: readonly string[], longest: number): Promise<TokenisedTexts>;
  /** A row for each token of one text, `[tokens.length, width]` as float16; no other text has a part in it. */
  extract(tokens: readonly number[]): Promise<Float16Array>;
  /** Ends it. */
  close(): Promise<void>;
}

/** Where a {@link FeatureExtractor} comes from; what is in the cache is found by its key, without opening it. */
export interface FeatureSource {
  /** The key that the opened model would have; undefined if that cannot be told yet. */
  key(): Promise<string | undefined>;
  /** Opens it. */
  open(): Promise<FeatureExtractor>;
}
