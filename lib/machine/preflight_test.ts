import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  denseCouplings,
  energy,
  isingModel,
  type Model,
  quantiseModel,
  quboModel,
  sparseCouplings,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { preflight } from "./preflight.ts";

function random(vartype: "ising" | "qubo", n: number, seed: number, field = 1): Model {
  const rng = new Rng(seed, 0);
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) J[i * n + j] = J[j * n + i] = rng.normal();
  const parts = {
    couplings: denseCouplings(J),
    linear: Array.from({ length: n }, () => field * rng.normal()),
    offset: 3,
  };
  return vartype === "ising" ? isingModel(parts) : quboModel(parts);
}

function* states({ n, vartype }: Model) {
  const low = vartype === "ising" ? -1 : 0;
  for (let bits = 0; bits < 2 ** n; bits++) yield Int8Array.from({ length: n }, (_, i) => (bits >> i) & 1 ? 1 : low);
}

Deno.test("preflight() loses what brute force over all states says, at every number of bits", async () => {
  for (const vartype of ["ising", "qubo"] as const) {
    const model = random(vartype, 7, 3, 4);
    const report = await preflight(model, { bits: 4, curve: [2, 3, 4, 6] });
    const all = [...states(model)];
    const values = all.map((state) => energy(model, state));
    const [best, mean] = [Math.min(...values), values.reduce((a, b) => a + b) / values.length];
    assertClose([report.optimum.energy, report.meanEnergy], [best, mean], { rtol: 1e-12, atol: 1e-12 });
    for (const { bits, loss, optimumSurvives } of report.curve) {
      const whole = quantiseModel(model, { bits }).model;
      const rounded = all.map((state) => energy(whole, state));
      const least = Math.min(...rounded);
      const lost = values.filter((_, k) => rounded[k] <= least + 1e-9).map((value) =>
        100 * (value - best) / (mean - best)
      );
      assertClose([loss], [lost.reduce((a, b) => a + b) / lost.length], { rtol: 1e-9, atol: 1e-9 });
      assertEquals(optimumSurvives, rounded[values.indexOf(best)] <= least + 1e-9);
    }
    assertEquals(report.loss, report.curve.find(({ bits }) => bits === 4)?.loss);
    assert(report.curve[0].loss > 0, "two bits lose something");
  }
});

Deno.test("preflight() counts what survives, and the bits that everything needs", async () => {
  const model = isingModel({
    couplings: sparseCouplings(4, [[0, 1, 8], [1, 2, 1], [2, 3, 0.5]]),
    linear: [0, 16, 0, 0],
  });
  const { couplings, linear, range, step, truncated } = await preflight(model, { bits: 4 });
  assertEquals(step, 16 / 7);
  assertEquals([couplings.before, couplings.after], [3, 1]);
  assertClose([couplings.weightShare], [8 / 9.5], { rtol: 1e-12, atol: 0 });
  assertEquals([linear.before, linear.after], [1, 1]);
  assertEquals([truncated.couplings.before, truncated.couplings.after], [3, 1]);
  assertEquals([range.largest, range.largestCoupling, range.smallestCoupling], [16, 8, 0.5]);
  // 0.5 is rounded up from half a step on: 16 / (2^(bits - 1) - 1) <= 1
  assertEquals(range.bitsForAll, 6);
  // 8 is half a step at two bits
  assertEquals(range.bitsFor50, 2);
});

Deno.test("preflight() loses nothing where nothing is rounded", async () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, -2], [0, 2, 3]]), linear: [1, 0, -3] });
  const { loss, optimumSurvives, verdict, energyError } = await preflight(model, { bits: 3 });
  assertEquals([loss, optimumSurvives, verdict, energyError], [0, true, "safe", 0]);
});

Deno.test("preflight() throws coins where rounding leaves nothing, on the average", async () => {
  const model = isingModel({
    couplings: sparseCouplings(5, [[0, 1, 1], [1, 2, 1], [3, 4, -1]]),
    linear: [0, 0, 0, 0, 9],
  });
  const { loss, couplings, lossWithoutCouplings } = await preflight(model, { bits: 2 });
  assertEquals(couplings.after, 0);
  // -12 or, with all spins but the last free, -9 on the average
  assertClose([loss, lossWithoutCouplings], [25, 25], { rtol: 1e-9, atol: 1e-9 });
});

Deno.test("preflight() advises what its own figures prove: each loss is that of a state, and some advice helps", async () => {
  const model = random("ising", 10, 5, 30);
  const { loss, advice } = await preflight(model, { bits: 4, variables: 400 });
  const actions = advice.map(({ action }) => action);
  for (const action of ["other-form", "fix", "clip", "drop", "stochastic", "split", "decompose"]) {
    assert(actions.some((given) => given === action), action);
  }
  for (const given of advice) assert(given.loss === null || given.loss >= -1e-9, `${given.action} ${given.loss}`);
  assert(loss > 0);
  assert(Math.min(...advice.map((given) => given.loss ?? Infinity)) < loss);
  const split = advice.find(({ action }) => action === "split");
  assert(split !== undefined && split.variables <= 400 && split.variables > 10);
});

Deno.test("preflight() says how many variables splitting would take where the machine has no room", async () => {
  const model = random("ising", 6, 5, 50);
  const { advice } = await preflight(model, { bits: 3, variables: 6 });
  const split = advice.find(({ action }) => action === "split");
  assert(split?.loss === null && split.variables > 6, JSON.stringify(split));
  assert(split.how.includes("the machine has 6"));
});

Deno.test("preflight() finds the optimum of larger models, and proves it where roof duality can", async () => {
  const strong = random("ising", 30, 1, 60);
  const { optimum, range } = await preflight(strong, { bits: 8, curve: [], numReads: 4, numSweeps: 50 });
  assert(optimum.proved);
  const aligned = Int8Array.from(strong.linear, (h) => h > 0 ? -1 : 1);
  assert(optimum.energy <= energy(strong, aligned));
  assert(range.bitsForAll > 8);
});

Deno.test("preflight() gives the same report for the same seed, tells its progress, and can be stopped", async () => {
  const model = random("qubo", 24, 2);
  const options = { bits: 3, curve: [], numReads: 3, numSweeps: 20, seed: 5 };
  const seen: number[] = [];
  const first = await preflight(model, { ...options, onProgress: ({ done, total }) => seen.push(done / total) });
  assertEquals(await preflight(model, options), first);
  assertEquals(seen, [...seen].sort((a, b) => a - b));
  assert(seen.at(-1)! < 1 && seen.length > 5);
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => preflight(model, { ...options, signal }), Error, "enough");
});

Deno.test("preflight() refuses no variable, bits that are none, and unknown options", async () => {
  const model = isingModel({ couplings: sparseCouplings(1, []), linear: [1] });
  const none = isingModel({ couplings: sparseCouplings(0, []) });
  await assertRejects(() => preflight(none, { bits: 8 }), TypeError, "no variable");
  for (const bits of [1, 2.5, NaN, 54]) await assertRejects(() => preflight(model, { bits }), RangeError, "2 to 53");
  await assertRejects(() => preflight(model, { bits: 8, jobs: 0 }), RangeError, "jobs");
  const odd = { bits: 8, width: 3 };
  await assertRejects(() => preflight(model, odd), TypeError, "width");
  const { range, loss } = await preflight(model, { bits: 2 });
  assertEquals([range.bitsForAll, range.largestCoupling, loss], [2, 0, 0]);
});
