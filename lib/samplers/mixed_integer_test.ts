import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { denseCouplings, isingModel, quboFromIsing, type QuboModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose, bruteForceMinimum, modelEnergyTwin, samplerConformance } from "../testing/mod.ts";
import { draw, exampleModels, randomCouplingMatrix } from "../testing/_example_models.ts";
import { linearised, type LinearProgram } from "./_linearised.ts";
import { mixedInteger } from "./mod.ts";

for (const { name, run } of samplerConformance(mixedInteger)) Deno.test(`mixedInteger() ${name}`, run);

function programOf(qubo: QuboModel, symmetric: boolean): LinearProgram {
  const work = linearised(qubo, symmetric);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const SLOW = isingModel({ couplings: denseCouplings(randomCouplingMatrix(60, new Rng(3), "normal")) });

Deno.test("mixedInteger() proves the minimum that enumeration finds", async () => {
  for (const { name, model } of exampleModels(11, 71, "integer")) {
    const { energies, counts, story } = await mixedInteger({ startRounds: 0 }).sample(model, { seed: 1, numReads: 7 });
    const expected = bruteForceMinimum(model).energy;
    assertClose(energies, [expected], { rtol: 1e-12, atol: 1e-12 });
    assertEquals([story.findings.proven, story.findings.gap, counts[0]], [true, 0, 7], name);
  }
});

Deno.test("mixedInteger() fixes a bit of a model without fields, and still finds its minimum", async () => {
  for (let seed = 0; seed < 4; seed++) {
    const model = isingModel({
      couplings: denseCouplings(randomCouplingMatrix(10, new Rng(seed), "integer")),
      offset: 1,
    });
    const { energies, story } = await mixedInteger({ startRounds: seed % 2 }).sample(model, { seed });
    assertEquals([energies[0], story.findings.proven], [bruteForceMinimum(model).energy, true]);
    assertEquals(programOf(quboFromIsing(model), true).upper.indexOf(0) >= 0, true);
  }
});

Deno.test("mixedInteger() proves a minimum within a limit longer than a timer can be set to", async () => {
  const { model } = exampleModels(11, 72, "integer")[0];
  const { story } = await mixedInteger({ startRounds: 0 }).sample(model, { seed: 1, timeLimitMs: 2 ** 40 });
  assertEquals([story.findings.proven, story.ending], [true, "completed"]);
});

Deno.test("mixedInteger() proves a sparse model of 60 variables, whose parts are known", async () => {
  // ten separate problems of six bits: the minimum is the sum of theirs
  const rng = new Rng(5);
  const pairs: [number, number, number][] = [];
  const linear = Array.from({ length: 60 }, () => draw(rng, "normal"));
  let expected = 0;
  for (let part = 0; part < 10; part++) {
    const own: [number, number, number][] = [];
    for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) own.push([i, j, draw(rng, "normal")]);
    pairs.push(...own.map(([i, j, c]): [number, number, number] => [6 * part + i, 6 * part + j, c]));
    const model = quboModel({ couplings: sparseCouplings(6, own), linear: linear.slice(6 * part, 6 * part + 6) });
    expected += bruteForceMinimum(model).energy;
  }
  const model = quboModel({ couplings: sparseCouplings(60, pairs), linear, offset: 4 });
  const { energies, story } = await mixedInteger({ startRounds: 0 }).sample(model, { seed: 1 });
  assertClose(energies, [expected + 4], { rtol: 1e-12, atol: 0 });
  assertEquals(story.findings.proven, true);
});

Deno.test("linearised() has the energies of the QUBO as costs, for every state", () => {
  for (const { name, model } of exampleModels(6, 72, "normal")) {
    const qubo = model.vartype === "qubo" ? model : quboFromIsing(model);
    const { costs, pairs, scale, rowPtr, columns, coefficients, limits } = programOf(qubo, false);
    const largest = Math.max(...costs.map(Math.abs));
    assert(largest > 512 && largest <= 1024, `${name}: ${largest}`);
    for (const state of allStates(6, "qubo")) {
      const values = [...state];
      for (let p = 0; p < pairs.length / 2; p++) values.push(state[pairs[2 * p]] * state[pairs[2 * p + 1]]);
      const cost = values.reduce((sum, value, c) => sum + value * costs[c], 0);
      assertClose(cost / scale + qubo.offset, modelEnergyTwin(qubo, state), { rtol: 1e-12, atol: 1e-12 });
      limits.forEach((limit, r) => {
        let sum = 0;
        for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) sum += coefficients[k] * values[columns[k]];
        assert(sum <= limit, `${name}: row ${r} cuts off a state`);
      });
    }
  }
});

