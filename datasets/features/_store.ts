import { join } from "node:path";
import { openFeatureTable } from "../../lib/training/feature_table.ts";
import type { EncodingReport, TextData, TextSplit } from "../../lib/training/text_data.ts";
import { sha256 } from "../cache/mod.ts";
import type { TextCorpus } from "../text/mod.ts";
import { digestFiles } from "./_digest_files.ts";

const SPLITS = ["train", "test"] as const;

/** What stands in `manifest.json`, which is written last. */
export interface StoreManifest {
  /** SHA-256 of all that decides the features. */
  readonly key: string;
  /** The model that made them. */
  readonly model: string;
  /** Numbers a token. */
  readonly width: number;
  /** Tokens a text at most. */
  readonly tokens: number;
  /** The token of each number. */
  readonly vocabulary: readonly string[];
  /** Texts of each split, and what became of them. */
  readonly splits: { readonly split: "train" | "test"; readonly count: number; readonly report: EncodingReport }[];
}

/** The files of a split. */
export function storePaths(folder: string): Record<"train" | "test", { features: string; tokens: string }> {
  const paths = (split: string) => ({
    features: join(folder, `${split}.features`),
    tokens: join(folder, `${split}.tokens`),
  });
  return { train: paths("train"), test: paths("test") };
}

/** Writes token files and manifest beside the features, the manifest last. */
export async function writeStore(
  folder: string,
  manifest: StoreManifest,
  splits: readonly [TextSplit, TextSplit],
): Promise<void> {
  const paths = storePaths(folder);
  const digests: Record<string, string> = {};
  for (const [i, split] of SPLITS.entries()) {
    const { starts, tokens } = splits[i];
    const all = new Int32Array(starts.length + tokens.length);
    all.set(starts);
    all.set(tokens, starts.length);
    await replace(paths[split].tokens, new Uint8Array(all.buffer));
    for (const path of Object.values(paths[split])) digests[path.slice(folder.length + 1)] = await digestFiles([path]);
  }
  const whole = { ...manifest, digests };
  const text = JSON.stringify({ ...whole, sha256: await digestOf(whole) });
  await replace(join(folder, "manifest.json"), new TextEncoder().encode(text));
}

/** The data in the folder; undefined if they have not all been written. Throws a SyntaxError if a file is damaged. */
export async function readStore(folder: string, key: string, corpus: TextCorpus): Promise<TextData | undefined> {
  const path = join(folder, "manifest.json");
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const manifest = await parse(text, path);
  if (manifest.key !== key) throw damaged(path, "it belongs to other features");
  const paths = storePaths(folder);
  for (const [name, digest] of Object.entries(manifest.digests)) {
    if (await digestFiles([join(folder, name)]) !== digest) {
      throw damaged(join(folder, name), "its SHA-256 is not the one that was noted");
    }
  }
  const { model, width, tokens, vocabulary, splits } = manifest;
  for (const split of SPLITS) openFeatureTable(paths[split].features)[Symbol.dispose]();
  const { name, synthetic, classes, checksums } = corpus;
  return {
    name,
    synthetic,
    classes,
    vocabulary,
    train: await readTokens(paths.train.tokens, corpus.train),
    test: await readTokens(paths.test.tokens, corpus.test),
    checksums: { ...checksums, [`features of ${model}`]: key },
    encoding: { tokens, train: splits[0].report, test: splits[1].report },
    features: { model, width, trainPath: paths.train.features, testPath: paths.test.features },
  };
}

async function readTokens(path: string, { texts, labels }: TextCorpus["train"]): Promise<TextSplit> {
  const all = new Int32Array((await Deno.readFile(path)).buffer);
  const count = texts.length;
  return { starts: all.subarray(0, count + 1), tokens: all.subarray(count + 1), labels, count };
}

type WholeManifest = StoreManifest & { readonly digests: Readonly<Record<string, string>> };

async function parse(text: string, path: string): Promise<WholeManifest> {
  try {
    const { sha256: expected, ...whole } = JSON.parse(text);
    if (await digestOf(whole) === expected) return whole;
  } catch {
    // said below
  }
  throw damaged(path, "it is no whole manifest of features");
}

async function digestOf(manifest: WholeManifest): Promise<string> {
  return await sha256(new TextEncoder().encode(JSON.stringify(manifest)));
}

function damaged(path: string, problem: string): SyntaxError {
  return new SyntaxError(
    `Cannot use the features in ${path}: ${problem}; remove its folder to have them computed again`,
  );
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${path}.tmp`, bytes);
  await Deno.rename(`${path}.tmp`, path);
}
