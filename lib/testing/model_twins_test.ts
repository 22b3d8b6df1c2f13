import { assertEquals, assertThrows } from "@std/assert";
import { denseCouplings, factoredCouplings, isingModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { allStates, bruteForceMinimum, modelCouplingTwin, modelEnergyTwin } from "./mod.ts";

Deno.test("modelEnergyTwin() gives energies worked out by hand, in every form", () => {
  // pairs (0,1): 2, (0,2): -1; linear 3, 0, -4; offset 5
  const parts = { linear: [3, 0, -4], offset: 5 };
  const sparse = sparseCouplings(3, [[0, 1, 2], [0, 2, -1]]);
  const dense = denseCouplings([[0, 2, -1], [2, 0, 0], [-1, 0, 0]]);
  // a_0 = 1, b_0 = 0; a_1 = 0, b_1 = 4; a_2 = 0, b_2 = -2: (a_0 b_1 + a_1 b_0) / 2 = 2, (a_0 b_2 + a_2 b_0) / 2 = -1
  const factored = factoredCouplings(3, [1, 0, 0], [0, 4, -2]);
  for (const couplings of [sparse, dense, factored]) {
    assertEquals(modelEnergyTwin(isingModel({ couplings, ...parts }), [1, -1, 1]), -2 - 1 + 3 - 4 + 5);
    assertEquals(modelEnergyTwin(quboModel({ couplings, ...parts }), [1, 1, 0]), 2 + 3 + 5);
    assertEquals([0, 1, 2].map((i) => modelCouplingTwin(couplings, i, i)), [0, 0, 0]);
  }
});

Deno.test("allStates() lists every state once", () => {
  const states = [...allStates(5, "ising")].map((state) => state.join());
  assertEquals(new Set(states).size, 32);
  assertEquals([...allStates(0, "qubo")].length, 1);
  assertThrows(() => [...allStates(21, "qubo")], RangeError, "from 0 to 20");
});

Deno.test("bruteForceMinimum() finds ground energy, state and degeneracy of a frustrated ring", () => {
  const ring = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, 1], [2, 0, 1]]), offset: 10 });
  const { energy, state, degeneracy } = bruteForceMinimum(ring);
  assertEquals([energy, degeneracy, modelEnergyTwin(ring, state)], [9, 6, 9]);
});
