import { assert, assertEquals, assertRejects } from "@std/assert";
import { drawInstance, energy, type Instance, isingModel, sparseCouplings } from "../model/mod.ts";
import { assertClose, bruteForceMinimum } from "../testing/mod.ts";
import { proveInstance } from "./mod.ts";

const named = (model: Instance["model"]): Instance => ({
  name: "x",
  family: "x",
  model,
  parameters: {},
  provenance: "",
});

Deno.test("proveInstance() finds the lowest energy, a state and their number up to 22 variables", async () => {
  const instance = drawInstance("sk", { n: 11, seed: 2 });
  const twin = bruteForceMinimum(instance.model);
  const proved = await proveInstance(instance);
  assertEquals([proved?.groundEnergy, proved?.groundStates, proved?.proof], [
    twin.energy,
    twin.degeneracy,
    "exactEnumeration",
  ]);
  assertEquals(energy(instance.model, proved?.groundState ?? []), twin.energy);
});

Deno.test("proveInstance() takes the roof dual where fields decide, then branch and bound, then branch and cut, and says so", async () => {
  const ring = Array.from({ length: 24 }, (_, i) => [i, (i + 1) % 24, i % 3 === 0 ? 1 : -1] as const);
  const linear = Array.from({ length: 24 }, (_, i) => i % 2 === 0 ? 2.25 : 0.1);
  const fields = await proveInstance(named(isingModel({ couplings: sparseCouplings(24, ring), linear })));
  assertEquals(fields?.proof, "roofDuality");
  assertClose(
    energy(isingModel({ couplings: sparseCouplings(24, ring), linear }), fields?.groundState ?? []),
    fields?.groundEnergy ?? NaN,
    { rtol: 1e-12, atol: 0 },
  );
  for (const [n, proof] of [[24, "branchAndBound"], [49, "mixedInteger"]] as const) {
    const planted = drawInstance("loops", { n, seed: 3 });
    const proved = await proveInstance(planted);
    assertEquals([proved?.proof, proved?.groundEnergy], [proof, planted.groundEnergy]);
    assertEquals(energy(planted.model, proved?.groundState ?? []), planted.groundEnergy);
  }
});

Deno.test("proveInstance() gives null where time is too short, and refuses a ground energy that is not one", async () => {
  const large = drawInstance("sk", { n: 60, seed: 1 });
  assertEquals(await proveInstance(large, { timeLimitMs: 50 }), null);
  for (const timeLimitMs of [0, -1, NaN]) {
    await assertRejects(
      () => proveInstance(large, { timeLimitMs }),
      RangeError,
      "timeLimitMs must be a positive number",
    );
  }
  const planted = drawInstance("wishart", { n: 12, seed: 1 });
  assert(await proveInstance(planted) !== null);
  const wrong = { ...planted, groundEnergy: (planted.groundEnergy ?? 0) + 0.1 };
  await assertRejects(() => proveInstance(wrong), RangeError, "the lowest energy is");
});
