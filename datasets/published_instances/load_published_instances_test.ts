import { assertEquals, assertRejects } from "@std/assert";
import { type Instance, subInstance } from "../../lib/model/mod.ts";
import { proveInstance } from "../../lib/samplers/mod.ts";
import { loadPublishedInstances, type LoadPublishedInstancesOptions } from "./mod.ts";
import { DataUnavailableError } from "../mod.ts";

/** Loads them, or says that they are not there; there is no other reason to go without. */
async function published(options: LoadPublishedInstancesOptions): Promise<Instance[] | undefined> {
  try {
    return await loadPublishedInstances(options);
  } catch (error) {
    if (!(error instanceof DataUnavailableError || error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: the published instances are not there; set QAMA_DATA_DIR");
  }
}

Deno.test("loadPublishedInstances() gives the published ground energies of 10 and 20 spins, which are proved again", async () => {
  const instances = await published({ sets: ["sk", "mc50"], maxVariables: 20 });
  if (instances === undefined) return;
  assertEquals(new Set(instances.map(({ family, model }) => `${family} ${model.n}`)).size, 4);
  for (const instance of instances) {
    const proved = await proveInstance(instance);
    assertEquals([proved?.groundEnergy, instance.proof], [instance.groundEnergy, "Hamerly et al. 2019"], instance.name);
  }
});

Deno.test("loadPublishedInstances() keeps best known values apart from ground energies, and parts are named as such", async () => {
  const instances = await published({ names: ["G1", "bqp50-1"] });
  if (instances === undefined) return;
  const told = instances.map(({ name, model, parameters, groundEnergy }) => [
    name,
    model.n,
    parameters.bestKnown,
    groundEnergy,
  ]);
  assertEquals(told, [["G1", 800, -11624, undefined], ["bqp50-1", 50, -2098, undefined]]);
  const part = subInstance(instances[0], { variables: 12 });
  assertEquals([part.name, part.family, part.parameters.whole], ["G1-first12", "gset-part", "G1"]);
});

Deno.test("loadPublishedInstances() names what is near to a misspelt name, and the folder that lacks the lists", async () => {
  await assertRejects(() => loadPublishedInstances({ sets: ["g-set" as "gset"] }), RangeError, "did you mean gset?");
  const dataDir = await Deno.makeTempDir();
  const lacking = `expected ising/ground_energies.csv.gz (or unpacked) in ${dataDir}, named by dataDir`;
  await assertRejects(() => loadPublishedInstances({ dataDir }), Deno.errors.NotFound, lacking);
  await Deno.remove(dataDir, { recursive: true });
  if (await published({ names: [] }) === undefined) return;
  await assertRejects(() => loadPublishedInstances({ names: ["sk-n10-00"] }), RangeError, "did you mean sk-n10-0?");
});
