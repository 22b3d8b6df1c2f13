import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { type CostedTrials, estimateTimeToSolution, optimalTimeToSolution, timeToSolution } from "./mod.ts";

const LENGTHS = [1, 2, 4, 8, 16];
const CASES = 300;
const TRIALS = 200;
const CLOSE = { rtol: 1e-12, atol: 0 };
const SIGMA = Math.sqrt(0.95 * 0.05 / CASES);

/** Counts of a process whose success probability at each length is known. */
function counted(rng: Rng, probability: (length: number) => number, cost: (length: number) => number): CostedTrials[] {
  return LENGTHS.map((runLength) => {
    let successes = 0;
    for (let r = 0; r < TRIALS; r++) if (rng.uniform() < probability(runLength)) successes++;
    return { runLength, cost: cost(runLength), successes, trials: TRIALS };
  });
}

interface Coverage {
  readonly held: number;
  readonly bias: number;
  readonly rawBias: number;
}

function coverage(probability: (length: number) => number, cost: (length: number) => number): Coverage {
  const truth = Math.min(...LENGTHS.map((length) => timeToSolution(cost(length), probability(length))));
  let [held, bias, rawBias] = [0, 0, 0];
  for (let c = 0; c < CASES; c++) {
    const found = optimalTimeToSolution(counted(new Rng(31, c), probability, cost), { replicates: 200, seed: c });
    if (found.low <= truth && truth <= found.high) held++;
    bias += Math.log(found.value / truth) / CASES;
    const solved = found.curve.filter(({ censored }) => !censored);
    rawBias += Math.log(Math.min(...solved.map(({ value }) => value)) / truth) / CASES;
  }
  return { held: held / CASES, bias, rawBias };
}

// success within L steps of a process without memory, 1 - exp(-L / tau): the time to solution, tau ln 100, is the same at every L
const memoryless = (length: number) => 1 - Math.exp(-length / 20);

Deno.test("optimalTimeToSolution() holds the truth in 95 % of cases where every run length is as good: no memory", () => {
  const { held, bias, rawBias } = coverage(memoryless, (length) => length);
  // 0.95 +- 2 points, and 3 sigma of a share of 300 cases; the first draws alone hold it in 30 %
  assertClose(held, 0.95, { rtol: 0, atol: 0.02 + 3 * SIGMA });
  // the smallest of five estimates is a fifth too small, what is given a twentieth
  assert(rawBias < -0.15 && Math.abs(bias) < 0.08, `${rawBias} ${bias}`);
});

Deno.test("optimalTimeToSolution() holds the truth in 95 % of cases where one run length is best", () => {
  // what a run of 6 steps takes to warm up makes 16 steps the best by far, 0.5 in place of 0.05 at 4
  const { held, bias } = coverage((length) => 1 / (1 + (12 / length) ** 2.5), (length) => length);
  assertClose(held, 0.95, { rtol: 0, atol: 0.02 + 3 * SIGMA });
  assert(Math.abs(bias) < 0.04);
});

Deno.test("optimalTimeToSolution() errs on the safe side where two run lengths are nearly as good", () => {
  // 3 steps of preparation: the optimum lies between 4 and 8, which differ by 2 %
  const { held } = coverage((length) => 0.6 * (1 - Math.exp(-length / 6)), (length) => length + 3);
  assert(held > 0.95 - 3 * SIGMA && held < 0.99, `${held}`);
});

Deno.test("optimalTimeToSolution() of one run length is estimateTimeToSolution()", () => {
  const found = optimalTimeToSolution([{ runLength: 5, cost: 3, successes: 300, trials: 1000 }], { replicates: 4000 });
  const { valueMs, lowMs, highMs } = estimateTimeToSolution(3, 300, 1000);
  assertClose(found.value, valueMs, CLOSE);
  // an end of 4,000 replicates: sigma of the 2.5 % quantile is 0.0025 in rank, 0.04 of the standard deviation of p, 0.2 %
  assertClose([found.low, found.high], [lowMs, highMs], { rtol: 0.01, atol: 0 });
});

Deno.test("optimalTimeToSolution() keeps an instance that no run solved as a lower bound", () => {
  const never = optimalTimeToSolution([10, 20].map((cost) => ({ runLength: cost, cost, successes: 0, trials: 500 })));
  assertEquals([never.censored, never.high], [true, Infinity]);
  // the least of the bounds of the lengths
  assertClose(never.value, estimateTimeToSolution(10, 0, 500).valueMs, CLOSE);
  assertStringIncludes(never.warning ?? "", "lower bound");
  // one success at one length is an estimate, and the bound of the other length is no optimum
  const once = optimalTimeToSolution([
    { runLength: 1, cost: 1, successes: 0, trials: 10 },
    { runLength: 2, cost: 100, successes: 1, trials: 10 },
  ]);
  assertEquals([once.censored, once.runLength], [false, 2]);
});

Deno.test("optimalTimeToSolution() warns where the best run length is at an end of those tried", () => {
  const row = (...successes: number[]) =>
    successes.map((count, t) => ({ runLength: 2 ** t, cost: 2 ** t, successes: count, trials: 1000 }));
  const long = optimalTimeToSolution(row(1, 100, 900));
  assertEquals([long.atEnd, long.runLength], ["longest", 4]);
  assertStringIncludes(long.warning ?? "", "4, is the longest tried: the optimum may be lower; try longer");
  assertStringIncludes(optimalTimeToSolution(row(900, 901, 902)).warning ?? "", "the shortest tried");
  assertStringIncludes(optimalTimeToSolution(row(900)).warning ?? "", "only runs of length 1");
  const inside = optimalTimeToSolution(row(1, 900, 950));
  assertEquals([inside.atEnd, inside.warning], [null, null]);
});

Deno.test("optimalTimeToSolution() in another unit is scaled, replicate by replicate, whatever the order of lengths", () => {
  const row = counted(new Rng(5, 0), memoryless, (length) => length);
  const a = optimalTimeToSolution(row, { seed: 3, replicates: 50 });
  const b = optimalTimeToSolution(row.toReversed().map((entry) => ({ ...entry, cost: 7 * entry.cost })), {
    seed: 3,
    replicates: 50,
  });
  assertClose(b.replicates, a.replicates.map((value) => 7 * value), CLOSE);
  assertClose(b.value, 7 * a.value, CLOSE);
});

Deno.test("optimalTimeToSolution() refuses what cannot be counted", () => {
  const entry = { runLength: 1, cost: 1, successes: 1, trials: 2 };
  assertThrows(() => optimalTimeToSolution([]), RangeError, "got none");
  assertThrows(() => optimalTimeToSolution([entry, entry]), RangeError, "the run length 1 twice; add up");
  assertThrows(() => optimalTimeToSolution([{ ...entry, cost: 0 }]), RangeError, "cost must be a positive number");
  assertThrows(() => optimalTimeToSolution([{ ...entry, successes: 3 }]), RangeError, "to the 2 trials, got 3");
  assertThrows(() => optimalTimeToSolution([entry], { level: 1 }), RangeError, "the level");
  assertThrows(() => optimalTimeToSolution([entry], { replicates: 1 }), RangeError, "replicates");
});
