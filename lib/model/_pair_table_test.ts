import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { PairTable } from "./_pair_table.ts";
import { slackCoefficients, sparseCouplings } from "./mod.ts";

Deno.test("PairTable sums pairs in the order they came, whatever their number and order, and leaves zeros out", () => {
  const rng = new Rng(51);
  for (const [n, count] of [[3, 5], [10, 1000], [200, 3000], [1000, 400]]) {
    const table = new PairTable();
    const sums = new Map<number, number>();
    for (let t = 0; t < count; t++) {
      const i = rng.integer(n);
      const j = (i + 1 + rng.integer(n - 1)) % n;
      const value = t % 7 === 0 ? 0 : rng.normal();
      table.add(i, j, value);
      const key = Math.min(i, j) * n + Math.max(i, j);
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    const expected = sparseCouplings(n, [...sums].map(([key, value]) => [Math.floor(key / n), key % n, value]));
    const copy = table.copy();
    assertEquals(table.couplings(n), expected);
    assertEquals(table.couplings(n), expected, "asked twice");
    table.add(0, 1, 5);
    assertEquals(copy.couplings(n), expected, "a copy is its own");
  }
});

Deno.test("PairTable refuses sums that are infinite, and numbers of pairs that do not fit", () => {
  const table = new PairTable();
  table.add(0, 1, 1.5e308);
  table.add(1, 0, 1.5e308);
  assertThrows(() => table.couplings(2), RangeError, "add up to Infinity");
  assertThrows(() => table.reserve(2 ** 30), RangeError, "16 GiB");
});

Deno.test("slackCoefficients() take every value from 0 to the range and none beyond", () => {
  for (let range = 0; range <= 130; range++) {
    const coefficients = slackCoefficients(range);
    const sums = new Set<number>();
    for (let t = 0; t < 2 ** coefficients.length; t++) {
      sums.add(coefficients.reduce((sum, a, k) => sum + ((t >> k) & 1 ? a : 0), 0));
    }
    assertEquals([...sums].sort((a, b) => a - b), Array.from({ length: range + 1 }, (_, value) => value));
    assertEquals(coefficients.length, range === 0 ? 0 : Math.floor(Math.log2(range)) + 1, "no more bits than needed");
  }
  assertThrows(() => slackCoefficients(2.5), RangeError, "integer");
  assertThrows(() => slackCoefficients(-1), RangeError, "integer");
});
