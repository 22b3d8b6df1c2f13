import { basename, join, resolve } from "node:path";
import { checkOptionNames } from "../../lib/model/mod.ts";
import { cacheFolder, DataUnavailableError, type DownloadPlan } from "../cache/mod.ts";
import { digestFiles } from "./_digest_files.ts";
import type { FeatureExtractor, TokenisedTexts } from "./extractor.ts";
import { TransformerError, TransformerProcess } from "./_transformer_client.ts";
import type { TransformerSettings } from "./_transformer_process.ts";

/** The package that runs the model: fetched when it is first used, in a process of its own. */
export const TRANSFORMERS_PACKAGE = "npm:@huggingface/transformers@4.3.2";
/** The model where none is named: ALBERT-base, as ONNX. */
export const DEFAULT_TRANSFORMER = "Xenova/albert-base-v2";
// its four files, rounded up
const DEFAULT_BYTES = 47e6;

const CANNOT = "Cannot open the transformer";
const NEEDED = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"];
/** External weights, where the model has any. */
const OPTIONAL = ["onnx/model.onnx_data"];

/** Which transformer, and where its weights are. */
export interface TransformerOptions {
  /** Folder with the weights; nothing is downloaded then. */
  readonly featuresDir?: string;
  /** Name of a public model, used without `featuresDir`. @default {"Xenova/albert-base-v2"} */
  readonly model?: string;
  /** Folder that keeps downloads. @default {see `cacheFolder`} */
  readonly cacheDir?: string;
  /** Told what is to be downloaded, before the first request. */
  readonly onDownload?: (plan: DownloadPlan) => void;
  /** Never downloads weights. @default {false} */
  readonly offline?: boolean;
  /** Stops it, whatever it is doing. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a frozen transformer, ALBERT-base where nothing else is named, in a process of its own.
 *
 * A folder that works offline holds `config.json`, `tokenizer.json`, `tokenizer_config.json` and `onnx/model.onnx` (float32,
 * output `last_hidden_state`): what a model's page with ONNX weights offers. Texts are run one at a time, so that no pad is
 * made and a row does not depend on which texts are run with it.
 *
 * @param options which model, see {@link TransformerOptions}
 * @returns the model, to be closed after use
 * @throws {Deno.errors.NotFound} if `featuresDir` lacks one of the four files
 * @throws {DataUnavailableError} if the weights, or the package that runs them, cannot be had
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if `model` is no name
 * @throws the signal's reason, if it was aborted
 *
 * Cost once the package (about 500 MB unpacked) and, without a folder, the weights (45 MB for ALBERT-base).
 * Source: Z. Lan et al., ALBERT (2020), arXiv 1909.11942.
 *
 * @example A folder without weights
 * ```ts
 * import { openTransformer } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const featuresDir = await Deno.makeTempDir();
 * await assertRejects(() => openTransformer({ featuresDir }), Deno.errors.NotFound, "expected config.json in");
 * ```
 */
export async function openTransformer(options: TransformerOptions = {}): Promise<FeatureExtractor> {
  const { settings, folder } = await resolveTransformer(options);
  const { signal } = options;
  if (!settings.offline) await tellDownload(settings.model, folder, options);
  const process = new TransformerProcess(settings, signal);
  try {
    await process.ready();
    const { words, unknown } = await process.json<{ words: [string, number][]; unknown: number | null }>({
      kind: "vocabulary",
    });
    const vocabulary: string[] = [];
    for (const [word, number] of words) vocabulary[number] = word;
    const model = nameOf(options);
    return {
      model,
      key: await keyOf(folder),
      vocabulary: Array.from(vocabulary, (word) => word ?? "<none>"),
      unknown,
      tokenise: (texts, longest) => named(process.json<TokenisedTexts>({ kind: "tokenise", texts, longest }), model),
      extract: (tokens) => named(process.numbers({ kind: "extract", tokens }), model),
      close: () => process.close(),
    };
  } catch (cause) {
    await process.close();
    signal?.throwIfAborted();
    const said = cause instanceof Error ? cause.message : String(cause);
    const wayOut = options.featuresDir === undefined
      ? `put ${NEEDED.join(", ")} in a folder and name it with featuresDir (--features-dir), or train word vectors, ` +
        `which need no weights`
      : `put a transformer in ONNX form there, and let the package ${TRANSFORMERS_PACKAGE} be fetched once`;
    throw new DataUnavailableError(`${CANNOT} ${settings.model}: ${said}; ${wayOut}`, { cause });
  }
}

/**
 * What decides the numbers of a transformer, without opening it: the SHA-256 of its files, and the version of the package.
 *
 * @param options which model, see {@link TransformerOptions}
 * @returns the same as the opened model's `key`; undefined if its weights have not been downloaded yet
 * @throws {Deno.errors.NotFound} if `featuresDir` lacks one of the four files
 *
 * Cost one read of the files.
 *
 * @example Not there yet
 * ```ts
 * import { transformerKey } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await transformerKey({ cacheDir: await Deno.makeTempDir() }), undefined);
 * ```
 */
export async function transformerKey(options: TransformerOptions = {}): Promise<string | undefined> {
  const { folder } = await resolveTransformer(options);
  for (const name of NEEDED) if (!await isFile(join(folder, name))) return undefined;
  return await keyOf(folder);
}

async function resolveTransformer(
  options: TransformerOptions,
): Promise<{ settings: TransformerSettings; folder: string }> {
  checkOptionNames(CANNOT, options, ["featuresDir", "model", "cacheDir", "offline", "onDownload", "signal"]);
  const { featuresDir, model = DEFAULT_TRANSFORMER, offline = false, signal } = options;
  signal?.throwIfAborted();
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model)) {
    throw new RangeError(
      `${CANNOT}: expected a model like ${DEFAULT_TRANSFORMER}, got ${model}; for a folder, give featuresDir`,
    );
  }
  const cacheDir = resolve(options.cacheDir ?? cacheFolder(), "transformers");
  const folder = featuresDir === undefined ? join(cacheDir, model) : resolve(featuresDir);
  if (featuresDir !== undefined) await checkFolder(featuresDir);
  const local = featuresDir !== undefined;
  const settings = {
    package: TRANSFORMERS_PACKAGE,
    model: local ? folder : model,
    cacheDir,
    offline: offline || local,
  };
  return { settings, folder };
}

