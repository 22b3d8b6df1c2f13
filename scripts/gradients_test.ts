import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readGradientStudyRecords } from "../lib/experiments/mod.ts";

const SCRIPT = fileURLToPath(new URL("gradients.ts", import.meta.url));

async function gradients(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", SCRIPT, ...args], env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await command.output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, error };
}

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
  assertEquals(second.error.match(/, kept/g)?.length, 2);
  assertEquals(await readGradientStudyRecords(`${out}/records`), records);
});

Deno.test("deno task gradients says on one line what it cannot use", async () => {
  const row = await gradients("--rows", "entropy");
  assertEquals([row.code, row.error.trim().split("\n").length], [2, 1]);
  assertStringIncludes(row.error, "There is no row entropy; known: energy-minimum");
  const odd = await gradients("--estimates", "30");
  assert(odd.code === 2 && odd.error.includes("--estimates must be a multiple of 20, got 30"));
});
