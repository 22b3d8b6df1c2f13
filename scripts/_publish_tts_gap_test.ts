import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exampleRecord, exampleTtsGapRecord, ttsGapFileName, writeTtsGapRecord } from "../lib/experiments/mod.ts";
import { renderTtsGap } from "./_publish_tts_gap.ts";
import { readmeBlock } from "./_readme_results.ts";

Deno.test("renderTtsGap() renders the records of the folder for it and for the front page, and is null without any", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderTtsGap(folder, null), null);
  await Deno.mkdir(`${folder}/tts-gap/records`, { recursive: true });
  assertEquals(await renderTtsGap(folder, null), null);
  const record = exampleTtsGapRecord();
  await writeTtsGapRecord(`${folder}/tts-gap/records/${ttsGapFileName(record)}`, record);
  const found = await renderTtsGap(folder, null);
  assert(found !== null);
  assertEquals([...found.files.keys()].slice(0, 3), [
    ...["tts-gap/index.html", "tts-gap/README.md", "tts-gap/tts_gap_glauber.svg"],
  ]);
  assertStringIncludes(found.files.get("tts-gap/README.md") ?? "", "`deno task tts-gap --profile quick`");
  const block = readmeBlock([exampleRecord()], { gaps: found.block });
  assertStringIncludes(block, "\n### Time to solution against spectral gap\n\n![");
  assertStringIncludes(block, "(results/tts-gap/tts_gap_glauber.svg)");
  assertStringIncludes(block, "| annealing |");
  assert(!readmeBlock([exampleRecord()]).includes("spectral gap"));
});
