import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { exampleRecord, operatorOrder, readRecords } from "../lib/experiments/mod.ts";
import { renderResults, staleFiles } from "./_publish_results.ts";

const records = operatorOrder.map((operator) => exampleRecord({ operator }));

Deno.test("renderResults() gives a README and a figure a profile, paper first", async () => {
  const paper = records.map((record) => ({ ...record, profile: "paper" }));
  const files = await renderResults([...records, ...paper]);
  assertEquals([...files.keys()], ["learning_curves_paper.svg", "learning_curves_smoke.svg", "README.md"]);
  const readme = files.get("README.md") ?? "";
  assertStringIncludes(readme, "`deno task reproduce --profile smoke --only example`");
  assertStringIncludes(readme, "example-none-paper-seed1.json");
});

Deno.test("renderResults() refuses to render nothing", async () => {
  await assertRejects(() => renderResults([]), RangeError, "there is no record");
});

Deno.test("staleFiles() names what is missing or differs by a character", async () => {
  const folder = await Deno.makeTempDir();
  const files = await renderResults(records);
  assertEquals(await staleFiles(folder, files), [...files.keys()]);
  for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}`, text);
  assertEquals(await staleFiles(folder, files), []);
  await Deno.writeTextFile(`${folder}/README.md`, `${files.get("README.md")} `);
  assertEquals(await staleFiles(folder, files), ["README.md"]);
});

Deno.test("results/ holds what its records give", async () => {
  const folder = fileURLToPath(new URL("../results", import.meta.url));
  let published;
  try {
    published = await readRecords(`${folder}/records`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: there is no results/records");
    return;
  }
  assertEquals(await staleFiles(folder, await renderResults(published)), []);
});
