import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { testDifference, testEquivalence } from "./mod.ts";

const close = { rtol: 1e-10, atol: 0 };

Deno.test("testDifference() has Student's p in closed form for one and for two degrees of freedom", () => {
  for (const t of [0.1, 1, 2.5, 30]) {
    const p = (freedom: number) => testDifference({ difference: -3 * t, variance: 9, freedom })!.p;
    assertClose(p(1), 1 - 2 / Math.PI * Math.atan(t), close);
    assertClose(p(2), 1 - t / Math.sqrt(2 + t * t), close);
  }
});

Deno.test("testDifference() leaves 0 outside its interval exactly where p is below 1 - level", () => {
  for (let i = -40; i <= 40; i++) {
    const { low, high, p } = testDifference({ difference: i / 10, variance: 1, freedom: 4 }, 0.9)!;
    assertEquals(low > 0 || high < 0, p < 0.1, `${i}`);
  }
});

Deno.test("testEquivalence() is below 5 % exactly where the 90 % interval lies inside the margin", () => {
  for (let i = -40; i <= 40; i++) {
    const estimate = { difference: i / 20, variance: 0.2, freedom: 4 };
    const { low, high } = testDifference(estimate, 0.9)!;
    assertEquals(low > -1.5 && high < 1.5, testEquivalence(estimate, 1.5)! < 0.05, `${i}`);
  }
});

Deno.test("testDifference() and testEquivalence() of one seed say nothing, of no variance all", () => {
  const one = { difference: 1, variance: 1, freedom: 0 };
  assertEquals([testDifference(one), testEquivalence(one, 1)], [null, null]);
  const sure = { difference: 1, variance: 0, freedom: 4 };
  assertEquals([testDifference(sure)!.p, testEquivalence(sure, 1), testEquivalence(sure, 1.1)], [0, 1, 0]);
  assertEquals(testDifference({ ...sure, difference: 0 })!.p, 1);
});

Deno.test("testDifference() and testEquivalence() refuse levels and margins out of range", () => {
  const one = { difference: 1, variance: 1, freedom: 4 };
  assertThrows(() => testDifference(one, 1), RangeError, "level must lie between 0 and 1");
  for (const margin of [0, -1, NaN, Infinity]) assertThrows(() => testEquivalence(one, margin), RangeError, "margin");
  assert(testEquivalence(one, 3)! < 0.1);
});
