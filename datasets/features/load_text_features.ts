import { checkOptionNames } from "../../lib/model/mod.ts";
import type { TextData } from "../../lib/training/text_data.ts";
import { loadTexts } from "../load_text_data.ts";
import { type LoadTextOptions, takeTexts } from "../text/mod.ts";
import { extractFeatures, type ExtractOptions } from "./extract_features.ts";
import { openTransformer, transformerKey, type TransformerOptions } from "./open_transformer.ts";

/** Which texts, which transformer, and where everything is kept. */
export interface LoadTextFeaturesOptions extends LoadTextOptions, ExtractOptions, TransformerOptions {
  /** Texts of each split, from the first on; features of the others are not computed. @default {all} */
  readonly counts?: { readonly train?: number; readonly test?: number };
}

/**
 * Loads a data set of texts by name, with the features of a frozen transformer: ALBERT-base where nothing else is named.
 *
 * @param name a data set that `loadTextData` knows
 * @param options which model, how many texts, see {@link LoadTextFeaturesOptions}
 * @returns the texts under the transformer's token numbers; `features` says where the rows are
 * @throws {RangeError} if no set has that name, or a count or length is out of range
 * @throws {DataUnavailableError} if texts or weights cannot be had
 * @throws whatever {@link extractFeatures} and {@link openTransformer} throw
 *
 * Cost see {@link extractFeatures}; a few seconds from the cache.
 *
 * @example No weights, and no leave to fetch them
 * ```ts
 * import { loadTextFeatures } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const featuresDir = await Deno.makeTempDir();
 * await assertRejects(() => loadTextFeatures("reviews", { featuresDir }), Deno.errors.NotFound, "config.json");
 * ```
 */
export async function loadTextFeatures(name: string, options: LoadTextFeaturesOptions = {}): Promise<TextData> {
  const {
    dataDir,
    cacheDir,
    signal,
    counts = {},
    tokens,
    onProgress,
    featuresDir,
    model,
    offline,
    onDownload,
    ...rest
  } = options;
  checkOptionNames("Cannot load the features", rest, [
    ...[
      "dataDir",
      "cacheDir",
      "signal",
      "counts",
      "tokens",
      "onProgress",
      "featuresDir",
      "model",
      "offline",
      "onDownload",
    ],
  ]);
  const transformer: TransformerOptions = { featuresDir, model, offline, onDownload, cacheDir, signal };
  const source = { key: () => transformerKey(transformer), open: () => openTransformer(transformer) };
  const corpus = takeTexts(await loadTexts(name, { dataDir, cacheDir, signal }), counts);
  return await extractFeatures(corpus, source, { tokens, cacheDir, signal, onProgress });
}