Deno.test("linearised() lets no product pay more than it is worth", () => {
  // of two bits and their product: the cheapest y for every x is the product, whatever the sign
  for (const coefficient of [3, -3]) {
    const qubo = quboModel({ couplings: sparseCouplings(2, [[0, 1, coefficient]]) });
    const { rowPtr, columns, coefficients, limits } = programOf(qubo, false);
    for (const [a, b] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
      const allowed = [0, 0.25, 0.5, 0.75, 1].filter((y) =>
        Array.from(limits).every((limit, r) => {
          let sum = 0;
          for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) sum += coefficients[k] * [a, b, y][columns[k]];
          return sum <= limit;
        })
      );
      assertEquals(coefficient > 0 ? Math.min(...allowed) : Math.max(...allowed), a * b);
    }
  }
});

Deno.test("mixedInteger() returns its best state and a bound below it when it is aborted inside the solver", async () => {
  const controller = new AbortController();
  let ticks = 0;
  const timer = setInterval(() => ++ticks === 30 && controller.abort(), 10);
  const { energies, story } = await mixedInteger().sample(SLOW, { seed: 1, signal: controller.signal });
  clearInterval(timer);
  assertEquals([story.ending, story.findings.proven, story.completedReads], ["interrupted", false, 0]);
  assert(energies[0] < 0 && ticks >= 30);
  if ("bound" in story.findings) assert(Number(story.findings.bound) <= energies[0]);
});

Deno.test("mixedInteger() works on after a call whose thread was ended", async () => {
  const cut = await mixedInteger().sample(SLOW, { seed: 1, timeLimitMs: 200 });
  assertEquals(cut.ending, "timed-out");
  const { model } = exampleModels(8, 73, "integer")[0];
  const calls = [1, 2, 3].map((seed) => mixedInteger().sample(model, { seed }));
  const sets = await Promise.all(calls);
  for (const { energies } of sets) assertEquals(energies[0], bruteForceMinimum(model).energy);
});

Deno.test("mixedInteger() stops at a target that the start does not have", async () => {
  const { model } = exampleModels(14, 74, "integer")[0];
  const { energies: [optimum] } = await mixedInteger().sample(model, { seed: 1 });
  const set = await mixedInteger({ startRounds: 0 }).sample(model, { seed: 1, target: optimum });
  assertEquals([set.ending, set.energies[0]], ["target-reached", optimum]);
});

Deno.test("mixedInteger() rejects with what onProgress throws inside the solver, and works on afterwards", async () => {
  let calls = 0;
  const onProgress = () => {
    // the first call is that of the start, before the solver
    if (++calls > 1) throw new RangeError("enough");
  };
  const call = () => mixedInteger({ startRounds: 0 }).sample(SLOW, { seed: 1, timeLimitMs: 20_000, onProgress });
  await assertRejects(call, RangeError, "enough");
  assertEquals(calls, 2, "nothing is told after the call has ended");
  const { model } = exampleModels(8, 75, "integer")[0];
  const { energies } = await mixedInteger().sample(model, { seed: 1 });
  assertEquals(energies[0], bruteForceMinimum(model).energy);
});

Deno.test("mixedInteger() lets a program end that has used it", async () => {
  const script = `
    import { mixedInteger } from "${new URL("./mod.ts", import.meta.url)}";
    import { quboModel, sparseCouplings } from "${new URL("../model/mod.ts", import.meta.url)}";
    const model = quboModel({ couplings: sparseCouplings(1, []), linear: [-1] });
    console.log((await mixedInteger().sample(model)).energies[0]);
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const url = `data:application/typescript,${encodeURIComponent(script)}`;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", "-c", config, url] });
  const { stdout, code } = await command.output();
  assertEquals([new TextDecoder().decode(stdout).trim(), code], ["-1", 0]);
});

Deno.test("mixedInteger() refuses options out of range, and models with too many couplings", async () => {
  assertThrows(() => mixedInteger({ startRounds: -1 }), RangeError, "startRounds");
  const misspelt: Record<string, number> = { rounds: 3 };
  assertThrows(() => mixedInteger(misspelt), TypeError, "there is no option rounds");
  const large = isingModel({ couplings: denseCouplings(new Float64Array(700 * 700).map((_, k) => k % 701 ? 1 : 0)) });
  await assertRejects(() => mixedInteger().sample(large), RangeError, "more than 200000 couplings");
});
