import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { type CostedTrials, timeToSolution, timeToSolutionQuantiles } from "./mod.ts";

const QUANTILES = [0.5, 0.8, 0.95];
// quantiles of the standard normal distribution
const Z = [0, 0.8416212335729143, 1.6448536269514722];

interface Setting {
  readonly cases: number;
  readonly instances: number;
  readonly trials: number;
  readonly lengths: readonly number[];
  /** ln tau is normal with this standard deviation about ln of the median. */
  readonly spread: number;
  readonly median: number;
}

/** Shares of cases in which the intervals of the quantiles held the truth: processes without memory, p = 1 - exp(-L / tau). */
function heldShares({ cases, instances, trials, lengths, spread, median }: Setting) {
  const held = QUANTILES.map(() => 0);
  let unsolved = 0;
  let unbounded = 0;
  for (let c = 0; c < cases; c++) {
    const rng = new Rng(77, c);
    const rows = Array.from({ length: instances }, () => {
      const tau = median * Math.exp(spread * rng.normal());
      return lengths.map((runLength): CostedTrials => {
        const p = 1 - Math.exp(-runLength / tau);
        let successes = 0;
        for (let r = 0; r < trials; r++) if (rng.uniform() < p) successes++;
        return { runLength, cost: runLength, successes, trials };
      });
    });
    const found = timeToSolutionQuantiles(rows, { replicates: 50, seed: c });
    found.forEach(({ low, high }, q) => {
      // every length is as good, ln 100 tau
      const truth = Math.log(100) * median * Math.exp(spread * Z[q]);
      if (low <= truth && truth <= high) held[q]++;
      if (high === Infinity) unbounded++;
    });
    unsolved += found[0].unsolved / cases;
  }
  return { shares: held.map((count) => count / cases), unsolved, unbounded: unbounded / cases };
}

// sigma of a share of 2,000 cases at 0.95 is 0.005: with the seeds fixed, 0.93 and 0.97 are four of them away
function assertHeld(shares: readonly number[], slack = 0): void {
  for (const share of shares) assert(share >= 0.93 - slack && share <= 0.97 + slack, `held in ${shares}`);
}

const PLAIN: Setting = { cases: 2000, instances: 20, trials: 200, lengths: [4], spread: 0.5, median: 20 };

Deno.test("timeToSolutionQuantiles() holds the true quantiles of 20 instances in 93 to 97 % of cases", () => {
  const { shares, unbounded } = heldShares(PLAIN);
  assertHeld(shares);
  // no 20 instances know the upper end of the 0.95 quantile
  assert(unbounded >= 1 && unbounded < 1.05, `${unbounded}`);
});

Deno.test("timeToSolutionQuantiles() holds the true quantiles in 93 to 97 % of cases where noise is as wide as the spread", () => {
  // 200 runs at p = 0.18 have an error of ln cost of 0.15, 50 runs one of 0.3; sigma of a share of 1,000 is 0.007
  for (const trials of [200, 50]) assertHeld(heldShares({ ...PLAIN, cases: 1000, spread: 0.2, trials }).shares, 0.007);
});

Deno.test("timeToSolutionQuantiles() holds the true quantiles in 93 to 97 % of cases where the best of three lengths is chosen", () => {
  // where every length is as good: the worst case for a minimum over lengths; sigma of a share of 1,000 is 0.007
  assertHeld(heldShares({ ...PLAIN, cases: 1000, lengths: [1, 4, 16] }).shares, 0.005);
});

Deno.test("timeToSolutionQuantiles() holds the true quantiles in 93 to 97 % of cases where noise hides which of five lengths is best", () => {
  const lengths = [1, 2, 4, 8, 16];
  // sigma of a share of 1,000 is 0.007
  assertHeld(heldShares({ ...PLAIN, cases: 1000, lengths, spread: 0.2 }).shares, 0.007);
});

