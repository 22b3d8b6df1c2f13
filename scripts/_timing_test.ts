import { assertClose } from "qama/testing";
import { assertEquals } from "@std/assert";
import { fittedExponent, ownTimesTogether, timeTogether } from "./_timing.ts";

Deno.test("fittedExponent() finds the power of a power law", () => {
  const x = [1024, 4096, 65536];
  assertClose(fittedExponent(x, x.map((n) => 3 * n ** 1.25)), 1.25, { rtol: 1e-12, atol: 0 });
});

Deno.test("timeTogether() warms every task once and turns the order round", () => {
  let order = "";
  timeTogether({ a: () => void (order += "a"), b: () => void (order += "b") }, 3);
  assertEquals(order, "ab" + "ab" + "ba" + "ab");
});

Deno.test("ownTimesTogether() takes turns as timeTogether() does, and leaves the warm-up out", async () => {
  let order = "";
  const task = (name: string) => () => {
    order += name;
    return Promise.resolve(order.length);
  };
  const times = await ownTimesTogether({ a: task("a"), b: task("b") }, 3);
  assertEquals(order, "ab" + "ab" + "ba" + "ab");
  assertEquals(times, { a: { min: 3, median: 6 }, b: { min: 4, median: 5 } });
});
