import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { energy, fixVariables, isingModel, sparseCouplings } from "./mod.ts";

const N = 6;

Deno.test("fixVariables() keeps the energy of every state it stands for, in every form, for every set of fixed variables", () => {
  const rng = new Rng(4);
  for (const kind of ["integer", "normal"] as const) {
    const tolerance = kind === "integer" ? { rtol: 0, atol: 0 } : { rtol: 1e-12, atol: 1e-12 };
    for (const { name, model } of exampleModels(N, 11, kind)) {
      const down = model.vartype === "ising" ? -1 : 0;
      for (let subset = 0; subset < 2 ** N; subset++) {
        const values = new Map<number, number>();
        // in falling order: the order of the map must not matter
        for (let i = N - 1; i >= 0; i--) if ((subset >> i) & 1) values.set(i, rng.integer(2) === 1 ? 1 : down);
        const { model: reduced, indices, lift } = fixVariables(model, values);
        assertEquals([reduced.n, reduced.couplings.form], [N - values.size, model.couplings.form], name);
        assertEquals([...indices], [0, 1, 2, 3, 4, 5].filter((i) => !values.has(i)));
        for (const state of allStates(reduced.n, model.vartype)) {
          const whole = lift(state);
          assertEquals(whole.length, N);
          for (const [i, value] of values) assertEquals(whole[i], value);
          assertClose(energy(reduced, state), modelEnergyTwin(model, whole), tolerance);
        }
      }
    }
  }
});

Deno.test("fixVariables().lift() takes rows of states", () => {
  const { lift } = fixVariables(isingModel({ couplings: sparseCouplings(3, [[0, 1, 1]]) }), new Map([[1, -1]]));
  assertEquals([...lift([1, 1, -1, 1])], [1, -1, 1, -1, -1, 1]);
  assertThrows(() => lift([1, 1, -1]), TypeError, "whole number of states of 2 variables");
});

Deno.test("fixVariables() refuses what is no variable and no value", () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1]]) });
  assertThrows(() => fixVariables(model, new Map([[3, 1]])), RangeError, "from 0 to 2");
  assertThrows(() => fixVariables(model, new Map([[0.5, 1]])), RangeError, "from 0 to 2");
  assertThrows(() => fixVariables(model, new Map([[0, 0]])), RangeError, "expected -1 or 1");
  assert(Object.isFrozen(fixVariables(model, new Map()).model));
});
