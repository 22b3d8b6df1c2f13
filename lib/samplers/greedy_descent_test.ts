import { assert, assertEquals } from "@std/assert";
import { flipDelta, isingModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { greedyDescent } from "./mod.ts";

Deno.test("greedyDescent() ends every read in a local minimum, in every form and vartype", async () => {
  for (const n of [12, 80]) {
    for (const { name, model } of exampleModels(n, 61, "normal")) {
      const { states } = await greedyDescent().sample(model, { seed: 1, numReads: 4 });
      for (let r = 0; r < 4; r++) {
        const state = states.slice(r * n, (r + 1) * n);
        for (let i = 0; i < n; i++) assert(flipDelta(model, state, i) >= -1e-9, `${name}, read ${r}, variable ${i}`);
      }
    }
  }
});

Deno.test("greedyDescent() flips the steepest variable first, up as well as down", async () => {
  // from (0, 0): bit 1 gains most (3); with it on, bit 0 no longer gains, for the pair costs 10
  const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 10]]), linear: [-2, -3] });
  const down = await greedyDescent().sample(model, { initialStates: Int8Array.of(0, 0) });
  assertEquals([...down.states], [0, 1]);
  // from (1, 1): switching bit 0 off gains 8, switching bit 1 off only 7
  const up = await greedyDescent().sample(model, { initialStates: Int8Array.of(1, 1) });
  assertEquals([...up.states], [0, 1]);
});

Deno.test("greedyDescent() stops where no flip gains, plateaus included", async () => {
  const model = isingModel({ couplings: sparseCouplings(3, []) });
  const initialStates = Int8Array.of(1, -1, 1);
  const { states, ending } = await greedyDescent().sample(model, { initialStates });
  assertEquals([states, ending], [initialStates, "completed"]);
});
