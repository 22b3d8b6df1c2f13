import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { incompleteBeta } from "./_beta_function.ts";
import { jeffreysInterval } from "./mod.ts";

Deno.test("jeffreysInterval() has the ends that scipy 1.17.1 gives", () => {
  // scipy.stats.beta.ppf((1 -+ level) / 2, k + 0.5, n - k + 0.5)
  const golden = [
    [1, 10, 0.95, 0.011011673763161138, 0.3813147710666164],
    [3, 1000, 0.95, 0.0008456348018298348, 0.007984367358403443],
    [997, 1000, 0.9, 0.992982357787673, 0.998915556557869],
    [6, 12, 0.99, 0.1794275955108309, 0.8205724044891691],
    [5000, 10000, 0.95, 0.4902013660718027, 0.5097986339281972],
  ];
  for (const [k, n, level, low, high] of golden) {
    assertClose(jeffreysInterval(k, n, level), [low, high], { rtol: 1e-9, atol: 0 });
  }
});

Deno.test("jeffreysInterval() reaches 0 without a success and 1 without a failure", () => {
  assertEquals(jeffreysInterval(0, 9)[0], 0);
  assertEquals(jeffreysInterval(9, 9)[1], 1);
  assert(jeffreysInterval(0, 9)[1] < 0.3 && jeffreysInterval(9, 9)[0] > 0.7);
});

Deno.test("jeffreysInterval() turns round when successes and failures change places", () => {
  for (const [k, n] of [[0, 5], [2, 7], [499, 1000]]) {
    const [low, high] = jeffreysInterval(k, n);
    assertClose(jeffreysInterval(n - k, n), [1 - high, 1 - low], { rtol: 1e-12, atol: 1e-15 });
  }
});

Deno.test("jeffreysInterval() holds the probability in 95 % of cases on average, and never in fewer than 88 %", () => {
  // exact: the probability of k successes is a difference of two distribution functions
  const n = 50;
  const intervals = Array.from({ length: n + 1 }, (_, k) => jeffreysInterval(k, n));
  const atLeast = (k: number, p: number) => k <= 0 ? 1 : k > n ? 0 : incompleteBeta(p, k, n - k + 1);
  const coverages = Array.from({ length: 499 }, (_, i) => {
    const p = (i + 1) / 500;
    return intervals.reduce((sum, [low, high], k) => {
      return low <= p && p <= high ? sum + atLeast(k, p) - atLeast(k + 1, p) : sum;
    }, 0);
  });
  const mean = coverages.reduce((sum, c) => sum + c, 0) / coverages.length;
  assertClose(mean, 0.95, { rtol: 0, atol: 0.005 });
  assert(Math.min(...coverages) > 0.88, `lowest coverage ${Math.min(...coverages)}`);
});

Deno.test("jeffreysInterval() refuses counts and levels that are none", () => {
  assertThrows(() => jeffreysInterval(3, 2), RangeError, "from 0 to the 2 trials, got 3");
  assertThrows(() => jeffreysInterval(0, 0), RangeError, "trials must be an integer from 1, got 0");
  assertThrows(() => jeffreysInterval(NaN, 2), RangeError, "successes");
  assertThrows(() => jeffreysInterval(1, 2, 1), RangeError, "the level must lie between 0 and 1, got 1");
});
