import { assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { meanInterval } from "./mod.ts";

// upper 2.5 % points of Student's distribution, as every table has them
const POINTS: readonly [freedom: number, t: number][] = [
  [1, 12.7062],
  [2, 4.30265],
  [3, 3.18245],
  [4, 2.77645],
  [9, 2.26216],
  [29, 2.04523],
];

for (const [freedom, t] of POINTS) {
  Deno.test(`meanInterval() has the table's t for ${freedom} degrees of freedom`, () => {
    const values = Array.from({ length: freedom + 1 }, (_, i) => i % 2 === 0 ? 3 : 5);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const s = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom);
    const { halfWidth, mean: found } = meanInterval(values);
    assertClose(found, mean, { rtol: 1e-12, atol: 0 });
    assertClose(halfWidth ?? NaN, t * s / Math.sqrt(values.length), { rtol: 2e-6, atol: 0 });
  });
}

Deno.test("meanInterval() of three normal values holds their mean in 95 of 100 cases", () => {
  // 4,000 draws: 95 % +- 4 sqrt(0.95 * 0.05 / 4000) = 1.4 points; a normal quantile in place of t would give 81 %
  let held = 0;
  for (let stream = 0; stream < 4_000; stream++) {
    const rng = new Rng(90, stream);
    const { mean, halfWidth } = meanInterval([rng.normal(), rng.normal(), rng.normal()]);
    if (Math.abs(mean) <= (halfWidth ?? 0)) held++;
  }
  assertClose(held / 4_000, 0.95, { rtol: 0, atol: 0.014 });
});

Deno.test("meanInterval() of one value has no width, of none is refused", () => {
  assertEquals(meanInterval([7]), { mean: 7, halfWidth: null });
  assertThrows(() => meanInterval([]), RangeError, "at least one");
  assertThrows(() => meanInterval([1, NaN]), RangeError, "finite");
  assertThrows(() => meanInterval([1, 2], 1), RangeError, "level");
});
