import { assert, assertEquals, assertThrows } from "@std/assert";
import { allStates, assertClose, modelCouplingTwin, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import {
  denseCouplings,
  energy,
  isingModel,
  type Model,
  quantiseModel,
  scaleModel,
  scaleToRange,
  sparseCouplings,
} from "./mod.ts";

const N = 6;

function coefficients(model: Model): { couplings: number[]; linear: number[] } {
  const couplings: number[] = [];
  for (let i = 0; i < model.n; i++) {
    for (let j = 0; j < i; j++) couplings.push(modelCouplingTwin(model.couplings, i, j));
  }
  return { couplings, linear: [...model.linear] };
}

Deno.test("scaleModel() multiplies every energy, without rounding by a power of two, in every form", () => {
  for (const { name, model } of exampleModels(N, 31, "normal")) {
    for (const [factor, rtol] of [[0.25, 0], [64, 0], [0.3, 1e-13]]) {
      const scaled = scaleModel(model, factor);
      assertEquals(scaled.couplings.form, model.couplings.form, name);
      for (const state of allStates(N, model.vartype)) {
        assertClose(energy(scaled, state), factor * energy(model, state), { rtol, atol: rtol });
      }
    }
  }
});

Deno.test("scaleToRange() fills the ranges and leaves none, by the factor it reports", () => {
  for (const { name, model } of exampleModels(N, 32, "normal")) {
    for (
      const options of [{}, { couplings: [-2, 1] as const }, { couplings: [-1, 1] as const, linear: [-4, 3] as const }]
    ) {
      const [low, high] = options.couplings ?? [-1, 1];
      const [lowLinear, highLinear] = options.linear ?? [low, high];
      for (const powerOfTwo of [true, false]) {
        const { model: scaled, factor } = scaleToRange(model, { ...options, powerOfTwo });
        const { couplings, linear } = coefficients(scaled);
        const filled = Math.max(
          ...couplings.map((value) => value / (value > 0 ? high : low)),
          ...linear.map((value) => value / (value > 0 ? highLinear : lowLinear)),
        );
        assert(filled <= 1 + 1e-12, `${name}: ${filled} of the range`);
        assert(filled > (powerOfTwo ? 0.5 : 1 - 1e-12), `${name}: only ${filled} of the range`);
        if (powerOfTwo) assert(Number.isInteger(Math.log2(factor)));
        assertClose(scaled.offset, factor * model.offset, { rtol: 1e-15, atol: 0 });
      }
    }
  }
  const exact = isingModel({ couplings: sparseCouplings(2, [[0, 1, -4]]) });
  assertEquals(scaleToRange(exact, { couplings: [-8, 1] }).factor, 2, "a power of two is taken whole");
  assertEquals(scaleToRange(isingModel({ couplings: sparseCouplings(2, []), offset: 3 })).factor, 1);
});

Deno.test("scaling refuses factors and ranges that are none", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1e-300]]), linear: [1e10, 0] });
  for (const factor of [0, -1, NaN, Infinity]) assertThrows(() => scaleModel(model, factor), RangeError, "positive");
  assertThrows(() => scaleModel(model, 1e-100), RangeError, "becomes 0");
  assertThrows(() => scaleModel(model, 1e300), RangeError, "becomes Infinity");
  assertThrows(() => scaleToRange(model, { couplings: [0, 1] }), RangeError, "a negative and a positive");
  assertThrows(() => scaleToRange(model, { linear: [-1, Infinity] }), RangeError, "linear is");
});

Deno.test("quantiseModel() makes whole coefficients whose energies are off by no more than it says, and by that much", () => {
  for (const { name, model } of exampleModels(N, 33, "normal")) {
    for (const options of [{ bits: 2 }, { bits: 5 }, { bits: 20 }, { step: 0.3 }]) {
      const { model: whole, step, energyError } = quantiseModel(model, options);
      const { couplings, linear } = coefficients(whole);
      const all = [...couplings, ...linear];
      assert(all.every(Number.isInteger), name);
      if (options.bits !== undefined) {
        assertEquals(Math.max(...all.map(Math.abs)), 2 ** (options.bits - 1) - 1, "the range is filled");
      }
      let worst = 0;
      for (const state of allStates(N, model.vartype)) {
        worst = Math.max(worst, Math.abs(step * energy(whole, state) - modelEnergyTwin(model, state)));
      }
      assert(worst <= energyError + 1e-12, `${name}: ${worst} is above ${energyError}`);
      assert(worst > energyError / 6, `${name}: the bound ${energyError} is far from ${worst}`);
    }
  }
});

