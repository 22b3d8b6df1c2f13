import { assertEquals } from "@std/assert";
import { checkpointPath, exampleRecord, readRecords, reuseRuns, type RunRecord, writeRecord } from "./mod.ts";

const plan = {
  ...{ experiment: "study", question: "q", profile: "smoke" },
  cells: [{ data: "example", operator: "mha", seed: 1, epochs: exampleRecord().options.epochs }],
} as const;

async function folderWith(record: RunRecord, weights: boolean): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const name of ["records", "checkpoints"]) await Deno.mkdir(`${folder}/${name}`);
  await writeRecord(`${folder}/records/example-mha-smoke-seed1.json`, record);
  if (weights) await Deno.writeTextFile(await checkpointPath(folder, record), "weights");
  return folder;
}

Deno.test("reuseRuns() copies a finished run with its weights from the first folder that has both", async () => {
  const record = exampleRecord();
  const bare = await folderWith(exampleRecord({ weightsDigest: "other" }), false);
  const whole = await folderWith(record, true);
  const out = await Deno.makeTempDir();
  const options = { from: [bare, whole], out, version: record.code.version };
  assertEquals(await reuseRuns(plan, options), ["example-mha-smoke-seed1.json"]);
  assertEquals(await readRecords(`${out}/records`), [record]);
  assertEquals(await Deno.readTextFile(await checkpointPath(out, record)), "weights");
  assertEquals(await reuseRuns(plan, options), []);
});

Deno.test("reuseRuns() leaves runs of other versions and epochs, and unfinished ones, where they are", async () => {
  const record = exampleRecord();
  const changed: Partial<RunRecord>[] = [
    { ending: "interrupted" },
    { code: { ...record.code, version: "0.0.0" } },
    { options: { ...record.options, epochs: record.options.epochs + 1 } },
  ];
  for (const change of changed) {
    const from = [await folderWith(exampleRecord(change), true)];
    assertEquals(await reuseRuns(plan, { from, out: await Deno.makeTempDir(), version: record.code.version }), []);
  }
});
