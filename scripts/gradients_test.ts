import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readGradientStudyRecords } from "../lib/experiments/mod.ts";
import { runScript } from "./_test_deno.ts";

const gradients = (...args: string[]) => runScript("gradients.ts", args);

Deno.test("deno task gradients keeps a record a row, goes on from it, and prints one JSON object", async () => {
  const out = await Deno.makeTempDir();
  const args = [
    "--quick",
    "--only",
    "estimate",
    "--rows",
    "energy-sample,covariance-4",
    "--out",
    out,
    "--json",
    "--resume",
  ];
  const first = await gradients(...args);
  assertEquals([first.code, JSON.parse(first.out)], [0, { out, ending: "completed", records: 2 }]);
  const records = await readGradientStudyRecords(`${out}/records`);
  assertEquals(records.map(({ estimate }) => [estimate?.solves, estimate?.seeds]), [[5, 40], [1, 40]]);
  const second = await gradients(...args);
  assertEquals(second.err.match(/, kept/g)?.length, 2);
  assertEquals(await readGradientStudyRecords(`${out}/records`), records);
});

Deno.test("deno task gradients says on one line what it cannot use", async () => {
  const row = await gradients("--rows", "entropy");
  assertEquals([row.code, row.err.trim().split("\n").length], [2, 1]);
  assertStringIncludes(row.err, "There is no row entropy; known: energy-minimum");
  const odd = await gradients("--estimates", "30");
  assert(odd.code === 2 && odd.err.includes("--estimates must be a multiple of 20, got 30"));
});