Deno.test("quantiseModel() bounds the energies of fields alone by what one state reaches", () => {
  const model = isingModel({ couplings: sparseCouplings(3, []), linear: [0.5, 1.25, -2.375] });
  const { model: whole, step, energyError } = quantiseModel(model, { step: 1 });
  const errors = [...allStates(3, "ising")].map((state) =>
    Math.abs(step * energy(whole, state) - energy(model, state))
  );
  assertEquals([Math.max(...errors), energyError], [1.125, 1.125]);
});

Deno.test("quantiseModel() rounds nothing that is whole already", () => {
  for (const { name, model } of exampleModels(N, 34, "integer")) {
    if (model.couplings.form === "factored") continue;
    const { model: whole, step, energyError } = quantiseModel(model, { bits: 8 });
    assertEquals([step, energyError, whole], [1, 0, model], name);
  }
});

Deno.test("quantiseModel() leaves out couplings that round to zero, and refuses widths and steps that are none", () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, 0.1]]) });
  const { couplings } = quantiseModel(model, { step: 1 }).model;
  assertEquals(couplings.form === "sparse" ? [...couplings.columns] : [], [1, 0]);
  for (const bits of [1, 54, 2.5, NaN]) assertThrows(() => quantiseModel(model, { bits }), RangeError, "from 2 to 53");
  for (const step of [0, -1, NaN]) assertThrows(() => quantiseModel(model, { step }), RangeError, "positive");
  assertThrows(() => quantiseModel(model, { step: 1e-20 }), RangeError, "larger step");
  assertThrows(() => quantiseModel(model, {}), TypeError, "expected bits, a step, or both");
  assertThrows(() => quantiseModel(model, { bits: 1, step: 1 }), RangeError, "from 2 to 53");
  const odd = "up" as "nearest";
  assertThrows(() => quantiseModel(model, { step: 1, rounding: odd }), TypeError, "expected nearest, truncate");
});

Deno.test("quantiseModel() rounds a coefficient and its negative alike", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -0.5]]), linear: [0.5, -2.5] });
  const { couplings, linear } = quantiseModel(model, { step: 1 }).model;
  assertEquals([couplings.form === "sparse" && couplings.values[0], ...linear], [-1, 1, -3]);
  const cut = quantiseModel(model, { step: 1, rounding: "truncate" });
  assertEquals([cut.model.couplings, [...cut.model.linear], cut.energyError], [sparseCouplings(2, []), [0, -2], 1.5]);
});

Deno.test("quantiseModel() with bits and a step clips what lies outside, and counts it in the bound", () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 9], [1, 2, -2]]), linear: [-5, 3, 0] });
  const { model: whole, step, energyError } = quantiseModel(model, { bits: 3, step: 1 });
  assertEquals(
    coefficients(whole),
    coefficients(isingModel({
      couplings: sparseCouplings(3, [[0, 1, 3], [1, 2, -2]]),
      linear: [-3, 3, 0],
    })),
  );
  assertEquals([step, energyError], [1, 6 + 2]);
});

Deno.test("quantiseModel() rounds stochastically without bias, the same for the same seed, both entries of a pair alike", () => {
  const [J, h] = [0.3, -1.25];
  const model = isingModel({ couplings: denseCouplings([[0, J], [J, 0]]), linear: [h, 2] });
  const sums = [0, 0];
  const rounds = 4000;
  for (let seed = 0; seed < rounds; seed++) {
    const { couplings, linear } = quantiseModel(model, { step: 1, rounding: "stochastic", seed }).model;
    if (couplings.form !== "dense") throw new Error("expected dense couplings");
    assertEquals(couplings.values[1], couplings.values[2]);
    assertEquals(linear[1], 2, "what is whole stays");
    sums[0] += couplings.values[1];
    sums[1] += linear[0];
  }
  // a coin of probability p: 4 sigma = 4 sqrt(p (1 - p) / rounds) < 0.029
  assert(Math.abs(sums[0] / rounds - J) < 0.029, `${sums[0] / rounds}`);
  assert(Math.abs(sums[1] / rounds - h) < 0.029, `${sums[1] / rounds}`);
  const draw = (seed: number) => quantiseModel(model, { step: 1, rounding: "stochastic", seed }).model;
  assertEquals(draw(5), draw(5));
});
