import { assertEquals, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { wilsonInterval } from "./mod.ts";

Deno.test("wilsonInterval() has ends that solve the score equation (p - q)^2 n = z^2 q (1 - q)", () => {
  const z = 1.959963984540054;
  for (const [k, n] of [[1, 10], [64, 128], [127, 128], [5, 10000]]) {
    for (const q of wilsonInterval(k, n)) {
      assertClose((k / n - q) ** 2 * n, z * z * q * (1 - q), { rtol: 1e-9, atol: 1e-15 });
    }
  }
});

Deno.test("wilsonInterval() begins at 0 without a success, ends at 1 without a failure, and turns round", () => {
  assertEquals([wilsonInterval(0, 7)[0], wilsonInterval(7, 7)[1]], [0, 1]);
  const [low, high] = wilsonInterval(3, 11, 0.9);
  assertClose(wilsonInterval(8, 11, 0.9), [1 - high, 1 - low], { rtol: 1e-12, atol: 0 });
});

Deno.test("wilsonInterval() refuses counts and levels that are none", () => {
  assertThrows(() => wilsonInterval(3, 2), RangeError, "from 0 to the 2 trials, got 3");
  assertThrows(() => wilsonInterval(0, 0), RangeError, "trials must be an integer from 1, got 0");
  assertThrows(() => wilsonInterval(1, 2, 0), RangeError, "the level must lie between 0 and 1, got 0");
});
