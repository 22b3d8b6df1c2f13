import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exampleRecord, exampleTtsGapRecord, publishTtsGapRecords } from "../lib/experiments/mod.ts";
import { renderTtsGap } from "./_publish_tts_gap.ts";
import { readmeBlock } from "./_readme_results.ts";

Deno.test("renderTtsGap() renders the records of the folder for it and for the front page, and is null without any", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderTtsGap(folder, null), null);
  await Deno.mkdir(`${folder}/tts-gap/records`, { recursive: true });
  assertEquals(await renderTtsGap(folder, null), null);
  await publishTtsGapRecords(`${folder}/tts-gap/records`, [exampleTtsGapRecord()]);
  const found = await renderTtsGap(folder, null);
  assert(found !== null);
  assertEquals([...found.files.keys()].slice(0, 2), ["tts-gap/README.md", "tts-gap/tts_gap_glauber.svg"]);
  assertEquals([...found.unkept?.keys() ?? []], ["tts-gap/index.html"]);
  const page = found.files.get("tts-gap/README.md") ?? "";
  assertStringIncludes(page, "`deno task tts-gap --profile quick`");
  assertStringIncludes(page, "one page, `index.html`, which `deno task results` writes into this folder");
  assert(!page.includes("(index.html)"));
  const block = readmeBlock([exampleRecord()], { gaps: found.block });
  assertStringIncludes(block, "\n### Time to solution against spectral gap\n\n![");
  assertStringIncludes(block, "(results/tts-gap/tts_gap_glauber.svg)");
  assertStringIncludes(block, "| annealing |");
  assert(!readmeBlock([exampleRecord()]).includes("spectral gap"));
});
