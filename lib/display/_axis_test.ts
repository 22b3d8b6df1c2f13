import { assert, assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { axisOver, logAxisOver, niceStep } from "./_axis.ts";

Deno.test("niceStep() is the smallest of 1, 2, 5 times a power of ten that suffices", () => {
  assertEquals([0.03, 1, 1.1, 3, 6, 20.1].map(niceStep), [0.05, 1, 2, 5, 10, 50]);
});

Deno.test("axisOver() covers its values, marks its range evenly and maps ends to ends", () => {
  const rng = new Rng(3, 0);
  for (let trial = 0; trial < 200; trial++) {
    const values = [0, 1, 2].map(() => 100 * rng.normal());
    const { domain, ticks, at } = axisOver(values, [200, 10], 5);
    assert(domain[0] <= Math.min(...values) && domain[1] >= Math.max(...values));
    assert(ticks.length >= 3 && ticks.length <= 7, `${ticks}`);
    assertEquals([at(domain[0]), at(domain[1])], [200, 10]);
    assert(ticks.every((tick) => at(tick) <= 200 + 1e-6 && at(tick) >= 10 - 1e-6));
  }
});

Deno.test("axisOver() with a step of 1 marks whole epochs only, one epoch included", () => {
  assertEquals(axisOver([1, 2], [0, 1], 8, 1).ticks, [1, 2]);
  assertEquals(axisOver([1], [0, 1], 8, 1).ticks, [1]);
  assertEquals(axisOver([1, 50], [0, 1], 8, 1).ticks, [10, 20, 30, 40, 50]);
});

Deno.test("logAxisOver() has equal distances for equal ratios, whole powers at its ends, and no place for 0", () => {
  const axis = logAxisOver([3, 4_000, 0, NaN], [0, 400]);
  assertEquals([...axis.domain], [1, 10_000]);
  assertEquals(axis.ticks, [1, 10, 100, 1_000, 10_000]);
  assertEquals(axis.ticks.map((tick) => Math.round(axis.at(tick))), [0, 100, 200, 300, 400]);
  assertEquals(axis.at(0), NaN);
  assertEquals(logAxisOver([0.2, 0.5], [0, 1]).ticks, [0.1, 0.2, 0.5, 1]);
});
