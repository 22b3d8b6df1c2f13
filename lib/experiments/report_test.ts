import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { meanOverlap } from "./_report_sections.ts";
import { exampleExhibit, exampleRecord, matchExhibits, readLengthBench, resultsPage, shownRecords } from "./mod.ts";

const records = (["mha", "qamaV2", "qamaV2Fixed", "none"] as const).map((operator) => exampleRecord({ operator }));
const around = { command: "deno task x", plotly: null };
const rows = [{ method: "dense", tokens: 64, heads: 1, stepMs: 2, bytes: 2 ** 20 }];

Deno.test("resultsPage() has every part where all is there, and names each that is not with its command", () => {
  const lengths = { machine: "a machine", rows };
  const whole = resultsPage(records, { ...around, exhibits: [exampleExhibit()], lengths });
  assertEquals(whole.includes("Missing"), false);
  for (const words of ["zero, classified as one", "with the penalty", "lowest seen", "Memory beside weights"]) {
    assertStringIncludes(whole, words);
  }
  const bare = resultsPage(records, around);
  assertStringIncludes(bare, "Missing: exhibits of QAMA v2 (published) on Example, invented numbers");
  assertStringIncludes(bare, "<code>deno task reproduce --profile smoke --only example --operators qamaV2</code>");
  assertStringIncludes(bare, "deno task bench --only crossing");
  assertThrows(() => resultsPage([exampleRecord({ epochs: [] })], around), RangeError, "no run has a complete epoch");
});

Deno.test("resultsPage() shows no exhibit of weights that no record has", () => {
  const { found, lacking } = matchExhibits(records, [exampleExhibit({ weightsDigest: "other" })]);
  assertEquals([found.length, lacking.map(({ operator }) => operator)], [0, ["qamaV2"]]);
});

Deno.test("shownRecords() takes the lowest finished seed of what solves for its tokens", () => {
  const run = (
    operator: "qamaV2" | "qamaV2Fixed" | "qamaV1" | "none",
    seed: number,
    ending: "completed" | "interrupted",
  ) => exampleRecord({ operator, seed, ending });
  const shown = shownRecords([
    ...[run("qamaV2", 1, "interrupted"), run("qamaV2", 3, "completed"), run("qamaV2", 2, "completed")],
    ...[run("qamaV2Fixed", 1, "completed"), run("none", 1, "completed"), run("qamaV1", 1, "completed")],
  ]);
  assertEquals(shown.map(({ operator, seed }) => [operator, seed]), [["qamaV2", 2]]);
});

Deno.test("meanOverlap() leaves out the diagonal and pairs that never choose", () => {
  assertEquals(meanOverlap([[1, 0.2, null], [0.2, 1, 0.4], [null, 0.4, null]]), 0.30000000000000004);
  assertEquals(meanOverlap([[1]]), null);
});

Deno.test("readLengthBench() says what a step was, and names the row that is none", async () => {
  const path = `${await Deno.makeTempDir()}/length.json`;
  const machine = { deno: "2", cpu: "c", cores: 2 };
  await Deno.writeTextFile(path, JSON.stringify({ schema: 1, machine, batch: 24, sweeps: 20, rows }));
  const bench = await readLengthBench(path);
  assertEquals(bench?.rows, rows);
  assertEquals(bench?.machine, "24 texts a step; 20 sweeps; Deno 2 on c, 2 cores");
  for (const wrong of [{ stepMs: 0 }, { tokens: "64" }, { bytes: -1 }, { method: 1 }]) {
    await Deno.writeTextFile(path, JSON.stringify({ rows: [...rows, { ...rows[0], ...wrong }] }));
    await assertRejects(() => readLengthBench(path), TypeError, "rows[1] must have");
  }
  await Deno.writeTextFile(path, "{}");
  await assertRejects(() => readLengthBench(path), TypeError, "rows must be a list");
  await Deno.writeTextFile(path, "{");
  await assertRejects(() => readLengthBench(path), SyntaxError, "Cannot read the record");
  assert(await readLengthBench(`${path}.none`) === null);
});
