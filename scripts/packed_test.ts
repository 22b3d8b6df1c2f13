import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { runDeno } from "./_test_deno.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const deno = (cwd: string, ...args: string[]) => runDeno(args, { cwd });

/** Copies what would be published, and no other file. */
async function pack(to: string): Promise<number> {
  const { code, err } = await deno(ROOT, "publish", "--dry-run", "--allow-dirty", "--no-check");
  assertEquals(code, 0, err);
  const files = [...err.matchAll(/^ +(file:\/\/\S+) \([\d.]+\w?B\)$/gm)].map(([, url]) => fileURLToPath(url));
  for (const file of files) {
    const target = join(to, file.slice(ROOT.length));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(file, target);
  }
  return files.length;
}

// threads, WebAssembly, a drawn data set, a layer of TensorFlow.js, a figure
const SCRIPT = `
import { annealedSelection, publishedWeights } from "qama/attention";
import { loadGlyphs } from "qama/datasets";
import { show } from "qama/display";
import { ModelBuilder } from "qama/model";
import { closeWorkers, tabuSearch } from "qama/samplers";
import * as qama from "qama";

const builder = new ModelBuilder("qubo");
for (const [thing, value] of [["tent", -4], ["stove", -3], ["axe", -2]]) builder.addLinear(thing, value);
builder.addInequality([["tent", 5], ["stove", 2], ["axe", 3]], "<=", 7);
const { energies } = await tabuSearch().sample(builder.build().model, { numReads: 4, seed: 1, numWorkers: 2 });
closeWorkers();
const sizes = { batch: 1, heads: 2, tokens: 8, width: 4 };
const ones = (length) => new Float32Array(length).fill(1);
const problem = { ...sizes, weights: publishedWeights(sizes), queries: ones(64), keys: ones(64), fields: ones(16) };
const chosen = annealedSelection().solve(problem, { seed: 1 });
const glyphs = await loadGlyphs({ trainCount: 3, testCount: 2 });
console.log(Math.min(...energies), chosen.energies.length, glyphs.train.count, Object.keys(qama).length > 10);
console.log(String(show([{ solver: "tabu", energy: Math.min(...energies) }])));
`;

Deno.test("what is published is whole: every export loads, and a script in any folder uses it by its configuration", async () => {
  const folder = await Deno.makeTempDir();
  const [packed, elsewhere] = [join(folder, "packed"), join(folder, "elsewhere")];
  const count = await pack(packed);
  assert(count > 500, `${count} files`);
  await Deno.mkdir(elsewhere);
  const loads = Object.values(config.exports).map((file) => `await import(${JSON.stringify(join(packed, file))});`);
  await Deno.writeTextFile(join(elsewhere, "all.ts"), [...loads, 'console.log("loaded");'].join("\n"));
  await Deno.writeTextFile(join(elsewhere, "my.ts"), SCRIPT);
  // as the front page says
  const run = (file: string) => deno(elsewhere, "run", "-A", "--no-lock", "--config", join(packed, "deno.json"), file);
  const all = await run("all.ts");
  assertEquals([all.code, all.out], [0, "loaded\n"], all.err);
  const mine = await run("my.ts");
  assertEquals(mine.code, 0, mine.err);
  assertStringIncludes(mine.out, "-7 1 3 true");
  await Deno.writeTextFile(join(elsewhere, "t.txt"), "3 3\n1 2 1\n2 3 1\n1 3 1\n");
  const solved = await deno(elsewhere, "run", "-A", join(packed, "scripts", "solve.ts"), "t.txt", "--as", "maxcut");
  assertEquals([solved.code, /^cut +2$/m.test(solved.out)], [0, true], solved.err);
  await Deno.remove(folder, { recursive: true });
});
