import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { allStates, assertClose, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { energy, isingModel, sparseCouplings, spinReversal } from "./mod.ts";

const N = 5;

Deno.test("spinReversal() keeps the energy of every state that undo() gives, in every form, for every choice of spins", () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(N, 21, kind)) {
      const tolerance = kind === "integer" ? { rtol: 0, atol: 0 } : { rtol: 1e-12, atol: 1e-12 };
      for (const flips of allStates(N, "qubo")) {
        const reversed = spinReversal(model, { flips });
        assertEquals([...reversed.flips], [...flips]);
        for (const state of allStates(N, model.vartype)) {
          const original = reversed.undo(state);
          original.forEach((value, i) => assertEquals(value !== state[i], flips[i] === 1, name));
          assertEquals(reversed.undo(original), state, "twice is nothing");
          assertClose(energy(reversed.model, state), modelEnergyTwin(model, original), tolerance);
        }
      }
    }
  }
});

Deno.test("spinReversal() turns the same spins for one seed, others for another, about half of them", () => {
  const model = isingModel({ couplings: sparseCouplings(10_000, []) });
  const flips = spinReversal(model, { seed: 7 }).flips;
  assertEquals(spinReversal(model, { seed: 7 }).flips, flips);
  assertNotEquals(spinReversal(model, { seed: 8 }).flips, flips);
  // binomial, p = 1/2: 5000 +- 4 sigma of 50
  assertClose(flips.reduce((sum, flip) => sum + flip, 0), 5000, { rtol: 0, atol: 200 });
});

Deno.test("spinReversal() takes either a seed or flips", () => {
  const model = isingModel({ couplings: sparseCouplings(2, []) });
  assertThrows(() => spinReversal(model, {}), TypeError, "either a seed or flips");
  assertThrows(() => spinReversal(model, { seed: 1, flips: [0, 1] }), TypeError, "either a seed or flips");
  assertThrows(() => spinReversal(model, { flips: [1] }), TypeError, "1 flips for 2 variables");
  assertThrows(() => spinReversal(model, { seed: -1 }), RangeError, "seed");
  assertThrows(() => spinReversal(model, { seed: 1 }).undo([1]), TypeError, "whole number of states");
});
