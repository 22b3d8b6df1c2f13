import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { incompleteBeta } from "./_beta_function.ts";
import { estimateTimeToSolution, jeffreysInterval, timeToSolution } from "./mod.ts";

const CLOSE = { rtol: 1e-12, atol: 0 };

Deno.test("timeToSolution() is the time of the runs that together miss once in a hundred", () => {
  for (const p of [1e-12, 1e-6, 0.01, 0.3, 0.9]) {
    const runs = timeToSolution(1, p);
    assertClose(Math.exp(runs * Math.log1p(-p)), 0.01, { rtol: 1e-9, atol: 0 });
  }
  assertClose(timeToSolution(3, 0.5, 0.75), 6, CLOSE);
});

Deno.test("timeToSolution() is never less than one run, and infinite where no run ends well", () => {
  for (const p of [0.99, 0.995, 1]) assertClose(timeToSolution(7, p), 7, CLOSE);
  assertEquals(timeToSolution(7, 0), Infinity);
});

Deno.test("timeToSolution() refuses times, probabilities and confidences that are none", () => {
  assertThrows(() => timeToSolution(0, 0.5), RangeError, "runTimeMs must be a positive number, got 0");
  assertThrows(() => timeToSolution(1, NaN), RangeError, "probability");
  assertThrows(() => timeToSolution(1, 1.5), RangeError, "from 0 to 1, got 1.5");
  assertThrows(() => timeToSolution(1, 0.5, 1), RangeError, "confidence");
});

Deno.test("estimateTimeToSolution() takes the ends of the Jeffreys interval through the formula", () => {
  const { valueMs, lowMs, highMs, censored } = estimateTimeToSolution(2, 30, 100);
  const [low, high] = jeffreysInterval(30, 100);
  assertClose([valueMs, lowMs, highMs], [0.3, high, low].map((p) => timeToSolution(2, p)), CLOSE);
  assertEquals(censored, false);
});

Deno.test("estimateTimeToSolution() gives a lower bound where no run ended well", () => {
  const none = estimateTimeToSolution(2, 0, 50);
  // the p behind the bound is one that lies below it with 95 % by the posterior
  const p = -Math.expm1(Math.log(0.01) / (none.valueMs / 2));
  assertClose(incompleteBeta(p, 0.5, 50.5), 0.95, { rtol: 1e-9, atol: 0 });
  assert(none.censored && none.highMs === Infinity && none.lowMs === none.valueMs);
  // more failures push the bound up
  assert(estimateTimeToSolution(2, 0, 500).valueMs > 9 * none.valueMs);
});

Deno.test("estimateTimeToSolution() is one run where all ended well", () => {
  const { valueMs, lowMs, highMs } = estimateTimeToSolution(2, 5, 5);
  assertEquals([valueMs, lowMs], [2, 2]);
  assert(highMs > 2 && Number.isFinite(highMs));
});
