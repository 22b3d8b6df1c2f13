import { assert, assertEquals, assertRejects } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { allStates, bruteForceMinimum, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { exactEnumeration } from "./mod.ts";

Deno.test("exactEnumeration() lists every state once, in order of energy", async () => {
  for (const { name, model } of exampleModels(9, 41, "integer")) {
    const { states, energies, story } = await exactEnumeration().sample(model, { numReads: 1000 });
    assertEquals(energies.length, 512, name);
    const expected = [...allStates(9, model.vartype)].map((state) => modelEnergyTwin(model, state));
    assertEquals(energies, Float64Array.from(expected).sort(), name);
    const seen = new Set(Array.from({ length: 512 }, (_, r) => states.slice(9 * r, 9 * r + 9).join()));
    assertEquals(seen.size, 512, name);
    assertEquals([story.findings.proven, story.findings.statesVisited], [true, 512]);
  }
});

Deno.test("exactEnumeration() finds energy and degeneracy of the ground state, across the borders of its slices", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of [...exampleModels(11, 42, kind), exampleModels(17, 43, kind)[0]]) {
      const { energies, story } = await exactEnumeration().sample(model);
      const expected = bruteForceMinimum(model);
      assert(Math.abs(energies[0] - expected.energy) <= 1e-12 * Math.abs(expected.energy), `${name}: ${energies[0]}`);
      assertEquals(story.findings.groundDegeneracy, expected.degeneracy, name);
    }
  }
});

Deno.test("exactEnumeration() counts all states of a model without terms as ground states", async () => {
  const model = isingModel({ couplings: sparseCouplings(17, []), offset: 3 });
  const { energies, story } = await exactEnumeration().sample(model, { numReads: 2 });
  assertEquals([...energies], [3, 3]);
  assertEquals(story.findings.groundDegeneracy, 2 ** 17);
});

Deno.test("exactEnumeration() finds and counts the ground states under an offset of 1e15", async () => {
  for (const { name, model } of exampleModels(13, 45, "integer")) {
    const plain = await exactEnumeration().sample({ ...model, offset: 0 }, { numReads: 3 });
    const { energies, states, story } = await exactEnumeration().sample({ ...model, offset: 1e15 }, { numReads: 3 });
    assertEquals([states, energies], [plain.states, plain.energies.map((energy) => energy + 1e15)], name);
    assertEquals(story.findings, plain.story.findings, name);
  }
});

Deno.test("exactEnumeration() says how far it came when it is stopped", async () => {
  const { model } = exampleModels(28, 44, "normal")[0];
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const { story } = await exactEnumeration().sample(model, { signal: controller.signal, onProgress });
  assertEquals([story.ending, story.findings.proven, story.completedReads], ["interrupted", false, 0]);
  assert(Number(story.findings.statesVisited) < 2 ** 28);
});

Deno.test("exactEnumeration() refuses more than 30 variables", async () => {
  const model = isingModel({ couplings: sparseCouplings(31, []) });
  await assertRejects(() => exactEnumeration().sample(model), RangeError, "31 variables, at most 30");
});

Deno.test("exactEnumeration() reproduces the published ground energies of the instances with ten spins", async () => {
  const folder = Deno.env.get("QAMA_DATA_DIR") ?? new URL("../../../shared/data", import.meta.url).pathname;
  let table: string;
  try {
    table = await Deno.readTextFile(`${folder}/ising/ground_energies.csv`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: the published instances are not there; set QAMA_DATA_DIR to a folder with ising/");
    return;
  }
  const rows = table.trim().split("\n").slice(1).map((line) => line.split(",")).filter(([, n]) => n === "10");
  assert(rows.length > 0);
  for (const [file, , , energy] of rows) {
    const text = await Deno.readTextFile(`${folder}/ising/${file}`);
    const [[n], ...pairs] = text.trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    const couplings = sparseCouplings(n, pairs.map(([i, j, value]) => [i - 1, j - 1, value] as const));
    const { energies } = await exactEnumeration().sample(isingModel({ couplings }));
    assertEquals(energies[0], Number(energy), file);
  }
});
