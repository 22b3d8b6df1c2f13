import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { changeDifference, pairedDifference, testDifference } from "./mod.ts";

const close = { rtol: 1e-12, atol: 1e-15 };

/** Cells d + a_s + b_i + c_si, all normal. */
function crossed(rng: Rng, S: number, n: number, deviations: readonly [number, number, number], d = 0): Float64Array {
  const seeds = Array.from({ length: S }, () => deviations[0] * rng.normal());
  const items = Array.from({ length: n }, () => deviations[1] * rng.normal());
  return Float64Array.from({ length: S * n }, (_, at) => {
    return d + seeds[Math.floor(at / n)] + items[at % n] + deviations[2] * rng.normal();
  });
}

Deno.test("pairedDifference() has the variance of the mean of seeds where items do not differ, of items where seeds do not", () => {
  const seeds = [1, 2, 4];
  const bySeed = pairedDifference(seeds.flatMap((d) => [d, d, d, d]), 3);
  // variance of 1, 2, 4 is 7/3
  assertClose(bySeed.variance, 7 / 9, close);
  const items = [1, 2, 4, 9];
  const byItem = pairedDifference([...items, ...items, ...items], 3);
  // variance of 1, 2, 4, 9 is 38/3
  assertClose(byItem.variance, 38 / 12, close);
  assertEquals([bySeed.freedom, byItem.freedom], [2, 2]);
  assertClose([bySeed.difference, byItem.difference], [7 / 3, 4], close);
});

Deno.test("pairedDifference() subtracts from the two sums what both count", () => {
  const cells = crossed(new Rng(8), 4, 7, [1, 1, 0.5]);
  const { parts, variance, difference } = pairedDifference(cells, 4);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const variances = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
  const all = [...cells];
  const seeds = [0, 1, 2, 3].map((s) => mean(all.slice(7 * s, 7 * s + 7)));
  const items = Array.from({ length: 7 }, (_, i) => mean([0, 1, 2, 3].map((s) => all[7 * s + i])));
  assertClose([parts.seeds, parts.items, parts.both], [seeds, items, all].map(variances), close);
  assertClose(difference, mean(all), close);
  assertClose(variance, parts.seeds + parts.items - parts.both, close);
});

for (
  const [name, deviations] of [
    ["seeds alone vary", [1, 0, 5]],
    ["items alone vary", [0, 1, 1]],
    ["both vary", [0.3, 3, 3]],
  ] as const
) {
  Deno.test(`pairedDifference() with five seeds holds the truth in 95 of 100 cases or more where ${name}`, () => {
    // 1,500 draws: 95 % - 4 sqrt(0.95 * 0.05 / 1500) = 92.7 %; a normal point in place of t would give 88 % in the first case
    let held = 0;
    for (let stream = 0; stream < 1_500; stream++) {
      const estimate = pairedDifference(crossed(new Rng(17, stream), 5, 60, deviations, 2), 5);
      const { low, high } = testDifference(estimate)!;
      if (low <= 2 && 2 <= high) held++;
    }
    assertEquals(held / 1_500 > 0.927, true, `${held / 1_500}`);
  });
}

Deno.test("pairedDifference() refuses seeds of unequal numbers of items, one item, and cells that are not finite", () => {
  assertThrows(() => pairedDifference([1, 2, 3], 2), RangeError, "got 3 in all");
  assertThrows(() => pairedDifference([1, 2], 2), RangeError, "two or more");
  assertThrows(() => pairedDifference([1, NaN], 1), RangeError, "not finite");
});

Deno.test("changeDifference() is pairedDifference() where all models lose and gain on the same items", () => {
  const items = [1, 1, 1, 0, 0, 0, 0, -1, 0, 0];
  const counts = { lost: 3, gained: 1, items: 10 };
  const { parts: _, ...paired } = pairedDifference([...items, ...items, ...items], 3);
  const changed = changeDifference([counts, counts, counts]);
  assertClose([changed.difference, changed.variance], [paired.difference, paired.variance], close);
  assertEquals(changed.freedom, 2);
});

Deno.test("changeDifference() is never below the variance of the items' own pairing", () => {
  for (let stream = 0; stream < 50; stream++) {
    const rng = new Rng(3, stream);
    const cells = Int8Array.from({ length: 3 * 40 }, () => rng.integer(3) - 1);
    const count = (s: number, value: number) =>
      cells.subarray(40 * s, 40 * s + 40).filter((cell) => cell === value).length;
    const changed = changeDifference([0, 1, 2].map((s) => ({ lost: count(s, 1), gained: count(s, -1), items: 40 })));
    const { difference, parts } = pairedDifference(cells, 3);
    assertClose(changed.difference, difference, close);
    assertEquals(changed.variance >= Math.max(parts.seeds, parts.items), true);
  }
});

Deno.test("changeDifference() refuses no models, and counts that there cannot be", () => {
  assertThrows(() => changeDifference([]), RangeError, "got none");
  for (
    const bad of [{ lost: 3, gained: 2, items: 4 }, { lost: -1, gained: 0, items: 4 }, { lost: 0, gained: 0, items: 1 }]
  ) {
    assertThrows(() => changeDifference([bad]), RangeError, "expected counts among two items or more");
  }
});
