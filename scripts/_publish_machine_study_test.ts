import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  exampleMachineStudyRecord,
  exampleRecord,
  machineStudyFileName,
  writeMachineStudyRecord,
} from "../lib/experiments/mod.ts";
import { renderMachineStudy } from "./_publish_machine_study.ts";
import { readmeBlock } from "./_readme_results.ts";

Deno.test("renderMachineStudy() renders the records of the folder for it and for the front page, and is null without any", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderMachineStudy(folder), null);
  await Deno.mkdir(`${folder}/machine/records`, { recursive: true });
  assertEquals(await renderMachineStudy(folder), null);
  const random = exampleMachineStudyRecord({
    row: "random",
    solver: { kind: "random", density: 0.2 },
    inference: { energies: [0, 0, 0], predicted: "023", hits: 1 },
  });
  for (const record of [random, exampleMachineStudyRecord()]) {
    await writeMachineStudyRecord(`${folder}/machine/records/${machineStudyFileName(record)}`, record);
  }
  const found = await renderMachineStudy(folder);
  assert(found !== null);
  assertEquals([...found.files.keys()], [
    ...["machine/README.md", "machine/machine_study_qamaV2.svg", "machine/machine_study_qamaV2_right.svg"],
  ]);
  const block = readmeBlock([exampleRecord()], { machine: found.block });
  assertStringIncludes(block, "\n### A coherent Ising machine behind the layer\n\n![");
  assertStringIncludes(block, "(results/machine/machine_study_qamaV2.svg)");
  assert(!readmeBlock([exampleRecord()]).includes("Ising machine behind"));
});
