import { assert, assertEquals, assertRejects } from "@std/assert";
import { readProblem } from "../lib/model/mod.ts";
import { dataFolder, denseInstance, publishedInstances } from "./_leaderboard_instances.ts";

const LISTS = {
  "ising/ground_energies.csv": "instance,n,edges,ground_energy\nsk-n10-0.txt,10,45,-19\n",
  "gset/best_known.csv": "instance,n,m,weights,type,best_openising_readme,best_microsoft_aoc,copies_agreeing\n" +
    'G6,800,19176,"+1, -1",random,2178,2178,a\nG14,800,4694,+1,planar,3063,3064,a\nG72,10000,20000,"+1, -1",toroidal,7008,7006,a\n' +
    'G81,20000,40000,"+1, -1",toroidal,14060,,a\n',
  "qubo/best_known.csv": "instance,n,nonzeros,best_rliang_metadata,best_openising_readme,source\n" +
    "bqp500-1,500,12421,-116586,<= -116586,a\n",
};

Deno.test("publishedInstances() takes the better of two published values, and says which the other was", async () => {
  const folder = await Deno.makeTempDir();
  for (const [path, text] of Object.entries(LISTS)) {
    await Deno.mkdir(`${folder}/${path.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  const found = await publishedInstances(folder);
  assertEquals(found.map(({ name, as, n, best, note }) => [name, as, n, best, note]), [
    ["sk-n10-0", "ising", 10, -19, undefined],
    ["G6", "maxcut", 800, -2178, undefined],
    ["G14", "maxcut", 800, -3064, "another list has 3063"],
    ["G72", "maxcut", 10000, -7008, "another list has 7006"],
    ["G81", "maxcut", 20000, -14060, undefined],
    ["bqp500-1", "qubo", 500, -116586, undefined],
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("publishedInstances() rejects where a list is not there", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => publishedInstances(folder), Deno.errors.NotFound);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("publishedInstances() finds every published file", async () => {
  const folder = dataFolder();
  const found = await publishedInstances(folder).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (found === undefined) return console.log("skipped: the published instances are not there; set QAMA_DATA_DIR");
  assert(found.length > 100);
  for (const { path, best } of found) {
    assert((await Deno.stat(path)).isFile);
    assert(best !== null && Number.isFinite(best), path);
  }
});

Deno.test("denseInstance() writes every pair once, plus or minus one", async () => {
  const folder = await Deno.makeTempDir();
  const { path, as } = await denseInstance(folder, 30);
  if (as !== "ising") throw new Error(as);
  const { model } = await readProblem(path, { as });
  const values = model.couplings.form === "dense" ? [...model.couplings.values] : [];
  assertEquals([values.filter((v) => v === 0).length, values.filter((v) => Math.abs(v) === 1).length], [30, 30 * 29]);
  const before = await Deno.readTextFile(path);
  await denseInstance(folder, 30);
  assertEquals(await Deno.readTextFile(path), before);
  await Deno.remove(folder, { recursive: true });
});
