import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { headStatistics, jaccard } from "./mod.ts";

Deno.test("jaccard() is 1 for equal choices, 0 for disjoint ones, NaN for empty ones, and the same both ways", () => {
  const [a, b] = [Uint8Array.of(1, 0, 1, 0), Uint8Array.of(0, 1, 0, 0)];
  assertEquals([jaccard(a, a), jaccard(a, b), jaccard(a, b) === jaccard(b, a)], [1, 0, true]);
  assertEquals(jaccard(new Uint8Array(3), new Uint8Array(3)), NaN);
  assertThrows(() => jaccard(a, new Uint8Array(3)), TypeError, "one is of 4 tokens, the other of 3");
});

Deno.test("headStatistics() leaves pairs without a token out of the means, and counts heads and tokens left empty", () => {
  // two problems of three heads over two tokens
  const chosen = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const { density, overlap, overlaps, empty, covered } = headStatistics(chosen, { heads: 3, tokens: 2 });
  assertEquals([density, empty, covered], [3 / 12, 4 / 6, 2 / 4]);
  assertEquals([...overlaps], [1, 0.5, 0, 0.5, 1, 0, 0, 0, NaN]);
  assertEquals(overlap, 0.5 / 3);
});

Deno.test("headStatistics() of random choices of density p has overlaps near p / (2 - p)", () => {
  const rng = new Rng(1), p = 0.3;
  const chosen = Uint8Array.from({ length: 50 * 4 * 100 }, () => Number(rng.uniform() < p));
  // 300 pairs of 100 tokens, standard deviation of an index below 0.05: 4 sigma are 0.012
  assertAlmostEquals(headStatistics(chosen, { heads: 4, tokens: 100 }).overlap, p / (2 - p), 0.012);
});

Deno.test("headStatistics() refuses sizes that are none and choices that do not fit", () => {
  assertThrows(() => headStatistics(new Uint8Array(6), { heads: 0, tokens: 3 }), RangeError, "heads must be");
  for (const length of [0, 5]) {
    assertThrows(() => headStatistics(new Uint8Array(length), { heads: 2, tokens: 3 }), TypeError, `${length} are no`);
  }
});