async function tellDownload(what: string, folder: string, { onDownload }: TransformerOptions): Promise<void> {
  const missing: string[] = [];
  for (const name of NEEDED) if (!await isFile(join(folder, name))) missing.push(name);
  if (missing.length === 0) return;
  const bytes = what === DEFAULT_TRANSFORMER ? DEFAULT_BYTES : undefined;
  onDownload?.({ what, files: missing.length, bytes, hosts: ["huggingface.co"], folder });
}

/** The answer, or an error that says whose it is; one that was asked for by a signal goes through as it is. */
async function named<T>(answer: Promise<T>, model: string): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof TransformerError)) throw cause;
    throw new Error(`Cannot run ${model} on a text: ${cause.message}; try other weights`, { cause });
  }
}

function nameOf({ featuresDir, model = DEFAULT_TRANSFORMER }: TransformerOptions): string {
  return featuresDir === undefined ? model : basename(resolve(featuresDir));
}

async function keyOf(folder: string): Promise<string> {
  return `${await digestFiles([...NEEDED, ...OPTIONAL].map((name) => join(folder, name)))} ${TRANSFORMERS_PACKAGE}`;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

async function checkFolder(folder: string): Promise<void> {
  for (const name of NEEDED) {
    if (await isFile(join(folder, name))) continue;
    throw new Deno.errors.NotFound(
      `${CANNOT}: expected ${name} in ${folder}, named by featuresDir, got none that can be read; ` +
        `the folder must hold ${NEEDED.join(", ")}`,
    );
  }
}
