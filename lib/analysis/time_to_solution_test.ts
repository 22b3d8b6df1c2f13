import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
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
  assert(none.censored && none.highMs === Infinity);
  // and the end of the interval is a p at which 50 runs fail all in 2.5 % of cases
  const end = -Math.expm1(Math.log(0.01) / (none.lowMs / 2));
  assertClose((1 - end) ** 50, 0.025, { rtol: 1e-9, atol: 0 });
  // more failures push the bound up
  assert(estimateTimeToSolution(2, 0, 500).valueMs > 9 * none.valueMs);
});

Deno.test("estimateTimeToSolution() is one run where all ended well", () => {
  const { valueMs, lowMs, highMs } = estimateTimeToSolution(2, 5, 5);
  assertEquals([valueMs, lowMs], [2, 2]);
  assert(highMs > 2 && Number.isFinite(highMs));
});

Deno.test("estimateTimeToSolution() holds the truth in 93 to 97 % of cases over processes of every probability", () => {
  const cases = 2000;
  for (const [trials, least, most] of [[50, 0.05, 0.9], [200, 0.01, 0.95], [1000, 0.003, 0.98]]) {
    let held = 0;
    for (let c = 0; c < cases; c++) {
      const rng = new Rng(19, c);
      // a probability each: at a single one the share goes up and down with the trials, as that of every interval of a count
      const p = least * (most / least) ** rng.uniform();
      let successes = 0;
      for (let r = 0; r < trials; r++) if (rng.uniform() < p) successes++;
      const { lowMs, highMs } = estimateTimeToSolution(1, successes, trials);
      if (lowMs <= timeToSolution(1, p) && timeToSolution(1, p) <= highMs) held++;
    }
    // sigma of a share of 2,000 is 0.005
    assert(held >= 0.93 * cases && held <= 0.97 * cases, `${trials} trials: ${held}`);
  }
});

Deno.test("estimateTimeToSolution() holds no single truth in less than 91 % of cases, in 93 % where thirty runs end either way", () => {
  const trials = 200;
  const ends = Array.from({ length: trials + 1 }, (_, k) => estimateTimeToSolution(1, k, trials));
  for (let p = 0.002; p < 0.97; p += 0.00025) {
    const truth = timeToSolution(1, p);
    // the binomial distribution, one term after another
    let term = (1 - p) ** trials;
    let held = 0;
    for (let k = 0; k <= trials; k++) {
      if (ends[k].lowMs <= truth && truth <= ends[k].highMs) held += term;
      term *= (trials - k) / (k + 1) * p / (1 - p);
    }
    assert(held > (p > 0.15 && p < 0.85 ? 0.93 : 0.91), `${held} at ${p}`);
  }
});
