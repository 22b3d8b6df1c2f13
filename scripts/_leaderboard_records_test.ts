import { assertEquals, assertRejects } from "@std/assert";
import { exampleRecord } from "../lib/experiments/mod.ts";
import { appendRecord, appendRun, cellKey, publishLeaderboard, readLeaderboard } from "./_leaderboard_records.ts";
import { exampleCell } from "./_leaderboard_test_records.ts";

const a = exampleCell({ section: "rate", instance: "G1", contestant: "x" });
const b = exampleCell({ section: "rate", instance: "G2", contestant: "x" });

Deno.test("readLeaderboard() passes over a line that was cut off, and appendRecord() takes it away", async () => {
  const folder = await Deno.makeTempDir();
  await appendRecord(folder, a);
  await Deno.writeTextFile(`${folder}/rate.jsonl`, '{"cell": {"sec', { append: true });
  assertEquals((await readLeaderboard(folder)).cells, [a]);
  await appendRecord(folder, b);
  assertEquals((await readLeaderboard(folder)).cells, [a, b]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readLeaderboard() takes the latest record of a cell", async () => {
  const folder = await Deno.makeTempDir();
  await appendRecord(folder, { cell: a.cell, run: "before", failure: "no answer" });
  await appendRecord(folder, a);
  assertEquals((await readLeaderboard(folder)).cells, [a]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("publishLeaderboard() writes what is read as before, the same bytes each time; plain lines beside it come after", async () => {
  const { machine, code } = exampleRecord();
  const [folder, published] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  await appendRun(folder, { run: "before", profile: "quick", machine, code, planned: {}, core: null });
  await appendRecord(folder, { cell: a.cell, run: "before", failure: "no answer" });
  const records = await readLeaderboard(folder);
  const bytes = async () => {
    assertEquals(await publishLeaderboard(published, records), ["rate.jsonl.gz", "runs.jsonl.gz"]);
    return await Deno.readFile(`${published}/rate.jsonl.gz`);
  };
  const first = await bytes();
  assertEquals(await bytes(), first);
  assertEquals(await readLeaderboard(published), records);
  await appendRecord(published, a);
  assertEquals((await readLeaderboard(published)).cells, [a]);
  await Deno.writeFile(`${published}/rate.jsonl.gz`, first.subarray(0, first.length / 2));
  await assertRejects(() => readLeaderboard(published), SyntaxError, "rate.jsonl.gz");
  for (const made of [folder, published]) await Deno.remove(made, { recursive: true });
});

Deno.test("readLeaderboard() names the line that it cannot read, and takes no folder for no records", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/rate.jsonl`, `${JSON.stringify(a)}\nnot json\n`);
  await assertRejects(() => readLeaderboard(folder), SyntaxError, "rate.jsonl: line 2");
  assertEquals(await readLeaderboard(`${folder}/nowhere`), { runs: [], cells: [] });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("cellKey() does not depend on the order of fields or on absent ones", () => {
  const { section, instance, contestant, length, seed } = a.cell;
  assertEquals(cellKey({ seed, length, contestant, instance, section, numReads: undefined }), cellKey(a.cell));
});
