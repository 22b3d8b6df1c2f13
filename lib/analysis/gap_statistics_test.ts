import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { meanAbove, normalAbove } from "./_normal_tail.ts";
import { tobitFit } from "./_tobit.ts";
import { gapExponent, type GapTime, spearman, spearmanInterval } from "./mod.ts";

const CASES = 100;
const SIGMA = Math.sqrt(0.95 * 0.05 / CASES);

/** Instances of ln time = -k ln gap + Z, ln gap normal; times above `bound` are known to be above it, no more. */
function instances(rng: Rng, count: number, k: number, bound = Infinity): GapTime[] {
  return Array.from({ length: count }, () => {
    const x = rng.normal();
    const y = -k * x + rng.normal();
    return { gap: Math.exp(x), value: Math.exp(Math.min(y, bound)), censored: y > bound };
  });
}

Deno.test("spearman() is the correlation of ranks, with shared ranks for equal values", () => {
  // no ties: 1 - 6 sum d^2 / (n (n^2 - 1)), here d = 1, -1, 1, -1, 0
  assertClose(spearman([10, 20, 30, 40, 50], [2, 1, 4, 3, 5]), 1 - 6 * 4 / 120, { rtol: 1e-14, atol: 0 });
  // ranks 0, 1, 2, 3 and 0, 1.5, 1.5, 3: 4.5 / sqrt(5 4.5)
  assertClose(spearman([1, 2, 3, 4], [1, 7, 7, Infinity]), 4.5 / Math.sqrt(5 * 4.5), { rtol: 1e-14, atol: 0 });
  assertEquals(spearman([1, 2, 3], [5, 5, 5]), 0);
  assertThrows(() => spearman([1, 2], [1]), TypeError, "x has 2 values and y has 1");
  assertThrows(() => spearman([1, 2], [1, NaN]), RangeError, "y[1] is NaN");
});

Deno.test("spearmanInterval() and gapExponent() hold the truth in 95 % of cases, with and without unsolved instances", () => {
  const k = 1;
  // of two normal variables with correlation r: rho = 6 / pi asin(r / 2); here r = -k / sqrt(1 + k^2)
  const rho = 6 / Math.PI * Math.asin(-k / Math.sqrt(1 + k * k) / 2);
  for (const bound of [Infinity, 0.6745 * Math.SQRT2]) {
    let [rhoHeld, kHeld, unsolved, bias] = [0, 0, 0, 0];
    for (let c = 0; c < CASES; c++) {
      const points = instances(new Rng(23, c), 20, k, bound);
      const options = { replicates: 100, seed: c };
      const exponent = gapExponent(points, options);
      const correlation = spearmanInterval(points, options);
      if (exponent.low <= k && k <= exponent.high) kHeld++;
      if (correlation.low <= rho && rho <= correlation.high) rhoHeld++;
      unsolved += exponent.censored / CASES;
      bias += (exponent.k - k) / CASES;
    }
    // 2 points for the method, 3 sigma of the share; a fit to the bounds as if they were values holds k in 73 %
    assertClose(rhoHeld / CASES, 0.95, { rtol: 0, atol: 0.02 + 3 * SIGMA });
    assertClose(kHeld / CASES, 0.95, { rtol: 0, atol: 0.02 + 3 * SIGMA });
    // a quarter of 20; sigma of the mean 0.2
    assertClose(unsolved, bound === Infinity ? 0 : 5, { rtol: 0, atol: 0.8 });
    // sigma of k is about 1 / sqrt(20), of its mean 0.023
    assertClose(bias, 0, { rtol: 0, atol: 0.08 });
  }
});

Deno.test("spearmanInterval() tells what the ranks say if all unsolved instances share the slowest", () => {
  const points = [5, 4, 3, 2, 1, 0.5].map((gap, i) => ({ gap, value: 2 ** Math.min(i, 4), censored: i >= 4 }));
  const { tiedAtTop, rho, censored, instances } = spearmanInterval(points, { replicates: 50 });
  assertClose(tiedAtTop, spearman(points.map(({ gap }) => gap), [0, 1, 2, 3, 9, 9]), { rtol: 1e-14, atol: 0 });
  assertEquals([censored, instances], [2, 6]);
  // drawn, they come in either order; one place apart costs 2 / 35
  assert(rho <= -1 + 2 / 35 + 1e-12 && rho >= -1, `${rho}`);
});

Deno.test("tobitFit() finds the line that made the points, and without bounds is least squares", () => {
  const rng = new Rng(4, 0);
  const points = instances(rng, 20_000, 1.5, 0.5);
  const x = points.map(({ gap }) => Math.log(gap));
  const y = points.map(({ value }) => Math.log(value));
  const ones = new Float64Array(points.length).fill(1);
  const fit = tobitFit(x, y, points.map(({ censored }) => censored), ones);
  // sigma of each is below 0.015 at 20,000 points
  assertClose([fit.slope, fit.intercept, fit.scatter], [-1.5, 0, 1], { rtol: 0, atol: 0.05 });
  const plain = tobitFit([0, 1, 2], [1, 3, 8], [false, false, false], [1, 1, 1]);
  assertClose([plain.slope, plain.intercept], [3.5, 0.5], { rtol: 1e-12, atol: 0 });
  const doubled = tobitFit([0, 1, 2], [1, 3, 8], [false, false, false], [1, 0, 1]);
  assertClose(doubled.slope, 3.5, { rtol: 1e-12, atol: 0 });
});

Deno.test("meanAbove() and normalAbove() agree with known values of the normal tail", () => {
  // density over tail: sqrt(2 / pi) at 0; 1.5251352761609812 at 1 and 3.2830986543 at 3, from tables of the ratio of Mills
  assertClose([meanAbove(0), meanAbove(1)], [Math.sqrt(2 / Math.PI), 1.5251352761609812], { rtol: 1e-13, atol: 0 });
  assertClose(meanAbove(3), 3.2830986543, { rtol: 1e-9, atol: 0 });
  // both ways of computing it meet
  assertClose(meanAbove(2.5 - 1e-9), meanAbove(2.5 + 1e-9), { rtol: 1e-8, atol: 0 });
  for (const z of [-1, 0.3, 2]) {
    const rng = new Rng(1, 0);
    let mean = 0;
    for (let i = 0; i < 20_000; i++) {
      const draw = normalAbove(rng, z);
      assert(draw > z);
      mean += draw / 20_000;
    }
    // the scatter above z is below 1: sigma of the mean at most 0.0071
    assertClose(mean, meanAbove(z), { rtol: 0, atol: 4 * 0.0071 });
  }
});

Deno.test("gapExponent() and spearmanInterval() refuse a gap of 0 where it counts, and too few solved instances", () => {
  const points = [0, 1, 2, 3, 4].map((gap) => ({ gap, value: 1 + gap, censored: false }));
  assertThrows(() => gapExponent(points), RangeError, "the gap of instance 0 is 0");
  assertEquals(spearmanInterval(points, { replicates: 10 }).rho, 1);
  const few = points.map((point, i) => ({ ...point, censored: i > 2 }));
  assertThrows(() => spearmanInterval(few), RangeError, "3 solved of 5; measure more, or longer");
  assertThrows(() => gapExponent([{ ...points[1], gap: NaN }, ...points]), RangeError, "gap of instance 0");
  assertThrows(() => gapExponent(points, { replicates: 1 }), RangeError, "replicates");
});