Deno.test("timeToSolutionQuantiles() holds the true quantiles in 93 to 97 % of cases with two successes at the longest of tied lengths", () => {
  const { shares } = heldShares({ ...PLAIN, cases: 1000, lengths: [1, 2, 4, 8, 16], median: 1600 });
  // an interval that rests on lucky lengths holds the median in a third of the cases; sigma of a share of 1,000 is 0.007
  assertHeld(shares, 0.007);
});

Deno.test("timeToSolutionQuantiles() holds the true quantiles where instances were not solved, and errs on the safe side", () => {
  const few = { ...PLAIN, cases: 1000, spread: 1, median: 400 };
  const { shares, unsolved } = heldShares({ ...few, trials: 1000 });
  assert(unsolved > 0.2, `${unsolved}`);
  // sigma of a share of 1,000 is 0.007
  assertHeld(shares, 0.007);
  // a fifth of them: the median still has both ends, the others have none above, and are held in 97.5 %
  const many = heldShares(few);
  assert(many.unsolved > 3.5, `${many.unsolved}`);
  assertHeld(many.shares.slice(0, 1), 0.007);
  for (const share of many.shares.slice(1)) assert(share >= 0.93 && share <= 0.99, `${many.shares}`);
});

Deno.test("timeToSolutionQuantiles() gives the 0.95 quantile of 100 instances both ends, and holds it in 93 to 97 % of cases", () => {
  const { shares, unbounded } = heldShares({ ...PLAIN, cases: 300, instances: 100, trials: 500 });
  assert(unbounded < 0.05, `${unbounded}`);
  // sigma of a share of 300 is 0.013
  assertHeld(shares, 0.013);
});

Deno.test("timeToSolutionQuantiles() counts what no run solved as slowest, and gives no end that few instances cannot know", () => {
  const row = (successes: number, cost = 1) => [{ runLength: 1, cost, successes, trials: 1000 }];
  const [median, most] = timeToSolutionQuantiles([500, 500, 500, 0, 0].map((s) => row(s)), { quantiles: [0.5, 0.8] });
  assertClose(median.value, timeToSolution(1, 0.5), { rtol: 1e-12, atol: 0 });
  assertEquals([median.censored, median.unsolved, median.instances], [false, 2, 5]);
  assertEquals([most.censored, most.high], [true, Infinity]);
  // 0.5^5 is more than 0.025, 0.5^6 is not
  assertEquals([median.low, median.high], [0, Infinity]);
  const [six] = timeToSolutionQuantiles(Array.from({ length: 6 }, (_, i) => row(500, 1 + i)), { quantiles: [0.5] });
  assert(six.low > 0 && six.high < Infinity && six.low < six.value && six.value < six.high);
  const seventeen = Array.from({ length: 17 }, (_, i) => row(500, 1 + i));
  const found = timeToSolutionQuantiles(seventeen);
  assertEquals(found.map(({ high }) => high < Infinity), [true, true, false]);
  assertEquals(found.map(({ quantile }) => quantile), [0.5, 0.8, 0.95]);
});

Deno.test("timeToSolutionQuantiles() lets instances have run lengths of their own, and counts best ones at an end", () => {
  const inside = [[1, 1], [2, 900], [4, 950]].map(([runLength, successes]) => ({
    ...{ runLength, cost: runLength, successes, trials: 1000 },
  }));
  const other = [{ runLength: 3, cost: 3, successes: 10, trials: 1000 }];
  const [median] = timeToSolutionQuantiles([inside, other, inside], { quantiles: [0.5] });
  assertClose(median.value, timeToSolution(2, 0.9), { rtol: 1e-12, atol: 0 });
  assertEquals(median.atEnd, 1);
});

Deno.test("timeToSolutionQuantiles() refuses no instances, and quantiles that are none", () => {
  assertThrows(() => timeToSolutionQuantiles([]), RangeError, "got none");
  assertThrows(() => timeToSolutionQuantiles([[]]), RangeError, "got none for instance 0");
  const row = [{ runLength: 1, cost: 1, successes: 1, trials: 2 }];
  assertThrows(() => timeToSolutionQuantiles([row], { quantiles: [1] }), RangeError, "a quantile must lie");
});
