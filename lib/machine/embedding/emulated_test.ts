import { assert, assertEquals } from "@std/assert";
import { energies, type IsingModel, quboFromIsing } from "../../model/mod.ts";
import { largeNeighbourhoodSearch, simulatedAnnealing } from "../../samplers/mod.ts";
import { bruteForceMinimum } from "../../testing/mod.ts";
import {
  dwave,
  dwaveSolvers,
  embedded,
  type EmulatedMachine,
  type Emulator,
  hitachi,
  isingQ,
  type MachineSampler,
  startEmulator,
} from "../mod.ts";
import { randomModel } from "./_test_models.ts";

const VARIABLE = "QAMA_TEST_EMBEDDED_KEY";

async function withMachine(
  machine: EmulatedMachine,
  make: (
    emulator: Emulator,
    options: { keyVariable: string; folder: string },
  ) => Promise<MachineSampler> | MachineSampler,
  use: (machine: MachineSampler) => Promise<void>,
): Promise<void> {
  const key = "a-key-of-the-embedding-tests-0123456789";
  const emulator = await startEmulator({ machine, key, seed: 1, sampler: simulatedAnnealing({ numSweeps: 300 }) });
  const folder = await Deno.makeTempDir();
  Deno.env.set(VARIABLE, key);
  try {
    await use(await make(emulator, { keyVariable: VARIABLE, folder }));
  } finally {
    await emulator.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function checkClique(sampler: MachineSampler, model: IsingModel): Promise<void> {
  const fitted = embedded(sampler, { chainStrength: "bound" });
  const least = bruteForceMinimum(model).energy;
  for (const given of [model, quboFromIsing(model)]) {
    const set = await fitted.sample(given, { numReads: 10, seed: 3 });
    assertEquals(set.energies, energies(given, set.states));
    assertEquals(Math.min(...set.energies), least);
    const { findings, ending } = set.story;
    assertEquals([ending, findings.jobs, findings.energyCheck], ["completed", 1, "exact"]);
    assert(Number(findings.longestChain) > 1);
  }
}

Deno.test("embedded() takes a clique to Hitachi's grid of small whole numbers and back", async () => {
  await withMachine("hitachi", ({ url }, options) => hitachi({ ...options, url }), async (sampler) => {
    await checkClique(sampler, randomModel(7, 1, 3, true));
  });
});

Deno.test("embedded() takes a clique to D-Wave's graph and back", async () => {
  const make = async ({ url }: Emulator, options: { keyVariable: string; folder: string }) => {
    const where = { url: `${url}/sapi/v2`, keyVariable: options.keyVariable };
    const [solver] = await dwaveSolvers(where);
    return dwave({ ...where, ...options, solver });
  };
  await withMachine("dwave", make, async (sampler) => await checkClique(sampler, randomModel(8, 1, 3, true)));
});

Deno.test("largeNeighbourhoodSearch() solves in jobs of a machine what is larger than it", async () => {
  await withMachine("isingq", ({ url }, options) => isingQ({ ...options, url, pollMs: [1, 20] }), async (sampler) => {
    const model = randomModel(14, 1, 5, true);
    const search = largeNeighbourhoodSearch({ sampler, size: 7, numRounds: 15 });
    const { energies: [found], story } = await search.sample(model, { seed: 1 });
    assertEquals([story.findings.pieces, story.findings.jobs], [15, 15]);
    assertEquals(found, bruteForceMinimum(model).energy);
  });
});
