import { assertEquals, assertThrows } from "@std/assert";
import { denseCouplings, isingModel, quboModel } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { allStates, assertTensorClose, modelEnergyTwin } from "../testing/mod.ts";
import { thermalAverage } from "./mod.ts";

/** A QUBO and an Ising model with Gaussian coefficients. */
function drawn(n: number) {
  const rng = new Rng(n);
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] = rng.normal();
  const parts = { couplings: denseCouplings(values), linear: Array.from({ length: n }, () => rng.normal()), offset: 3 };
  return [quboModel(parts), isingModel(parts)];
}

Deno.test("thermalAverage() weighs every state as the definition reads", () => {
  for (const model of [1, 2, 5].flatMap(drawn)) {
    for (const beta of [0, 0.3, 2]) {
      const { weights, marginals, meanCount } = thermalAverage(model, beta);
      const states = [...allStates(model.n, model.vartype)];
      const raw = states.map((state) => Math.exp(-beta * modelEnergyTwin(model, state)));
      const Z = raw.reduce((sum, weight) => sum + weight, 0);
      const expected = raw.map((weight) => weight / Z);
      assertTensorClose(weights, expected, 1e-12);
      const up = Array.from(
        { length: model.n },
        (_, i) => expected.reduce((sum, p, state) => sum + (states[state][i] === 1 ? p : 0), 0),
      );
      assertTensorClose(marginals, up, 1e-12);
      assertTensorClose([meanCount], [up.reduce((sum, p) => sum + p, 0)], 1e-12);
    }
  }
});

Deno.test("thermalAverage() at beta Infinity shares the weight among the states of lowest energy", () => {
  const pair = isingModel({ couplings: denseCouplings([[0, -0.1], [-0.1, 0]]) });
  assertEquals([...thermalAverage(pair, Infinity).weights], [0.5, 0, 0, 0.5]);
});

Deno.test("thermalAverage() refuses what it cannot average", () => {
  const many = isingModel({ couplings: denseCouplings(new Float64Array(21 * 21)) });
  assertThrows(() => thermalAverage(many, 1), RangeError, "the model has 21 variables, expected 1 to 20");
  for (const beta of [-1, NaN]) {
    assertThrows(() => thermalAverage(drawn(2)[0], beta), RangeError, `beta must be a number from 0, got ${beta}`);
  }
});
