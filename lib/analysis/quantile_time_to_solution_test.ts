import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { estimateTimeToSolution, quantileTimeToSolution, type RunLengthTrials, timeToSolution } from "./mod.ts";

const CLOSE = { rtol: 1e-12, atol: 0 };

/** An instance with the given successes of a thousand at 10, 20, 40, ... sweeps, which take 1, 2, 4, ... ms. */
function instance(...successes: number[]): RunLengthTrials[] {
  return successes.map((count, t) => ({ runLength: 10 * 2 ** t, runTimeMs: 2 ** t, successes: count, trials: 1000 }));
}

Deno.test("quantileTimeToSolution() takes the median over the instances at each length, and then the best length", () => {
  const found = quantileTimeToSolution([instance(100, 400, 600), instance(10, 500, 500), instance(300, 300, 700)]);
  const at = (t: number, p: number) => timeToSolution(2 ** t, p);
  assertClose(found.curve.map(({ valueMs }) => valueMs), [at(0, 0.1), at(1, 0.4), at(2, 0.6)], CLOSE);
  assertEquals([found.runLength, found.atEnd, found.censored], [20, null, false]);
  assertClose(found.valueMs, at(1, 0.4), CLOSE);
});

Deno.test("quantileTimeToSolution() does not depend on the order of instances and lengths", () => {
  const rows = [instance(100, 400), instance(10, 500), instance(300, 290)];
  const turned = rows.toReversed().map((row) => row.toReversed());
  assertEquals(quantileTimeToSolution(turned).curve, quantileTimeToSolution(rows).curve);
});

Deno.test("quantileTimeToSolution() says when the best length is at an end of those tried", () => {
  assertEquals(quantileTimeToSolution([instance(900, 901, 902)]).atEnd, "shortest");
  assertEquals(quantileTimeToSolution([instance(1, 100, 900)]).atEnd, "longest");
  assertEquals(quantileTimeToSolution([instance(500)]).atEnd, "only");
});

Deno.test("quantileTimeToSolution() counts an instance that no run solved as slowest, never as absent", () => {
  const half = quantileTimeToSolution([instance(500), instance(500), instance(0)]);
  assertClose(half.valueMs, timeToSolution(1, 0.5), CLOSE);
  const most = quantileTimeToSolution([instance(500), instance(0), instance(0)]);
  assertEquals([most.censored, most.highMs], [true, Infinity]);
  assertClose(most.valueMs, estimateTimeToSolution(1, 0, 1000).valueMs, CLOSE);
  // a length at which nothing was solved cannot be the best, though its bound is lower
  assertEquals(quantileTimeToSolution([instance(0, 1)]).runLength, 20);
});

Deno.test("quantileTimeToSolution() resamples the same instances for one seed: a slower clock scales every replicate", () => {
  const rows = [instance(100, 400), instance(10, 500), instance(300, 300)];
  const slower = rows.map((row) => row.map((entry) => ({ ...entry, runTimeMs: 3 * entry.runTimeMs })));
  const a = quantileTimeToSolution(rows, { replicates: 50, seed: 9 });
  const b = quantileTimeToSolution(slower, { replicates: 50, seed: 9 });
  assertClose(b.replicates, a.replicates.map((value) => 3 * value), CLOSE);
  assert(quantileTimeToSolution(rows, { replicates: 50, seed: 8 }).replicates[0] !== a.replicates[0]);
});

Deno.test("quantileTimeToSolution() holds the true median in about 95 % of cases", () => {
  // instances of p = u, u uniform in (0.05, 0.5): the median over all instances is TTS(0.275)
  const truth = timeToSolution(1, 0.275);
  const cases = 300;
  let held = 0;
  for (let c = 0; c < cases; c++) {
    const rng = new Rng(41, c);
    const rows = Array.from({ length: 21 }, () => {
      const p = 0.05 + 0.45 * rng.uniform();
      let successes = 0;
      for (let r = 0; r < 100; r++) if (rng.uniform() < p) successes++;
      return [{ runLength: 1, runTimeMs: 1, successes, trials: 100 }];
    });
    const { lowMs, highMs } = quantileTimeToSolution(rows, { replicates: 200, seed: c });
    if (lowMs <= truth && truth <= highMs) held++;
  }
  // p = 0.95 and sigma = sqrt(p (1 - p) / 300) = 0.0126; percentile bootstraps of a median of 21 cover 93 to 97 %, 2 points
  // are added for that
  assertClose(held / cases, 0.95, { rtol: 0, atol: 4 * 0.0126 + 0.02 });
});

Deno.test("quantileTimeToSolution() refuses tables that do not fit together", () => {
  assertThrows(() => quantileTimeToSolution([]), RangeError, "got none");
  assertThrows(() => quantileTimeToSolution([instance(1, 2), instance(1)]), RangeError, "instance 1 was measured");
  assertThrows(() => quantileTimeToSolution([[...instance(1), ...instance(2)]]), RangeError, "a run length twice");
  assertThrows(() => quantileTimeToSolution([instance(2000)]), RangeError, "from 0 to the 1000 trials, got 2000");
  assertThrows(() => quantileTimeToSolution([instance(1)], { quantile: 1 }), RangeError, "the quantile");
  const unnumbered = [{ ...instance(1)[0], runLength: NaN }];
  for (const table of [[unnumbered], [instance(1), unnumbered]]) {
    assertThrows(() => quantileTimeToSolution(table), RangeError, "runLength must be a positive number, got NaN");
  }
});
