import { assertEquals, assertThrows } from "@std/assert";
import { buildVocabulary, encodeCorpus, encodeTexts } from "./mod.ts";

const vocabulary = buildVocabulary(["the film is not good . the film is good ."]);
const one = (text: string, options: { tokens?: number } = {}) =>
  encodeTexts({ texts: [text], labels: Uint8Array.of(1) }, vocabulary, options);

Deno.test("encodeTexts() gives numbers that read as the texts, ragged and without pads", () => {
  const texts = ["The film.", "good", "is is is"];
  const { split, report } = encodeTexts({ texts, labels: Uint8Array.of(1, 0, 1) }, vocabulary);
  assertEquals([split.count, [...split.starts], [...split.labels]], [3, [0, 3, 4, 7], [1, 0, 1]]);
  assertEquals(Array.from(split.tokens, (token) => vocabulary.tokens[token]).join(" "), "the film . good is is is");
  assertEquals(report, { truncatedTexts: 0, emptyTexts: 0, unknownTokens: 0 });
});

Deno.test("encodeTexts() makes a text without tokens one unknown token", () => {
  for (const empty of ["", "   ", "\n\u200b"]) {
    const { split, report } = one(empty);
    assertEquals([[...split.tokens], [...split.starts]], [[0], [0, 1]]);
    assertEquals(report, { truncatedTexts: 0, emptyTexts: 1, unknownTokens: 0 });
  }
});

Deno.test("encodeTexts() keeps the first tokens of a text of 100,000 words, and says so", () => {
  const long = Array.from({ length: 100_000 }, (_, i) => i % 2 === 0 ? "film" : "strange").join(" ");
  const cut = one(long);
  assertEquals([cut.split.tokens.length, cut.report], [512, {
    truncatedTexts: 1,
    emptyTexts: 0,
    unknownTokens: 256,
  }]);
  assertEquals(cut.split.tokens, one(long, { tokens: 600 }).split.tokens.subarray(0, 512));
  const whole = one(long, { tokens: 100_000 });
  assertEquals([whole.split.tokens.length, whole.report.truncatedTexts], [100_000, 0]);
  assertEquals(one("x".repeat(100_000)).split.tokens.length, 1);
});

Deno.test("encodeTexts() calls a text of just the allowed length whole", () => {
  assertEquals(one("the film is", { tokens: 3 }).report.truncatedTexts, 0);
  assertEquals(one("the film is .", { tokens: 3 }).report.truncatedTexts, 1);
});

Deno.test("encodeTexts() keeps its place where a growing array meets an empty text", () => {
  const texts = [...Array(1024).fill("film"), "", "good"];
  const { split } = encodeTexts({ texts, labels: new Uint8Array(1026) }, vocabulary);
  assertEquals([split.tokens[1023], split.tokens[1024], split.tokens[1025]], [
    vocabulary.numberOf("film"),
    0,
    vocabulary.numberOf("good"),
  ]);
});

Deno.test("encodeTexts() refuses lengths out of range and texts without a label", () => {
  for (const tokens of [0, 1.5, NaN, 1_000_001]) {
    assertThrows(() => one("a", { tokens }), RangeError, "tokens must be an integer from 1 to 1000000");
  }
  assertThrows(() => encodeTexts({ texts: ["a"], labels: new Uint8Array(2) }, vocabulary), RangeError, "got 2 for 1");
});

Deno.test("encodeCorpus() learns its words from the training texts alone", () => {
  const labels = Uint8Array.of(0);
  const corpus = { name: "Mine", synthetic: false, classes: ["a", "b"], checksums: {} };
  const train = { texts: ["good good film film"], labels };
  const data = encodeCorpus({ ...corpus, train, test: { texts: ["bad bad bad bad film"], labels } });
  assertEquals(data.vocabulary, ["<unk>", "film", "good"]);
  assertEquals([[...data.train.tokens], [...data.test.tokens]], [[2, 2, 1, 1], [0, 0, 0, 0, 1]]);
  assertEquals(data.encoding?.test, { truncatedTexts: 0, emptyTexts: 0, unknownTokens: 4 });
});
