import { assertEquals, assertRejects } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { samplerFromOrigin } from "./sampler_from_origin.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";

const module = new URL("./mod.ts", import.meta.url).href;

Deno.test("samplerFromOrigin() makes a sampler that draws what the first one draws", async () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, 1], [0, 2, 1]]) });
  const first = simulatedAnnealing({ numSweeps: 3 });
  if (first.origin === undefined) throw new Error("expected an origin");
  const again = await samplerFromOrigin(first.origin);
  const draw = async (sampler: typeof first) => (await sampler.sample(model, { seed: 4, numReads: 20 })).states;
  assertEquals(await draw(again), await draw(first));
});

Deno.test("samplerFromOrigin() refuses a name that is no function, and a function that makes no sampler", async () => {
  const make = (name: string) => samplerFromOrigin({ module, name, options: {} });
  await assertRejects(() => make("nowhere"), TypeError, "exports no function nowhere");
  await assertRejects(() => make("closeWorkers"), TypeError, "returned no sampler");
});
