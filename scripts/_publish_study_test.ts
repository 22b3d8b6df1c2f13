import { assertEquals, assertStringIncludes } from "@std/assert";
import { studyRecord, swappedVariants } from "../lib/experiments/_test_study_records.ts";
import { publishStudyRecords, STUDY_OPERATORS, STUDY_SEEDS } from "../lib/experiments/mod.ts";
import { renderStudy } from "./_publish_study.ts";

Deno.test("renderStudy() renders whatever records are there, and says on the front page what is shown", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderStudy(folder), null);
  await Deno.mkdir(`${folder}/study/records`, { recursive: true });
  const empty = await renderStudy(folder);
  assertStringIncludes(empty!.block, "No verdict yet");
  assertEquals([...empty!.files.keys()], ["study/README.md"]);
  const variants = swappedVariants(400);
  const records = STUDY_OPERATORS.flatMap((operator) =>
    STUDY_SEEDS.map((seed) => studyRecord(operator, seed, { share: operator === "qamaSelected" ? 0.9 : 0.5, variants }))
  );
  await publishStudyRecords(`${folder}/study/records`, records);
  await Deno.writeTextFile(`${folder}/study/deviations.md`, "- None but this.");
  const { block, files } = (await renderStudy(folder))!;
  assertStringIncludes(block, "it is better than both in 1 of 3 cases");
  assertStringIncludes(files.get("study/README.md")!, "solving the QUBO beats both cheaper choices of keys");
  assertStringIncludes(files.get("study/README.md")!, "- None but this.");
  assertEquals(files.has("study/trials.md"), false);
  await Deno.mkdir(`${folder}/study/trials`);
  await publishStudyRecords(`${folder}/study/trials`, [studyRecord("mha", 1, { trial: true })]);
  const beside = (await renderStudy(folder))!;
  assertStringIncludes(beside.files.get("study/trials.md")!, "1 of ");
  assertStringIncludes(beside.files.get("study/README.md")!, "[1 trial on held-out training items](trials.md)");
  assertEquals(beside.block, block);
});
