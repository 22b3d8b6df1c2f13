import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { LabelledTexts } from "../text/mod.ts";
import { encodeCorpus } from "../text/mod.ts";
import { BLAME, DENIALS, DOUBTS, PRAISE } from "./_words.ts";
import { drawReview, loadReviews } from "./mod.ts";

/** Reads a sentence by the grammar: the class of its opinion that decides. */
function readReview(text: string): { label: number; other: number | undefined; agree: boolean } {
  const body = text.replace(/ \.$/, "");
  const although = /^although (.*) , (.*)$/.exec(body);
  const but = /^(.*) , but (.*)$/.exec(body);
  const and = /^(.*) and (.*)$/.exec(body);
  const [, minor, major] = although ?? but ?? and ?? ["", undefined, body];
  return {
    label: readOpinion(major),
    other: minor === undefined ? undefined : readOpinion(minor),
    agree: and !== null,
  };
}

function readOpinion(text: string): number {
  const last = text.split(" ").at(-1) ?? "";
  assert(PRAISE.includes(last) !== BLAME.includes(last), text);
  let turns = 0;
  if (DOUBTS.some((doubt) => text.startsWith(doubt))) turns++;
  if (DENIALS.some((denial) => text.includes(` ${denial} `))) turns++;
  return (PRAISE.includes(last) ? 1 : 0) ^ (turns % 2);
}

/** Share of `test` that naive Bayes with add-one smoothing, over the words of `train`, gets right. */
function naiveBayes(train: LabelledTexts, test: LabelledTexts): number {
  const counts = [new Map<string, number>(), new Map<string, number>()];
  const totals = [0, 0];
  train.texts.forEach((text, i) => {
    for (const word of text.split(" ")) {
      const label = train.labels[i];
      counts[label].set(word, (counts[label].get(word) ?? 0) + 1);
      totals[label]++;
    }
  });
  const rate = (label: number, word: string) => Math.log(((counts[label].get(word) ?? 0) + 1) / (totals[label] + 100));
  let hits = 0;
  test.texts.forEach((text, i) => {
    let odds = 0;
    for (const word of text.split(" ")) odds += rate(1, word) - rate(0, word);
    if ((odds > 0 ? 1 : 0) === test.labels[i]) hits++;
  });
  return hits / test.texts.length;
}

Deno.test("drawReview() labels its sentences as a reader of the grammar does", () => {
  for (let i = 0; i < 3000; i++) {
    const { text, label } = drawReview(3, i);
    const read = readReview(text);
    assertEquals(read.label, label, text);
    if (read.other !== undefined) assertEquals(read.other === label, read.agree, text);
  }
});

Deno.test("loadReviews() says what it is", async () => {
  const corpus = await loadReviews();
  assertEquals([corpus.name, corpus.synthetic], ["reviews (made up by this project)", true]);
  assertEquals([corpus.train.texts.length, corpus.test.texts.length, corpus.classes.length], [4000, 1000, 2]);
  assertNotEquals(corpus.checksums.train, corpus.checksums.test);
  const praises = corpus.train.labels.reduce((sum, label) => sum + label, 0);
  // binomial: 2000 +- 4 sqrt(4000 / 4)
  assert(Math.abs(praises - 2000) < 127, String(praises));
});

Deno.test("loadReviews() cannot be read by counting words, and gives no test sentence away", async () => {
  const { train, test } = await loadReviews();
  const accuracy = naiveBayes(train, test);
  // two in five sentences balance praise against blame, and a third of the rest says the opposite of its words
  assert(accuracy > 0.55 && accuracy < 0.72, String(accuracy));
  const seen = new Set(train.texts);
  const again = test.texts.filter((text) => seen.has(text)).length;
  assert(again < 30, `${again} of 1000 test sentences are training sentences`);
});

Deno.test("loadReviews() has few words and no unknown ones", async () => {
  const data = encodeCorpus(await loadReviews());
  assertEquals([data.encoding?.train.unknownTokens, data.encoding?.test.unknownTokens], [0, 0]);
  assert(data.vocabulary.length < 100);
});

Deno.test("loadReviews() makes a smaller set the beginning of a larger one, in both splits, and seeds differ", async () => {
  const few = await loadReviews({ trainCount: 20, testCount: 7 });
  const more = await loadReviews({ trainCount: 50, testCount: 30 });
  for (const [a, b] of [[few.train, more.train], [few.test, more.test]]) {
    assertEquals(a.texts, b.texts.slice(0, a.texts.length));
    assertEquals(a.labels, b.labels.subarray(0, a.texts.length));
  }
  assertNotEquals(few.train.texts, (await loadReviews({ trainCount: 20, testCount: 7, seed: 51 })).train.texts);
  assertEquals(few.train.texts[8], drawReview(50, 16).text);
  assertEquals(few.test.texts[6], drawReview(50, 13).text);
});

Deno.test("loadReviews() refuses counts and seeds out of range, and stops when told to", async () => {
  await assertRejects(
    () => loadReviews({ trainCount: 0 }),
    RangeError,
    "trainCount must be an integer from 1 to 1000000",
  );
  await assertRejects(() => loadReviews({ testCount: 2.5 }), RangeError, "got 2.5");
  await assertRejects(() => loadReviews({ seed: -1 }), RangeError, "seed");
  const misspelt: Record<string, number> = { count: 5 };
  await assertRejects(() => loadReviews(misspelt), TypeError, "no option count");
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => loadReviews({ signal: AbortSignal.abort(reason) })), reason);
});
