import { join } from "node:path";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { withFolder } from "./_testing.ts";
import { loadReviews, loadTextData, takeTexts, takeTextSubset, TEXT_DATASETS } from "./mod.ts";

Deno.test("loadTextData() hands its options to the set of that name", async () => {
  await withFolder(async (folder) => {
    const dataDir = join(folder, "none");
    const { NotFound } = Deno.errors;
    await assertRejects(() => loadTextData("sst2", { dataDir }), NotFound, "Cannot load SST-2");
    await assertRejects(() => loadTextData("imdb", { dataDir }), NotFound, "Cannot load IMDB");
    const reviews = await loadTextData("reviews", { dataDir, tokens: 3, vocabulary: 10, unknownBuckets: 2 });
    assertEquals([reviews.vocabulary.length, reviews.train.starts[4000]], [10, 12_000]);
    assertEquals(reviews.vocabulary.slice(0, 2), ["<unk 0>", "<unk 1>"]);
    assertEquals(reviews.encoding?.train.truncatedTexts, 4000);
  });
});

Deno.test("loadTextData() names the sets it knows, and its options", async () => {
  const text = 'Cannot load the texts "SST2": expected one of sst2, imdb, reviews';
  await assertRejects(() => loadTextData("SST2"), RangeError, text);
  assertEquals(TEXT_DATASETS, ["sst2", "imdb", "reviews"]);
  const misspelt: Record<string, number> = { token: 1 };
  for (const name of TEXT_DATASETS) {
    await assertRejects(() => loadTextData(name, misspelt), TypeError, "there is no option token; known are");
  }
  await assertRejects(() => loadTextData("reviews", { tokens: 0 }), RangeError, "tokens must be an integer");
});

Deno.test("takeTextSubset() gives the first texts of each split, as views", async () => {
  const data = await loadTextData("reviews");
  const part = takeTextSubset(data, { train: 100, test: 7 });
  assertEquals(part.name, "reviews (made up by this project, first 100, tested on 7)");
  assertEquals([part.train.count, part.train.starts.length, part.train.labels.length], [100, 101, 100]);
  assertEquals(part.train.tokens, data.train.tokens.subarray(0, data.train.starts[100]));
  assertStrictEquals(part.train.tokens.buffer, data.train.tokens.buffer);
  assertEquals([part.test.count, part.vocabulary, part.encoding], [7, data.vocabulary, undefined]);
  assert(takeTextSubset(data, {}) === data);
  assert(takeTextSubset(data, { train: 4000, test: 1000 }) === data);
  assertEquals(takeTextSubset({ ...data, name: "IMDB" }, { train: 1000 }).name, "IMDB (first 1,000)");
});

Deno.test("takeTexts() takes the same texts as takeTextSubset()", async () => {
  const corpus = takeTexts(await loadReviews(), { train: 100, test: 7 });
  const part = takeTextSubset(await loadTextData("reviews"), { train: 100, test: 7 });
  assertEquals([corpus.name, corpus.train.texts.length, corpus.test.texts.length], [part.name, 100, 7]);
  assertEquals(corpus.train.labels, part.train.labels);
});

Deno.test("takeTextSubset() refuses more than there is, nothing, and parts of texts", async () => {
  const data = await loadTextData("reviews");
  assertThrows(() => takeTextSubset(data, { train: 4001 }), RangeError, "Cannot take 4001 training texts");
  assertThrows(() => takeTextSubset(data, { test: 1001 }), RangeError, "expected an integer from 1 to 1000");
  for (const train of [0, -1, 1.5, NaN]) assertThrows(() => takeTextSubset(data, { train }), RangeError);
  const misspelt: Record<string, number> = { trian: 8 };
  assertThrows(() => takeTextSubset(data, misspelt), TypeError, "no option trian");
});
