import { join } from "node:path";
import { checkOptionNames } from "../../lib/model/mod.ts";
import type { TextData } from "../../lib/training/text_data.ts";
import { cacheFolder, sha256 } from "../cache/mod.ts";
import type { TextCorpus } from "../text/mod.ts";
import { checkTokens, DEFAULT_TOKENS } from "../text/encode_texts.ts";
import type { FeatureExtractor, FeatureSource } from "./extractor.ts";
import { lockFolder } from "./_lock_folder.ts";
import { readStore, type StoreManifest, storePaths, writeStore } from "./_store.ts";
import { tokeniseSplit } from "./_tokenise_split.ts";
import { writeFeatures } from "./_write_features.ts";

/** How far the features of a split are. */
export interface FeatureProgress {
  /** Which split. */
  readonly split: "train" | "test";
  /** Texts done, those of earlier runs included. */
  readonly texts: number;
  /** Texts in all. */
  readonly totalTexts: number;
  /** Tokens done. */
  readonly rows: number;
  /** Tokens in all. */
  readonly totalRows: number;
  /** Expected time to the end of the split. */
  readonly etaMs: number;
}

/** How features are computed and kept. */
export interface ExtractOptions {
  /** Tokens a text at most. @default {512} */
  readonly tokens?: number;
  /** Folder that keeps them, in `features/` below it. @default {see `cacheFolder`} */
  readonly cacheDir?: string;
  /** Stops the work; what is done is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  /** Called at most ten times a second, and at the end of each split. */
  readonly onProgress?: (progress: FeatureProgress) => void;
}

/**
 * Gives every token of a corpus the features of a frozen model, from the cache or computed into it.
 *
 * Tokens, vocabulary and limits are the model's own; each text is run by itself, so nothing is padded. The cache is found
 * by the SHA-256 of the model's key, the texts and the limit, and needs neither the model nor its package. Rows are float16,
 * `2 width` bytes a token: 1,536 for ALBERT-base, about 20 GB for the whole of IMDB at 512 tokens. A run that was stopped,
 * however hard, goes on after the last whole text. Every file is checked against its SHA-256 on every load.
 *
 * @param corpus the texts
 * @param source the model
 * @param options limits and places, see {@link ExtractOptions}
 * @returns the texts under the model's token numbers; `features` says where the rows are
 * @throws {SyntaxError} if a file of the cache is damaged
 * @throws {DataUnavailableError} if there is no room, or the model cannot be had
 * @throws {RangeError} if `tokens` is no integer in its range
 * @throws the signal's reason, if it was aborted
 *
 * Cost one run of the model a text; from the cache one read of its files, about 1 s a GB.
 *
 * @example A model of two rows
 * ```ts
 * import { extractFeatures, loadReviews } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const tokens = (texts: readonly string[]) => ({ tokens: texts.map(() => [1, 0]), truncatedTexts: 0 });
 * const model = { model: "by hand", key: "1", vocabulary: ["a", "b"], unknown: null, close: async () => {} };
 * const rows = () => Promise.resolve(Float16Array.of(1, 2, 3, 4));
 * const open = () => Promise.resolve({ ...model, tokenise: (t: string[]) => Promise.resolve(tokens(t)), extract: rows });
 * const corpus = await loadReviews({ trainCount: 3, testCount: 1 });
 * const source = { key: () => Promise.resolve("1"), open };
 * const data = await extractFeatures(corpus, source, { cacheDir: await Deno.makeTempDir() });
 * assertEquals([data.features?.width, data.train.tokens.length], [2, 6]);
 * ```
 */
export async function extractFeatures(
  corpus: TextCorpus,
  source: FeatureSource,
  options: ExtractOptions = {},
): Promise<TextData> {
  const cannot = "Cannot extract features";
  checkOptionNames(cannot, options, ["tokens", "cacheDir", "signal", "onProgress"]);
  const { tokens = DEFAULT_TOKENS, signal } = options;
  checkTokens(cannot, tokens);
  signal?.throwIfAborted();
  let extractor: FeatureExtractor | undefined;
  try {
    const modelKey = await source.key() ?? (extractor = await source.open()).key;
    const key = await sha256(new TextEncoder().encode(JSON.stringify({ modelKey, tokens, ...await identify(corpus) })));
    const folder = join(options.cacheDir ?? cacheFolder(), "features", key.slice(0, 32));
    using _lock = await lockFolder(folder, signal);
    const kept = await readStore(folder, key, corpus);
    if (kept !== undefined) return kept;
    extractor ??= await source.open();
    await compute(folder, key, corpus, extractor, { ...options, tokens });
    const made = await readStore(folder, key, corpus);
    if (made === undefined) throw new Error(`${cannot}: the folder ${folder} lost its manifest`);
    return made;
  } finally {
    await extractor?.close();
  }
}

/** What of the corpus decides the features. */
async function identify({ train, test, checksums }: TextCorpus): Promise<Record<string, unknown>> {
  const digest = async (texts: readonly string[]) => await sha256(new TextEncoder().encode(JSON.stringify(texts)));
  return { checksums, train: await digest(train.texts), test: await digest(test.texts) };
}

async function compute(
  folder: string,
  key: string,
  corpus: TextCorpus,
  extractor: FeatureExtractor,
  options: ExtractOptions & { readonly tokens: number },
): Promise<void> {
  const paths = storePaths(folder);
  const { tokens, signal, onProgress } = options;
  const splits: StoreManifest["splits"] = [];
  const made = [];
  for (const split of ["train", "test"] as const) {
    made.push(await tokeniseSplit(corpus[split], extractor, tokens, signal));
  }
  let width = 0;
  for (const [i, split] of (["train", "test"] as const).entries()) {
    const report = (progress: Omit<FeatureProgress, "split">) => onProgress?.({ split, ...progress });
    const { model } = extractor;
    width = await writeFeatures(paths[split].features, made[i].split, { key, model, extractor, signal, report });
    splits.push({ split, count: made[i].split.count, report: made[i].report });
  }
  const manifest = { key, model: extractor.model, width, tokens, vocabulary: extractor.vocabulary, splits };
  await writeStore(folder, manifest, [made[0].split, made[1].split]);
}
