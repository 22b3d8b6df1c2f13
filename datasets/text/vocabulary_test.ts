import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildVocabulary } from "./mod.ts";

Deno.test("buildVocabulary() puts the frequent first, ties in order of code points, whatever the order of the texts", () => {
  const texts = ["d d b b", "\u{1f600} \uff01 \u{1f600} \uff01", "a a a", "b a d rare"];
  const expected = ["<unk>", "a", "b", "d", "\uff01", "\u{1f600}"];
  assertEquals(buildVocabulary(texts).tokens, expected);
  assertEquals(buildVocabulary(texts.toReversed()).tokens, expected);
  // UTF-16 units would put the astral one first
  assert("\u{1f600}" < "\uff01");
});

Deno.test("buildVocabulary() orders a token before those that it begins", () => {
  assertEquals(buildVocabulary(["ab a abc", "abc ab a"]).tokens, ["<unk>", "a", "ab", "abc"]);
});

Deno.test("buildVocabulary() keeps to its size, unknown tokens included", () => {
  const texts = ["a a a b b b c c d"];
  assertEquals(buildVocabulary(texts, { size: 3 }).tokens, ["<unk>", "a", "b"]);
  assertEquals(buildVocabulary(texts, { size: 3, unknownBuckets: 2 }).tokens, ["<unk 0>", "<unk 1>", "a"]);
  assertEquals(buildVocabulary(texts, { minimumCount: 1 }).tokens, ["<unk>", "a", "b", "c", "d"]);
  assertEquals(buildVocabulary([]).tokens, ["<unk>"]);
});

Deno.test("buildVocabulary() numbers every token by its place, and shares unknown ones out evenly", () => {
  const vocabulary = buildVocabulary(["constructor __proto__ toString x x", "constructor proto tostring"], {
    unknownBuckets: 4,
  });
  vocabulary.tokens.forEach((token, i) => {
    if (i >= 4) assertEquals(vocabulary.numberOf(token), i);
  });
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) counts[vocabulary.numberOf(`word${i}`)]++;
  // binomial: 1000 +- 4 sqrt(4000 / 4 * 3 / 4)
  for (const count of counts) assert(Math.abs(count - 1000) < 110, String(counts));
  assertEquals(buildVocabulary(["x x"]).numberOf("hasOwnProperty"), 0);
});

Deno.test("buildVocabulary() refuses sizes that leave no room, and options that it does not know", () => {
  assertThrows(() => buildVocabulary([], { size: 0 }), RangeError, "size must be an integer from 1 to 10000000, got 0");
  assertThrows(() => buildVocabulary([], { minimumCount: 1.5 }), RangeError, "minimumCount");
  assertThrows(() => buildVocabulary([], { unknownBuckets: NaN }), RangeError, "got NaN");
  assertThrows(() => buildVocabulary([], { size: 5, unknownBuckets: 5 }), RangeError, "above unknownBuckets");
  const misspelt: Record<string, number> = { sise: 5 };
  assertThrows(() => buildVocabulary([], misspelt), TypeError, "no option sise");
});
