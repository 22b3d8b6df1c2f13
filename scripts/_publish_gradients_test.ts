import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  exampleGradientStudyRecord,
  exampleRecord,
  gradientStudyFileName,
  writeGradientStudyRecord,
} from "../lib/experiments/mod.ts";
import { renderGradients } from "./_publish_gradients.ts";
import { readmeBlock } from "./_readme_results.ts";

Deno.test("renderGradients() renders the records of the folder for it and for the front page, and is null without any", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderGradients(folder), null);
  await Deno.mkdir(`${folder}/gradients/records`, { recursive: true });
  assertEquals(await renderGradients(folder), null);
  const record = exampleGradientStudyRecord();
  await writeGradientStudyRecord(`${folder}/gradients/records/${gradientStudyFileName(record)}`, record);
  const found = await renderGradients(folder);
  assert(found !== null);
  assertEquals([...found.files.keys()], ["gradients/README.md", "gradients/gradients_training.svg"]);
  const block = readmeBlock([exampleRecord()], { gradients: found.block });
  assertStringIncludes(block, "\n### The gradient laboratory\n\n");
  assert(!readmeBlock([exampleRecord()]).includes("gradient laboratory"));
});
