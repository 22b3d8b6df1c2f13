import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import type { TextData, TextSplit } from "../lib/training/text_data.ts";
import { encodeCorpus, loadImdb, loadSst2, type LoadTextOptions, SST2_TEST, type TextCorpus } from "./mod.ts";

const dataDir = Deno.env.get("QAMA_DATA_DIR") || fileURLToPath(new URL("../../shared/data", import.meta.url));

/** Loads the set, or says that it is not there; there is no other reason to go without. */
async function published(name: string, load: (options: LoadTextOptions) => Promise<TextCorpus>) {
  try {
    return await load({ dataDir });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: ${name} is not in ${dataDir}`);
    return undefined;
  }
}

function read(data: TextData, split: TextSplit, text: number): string {
  return Array.from(split.tokens.subarray(split.starts[text], split.starts[text + 1]), (t) => data.vocabulary[t]).join(
    " ",
  );
}

/** Tokens a text, and the share of them that is known. */
function measure(data: TextData, split: TextSplit, unknown = NaN): [number, number] {
  for (let s = 0; s < split.count; s++) assert(split.starts[s + 1] > split.starts[s]);
  for (const token of split.tokens) assert(token >= 0 && token < data.vocabulary.length);
  return [split.tokens.length / split.count, 1 - unknown / split.tokens.length];
}

function within(value: number, low: number, high: number): void {
  assert(value > low && value < high, `expected ${value} between ${low} and ${high}`);
}

Deno.test("loadSst2() gives the published texts, and encodeCorpus() knows nearly all their words", async () => {
  const corpus = await published("SST-2", loadSst2);
  if (corpus === undefined) return;
  assertEquals([corpus.train.texts.length, corpus.test.texts.length], [67_349, 872]);
  // class balance of GLUE
  assertEquals(corpus.train.labels.reduce((sum, label) => sum + label, 0), 37_569);
  assertEquals(corpus.test.labels.reduce((sum, label) => sum + label, 0), 444);
  assertEquals(Object.keys(corpus.checksums).length, 2);
  const data = encodeCorpus(corpus);
  assertEquals(read(data, data.test, 0), "it 's a charming and often affecting journey .");
  const [length, known] = measure(data, data.test, data.encoding?.test.unknownTokens);
  within(length, 19, 21);
  within(known, 0.94, 0.97);
  assertEquals(data.encoding?.train.truncatedTexts, 0);
});

Deno.test("loadSst2() reads the labels of its own test set, where they are at hand", async () => {
  const corpus = await published("SST-2", (options) => loadSst2(options, SST2_TEST));
  if (corpus === undefined) return;
  const { texts, labels } = corpus.test;
  // 909 are positive in the treebank; copies with labels differ by some
  within(labels.reduce((sum, label) => sum + label, 0), 895, 925);
  assertEquals([texts.length, texts[0]], [1_821, "uneasy mishmash of styles and genres ."]);
});

Deno.test("loadImdb() gives the published texts, and encodeCorpus() knows nearly all their words", async () => {
  const corpus = await published("IMDB", loadImdb);
  if (corpus === undefined) return;
  for (const { texts, labels } of [corpus.train, corpus.test]) {
    assertEquals([texts.length, labels.reduce((sum, label) => sum + label, 0)], [25_000, 12_500]);
    assert(labels.every((label, i) => label === 1 - i % 2));
    assert(texts.every((text) => !/<br\s*\/?>/i.test(text)));
  }
  assert(corpus.train.texts[0].startsWith("Bromwell High is a cartoon comedy."));
  const data = encodeCorpus(corpus);
  assertEquals([data.vocabulary.length, data.encoding?.tokens], [20_000, 512]);
  const [length, known] = measure(data, data.test, data.encoding?.test.unknownTokens);
  within(length, 230, 260);
  within(known, 0.97, 0.98);
});
