import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { defaultOperators, exampleRecord, profiles, readLengthBench, readRecords } from "../lib/experiments/mod.ts";
import { renderParts } from "./_publish_parts.ts";
import { staleFiles } from "./_publish_results.ts";
import { readmeBlock, withBlock } from "./_readme_results.ts";

const page = "# A\n\n<!-- results -->\nold\n<!-- /results -->\n\nend\n";

Deno.test("withBlock() replaces what is between the markers, keeps the rest, and changes nothing twice", () => {
  const once = withBlock(page, "new\n");
  const block = "<!-- deno-fmt-ignore-start -->\n\nnew\n\n<!-- deno-fmt-ignore-end -->";
  assertEquals(once, `# A\n\n<!-- results -->\n${block}\n<!-- /results -->\n\nend\n`);
  assertEquals(withBlock(once, "new\n"), once);
});

Deno.test("withBlock() refuses a page without its markers", () => {
  const broken = ["", "<!-- results -->", "<!-- /results --><!-- results -->", page + page, `${page}<!-- /results -->`];
  for (const text of broken) assertThrows(() => withBlock(text, "new"), SyntaxError, "once each");
});

Deno.test("readmeBlock() shows of a data set the profile with the most operators, and larger ones below it", () => {
  const small = defaultOperators("mnist", profiles.smoke).map((operator) => exampleRecord({ operator }));
  const paper = exampleRecord({ profile: "paper-7-epochs" });
  const block = readmeBlock(small);
  for (const words of ["no attention", "fixed random selection", "learning_curves_smoke.svg", "--profile smoke"]) {
    assertStringIncludes(block, words);
  }
  const both = readmeBlock([paper, ...small]);
  assertStringIncludes(both, "learning_curves_smoke.svg");
  assertStringIncludes(both, "Longer runs, `deno task reproduce --profile paper");
  assertStringIncludes(readmeBlock([paper]), "learning_curves_paper-7-epochs.svg");
  const study = readmeBlock(small, { study: "Found.\n" }), link = "(#what-solving-a-qubo-per-sample-buys).";
  assertStringIncludes(study.slice(study.indexOf(link)), "### What solving a QUBO per sample buys\n\nFound.");
  assertEquals(both.includes(link), false);
  assertThrows(() => readmeBlock([]), RangeError, "no record of a known profile");
});

Deno.test("README.md shows what the records give", async () => {
  let records;
  try {
    records = await readRecords(fileURLToPath(new URL("../results/records", import.meta.url)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: there is no results/records");
    return;
  }
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const results = fileURLToPath(new URL("../results", import.meta.url));
  const parts = await renderParts(results, await readLengthBench(`${results}/bench/length.json`));
  const blocks = Object.fromEntries([...parts].map(([name, { block }]) => [name, block]));
  assertEquals(withBlock(readme, readmeBlock(records, blocks)), readme, "run deno task results");
  for (const { files } of parts.values()) assertEquals(await staleFiles(results, files), [], "run deno task results");
});
