import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { splitTokens } from "./mod.ts";

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  splitTokens(text, (token) => tokens.push(token) > 0);
  return tokens;
}

Deno.test("splitTokens() takes English contractions apart as treebanks do", () => {
  const cases = [
    ["I can't, won't & DON'T", "i ca n't , wo n't & do n't"],
    ["It's they're we've she'll he'd I'm", "it 's they 're we 've she 'll he 'd i 'm"],
    ["ca n't it 's n't", "ca n't it 's n't"],
    ["isn\u2019t it\u2019s", "is n't it 's"],
    ["o'clock can'ts n'to 'tis", "o ' clock can ' ts n ' to ' tis"],
    ["'said' rock'n'roll", "' said ' rock ' n ' roll"],
    ["don't", "do n't"],
    ["n't", "n't"],
    ["don'", "don '"],
    ["'", "'"],
  ];
  for (const [text, expected] of cases) assertEquals(tokensOf(text).join(" "), expected);
});

Deno.test("splitTokens() makes a run of one sign one token of at most three", () => {
  assertEquals(tokensOf("no!!!!!! ..  ... ?! --- $$ 😀😀😀😀x"), [
    ...["no", "!!!", "..", "...", "?", "!", "---", "$$", "😀😀😀", "x"],
  ]);
  assertEquals(tokensOf("well-made (a 2nd_time)"), ["well", "-", "made", "(", "a", "2nd", "_", "time", ")"]);
});

Deno.test("splitTokens() knows words of all scripts, composed or not", () => {
  assertEquals(tokensOf("CAFE\u0301 café"), ["café", "café"]);
  assertEquals(tokensOf("Привет, мир! ΟΔΟΣ हिन्दी"), ["привет", ",", "мир", "!", "οδος", "हिन्दी"]);
  assertEquals(tokensOf("映画は良い OK"), ["映", "画", "は", "良", "い", "ok"]);
  assertEquals(tokensOf("𝒳y a𐐨b"), ["𝒳y", "a𐐨b"]);
});

Deno.test("splitTokens() only separates at spaces, control and format characters, and stray marks", () => {
  assertEquals(tokensOf("a\u0000b\u00a0c\u200dd\ufeffe\u3000f\u0085g\n\th"), ["a", "b", "c", "d", "e", "f", "g", "h"]);
  assertEquals(tokensOf("\u0301 ❤\ufe0f"), ["❤"]);
  assertEquals(tokensOf("a\ud800b\udc00c"), ["a", "b", "c"]);
  assertEquals(tokensOf(""), []);
  assertEquals(tokensOf(" \n\u200b"), []);
});

Deno.test("splitTokens() loses nothing but spaces and the tails of runs, and splits its own tokens no further", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab nt's'.!-é\u0301映 \n"), maxLength: 60 });
  fc.assert(
    fc.property(text, (given) => {
      const tokens = tokensOf(given);
      const cut = given.toLowerCase().normalize("NFC").replace(/([^\p{L}\p{N}\p{M}\s])\1{3,}/gu, "$1$1$1");
      const bare = (word: string) => word.replace(/\s/g, "").replace(/\p{M}/gu, "");
      assertEquals(bare(tokens.join("")), bare(cut));
      for (const token of tokens) assertEquals(tokensOf(token), [token]);
      assert(tokens.every((token) => token.length > 0 && !/\s/.test(token)));
    }),
    { seed: 7, numRuns: 2000 },
  );
});

Deno.test("splitTokens() stops where it is told to, in any kind of token", () => {
  for (const [text, expected] of [["a b c", "b"], [". , !", ","], ["a can't", "ca"], ["映画は", "画"]]) {
    const tokens: string[] = [];
    splitTokens(text, (token) => tokens.push(token) < 2);
    assertEquals([tokens.length, tokens[1]], [2, expected]);
  }
});
