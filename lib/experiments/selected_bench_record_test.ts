import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { longStudyReport } from "./long_study_report.ts";
import { readSelectedBench, type SelectedBench, type SelectedBenchRow } from "./selected_bench_record.ts";

const published = new URL("../../results/bench/selected.json", import.meta.url);

const row = (method: SelectedBenchRow["method"], share: number, readMs: number): SelectedBenchRow => ({
  ...{ method, share, readMs, tokens: 1024, heads: 4, solveMs: method === "selected" ? 5 : 0, speedUp: 1, megaexp: 1 },
  ...{ gigaflop: method === "softmax" ? 6 : 7 * share, bytes: method === "softmax" ? 2 ** 25 : 2 ** 20 },
});

Deno.test("longStudyReport() takes the speed-up of kernels that skip keys apart: operations, and how fast each is", async () => {
  const bench = (await readSelectedBench(published.pathname))!;
  const rows = [row("softmax", 1, 120), row("dense", 1, 100), row("selected", 0.1, 10)];
  const page = (await longStudyReport([], [], { ...bench, rows })).files.get("README.md")!;
  // 120 / 10 = 6 / 0.7 x 1.4; with the annealing 120 / 15; 32 MiB over 1
  assert(
    /\| 10 % of the keys +\| +4 \| +1,024 \| +10\.0 \| +8\.57 \| +1\.40 \| +12\.00 \| +8\.00 \| +32\.0 \|/.test(page),
  );
  assertStringIncludes(
    page,
    "At 1,024 tokens and 4 heads a tenth of the keys is read 12.0 times as fast: 8.57 times fewer",
  );
  assertStringIncludes(
    page,
    "read by the same kernel, have 1.40 of it; softmax attention keeps 32 times the 1.0 MiB.",
  );
  assertStringIncludes(
    page,
    "a tenth of the keys is 10.0 times as fast as all: gathering and scattering, once a head, cost next to",
  );
  assertStringIncludes(page, "The annealing takes 33 % of both, and leaves 8.0 times.");
  assert(!(await longStudyReport([])).files.get("README.md")!.includes("What the kernels skip"));
});

Deno.test("readSelectedBench() names what is wrong in a record, and how to make it again", async () => {
  const bench = (await readSelectedBench(published.pathname))!, path = `${await Deno.makeTempDir()}/selected.json`;
  const refused = async (changed: Partial<Record<keyof SelectedBench, unknown>>, named: string) => {
    await Deno.writeTextFile(path, JSON.stringify({ ...bench, ...changed }));
    const error = await assertRejects(() => readSelectedBench(path), TypeError, named);
    assertStringIncludes(error.message, "make it again with deno task bench --only selected");
  };
  await refused({ schema: 2 }, "schema must be 1");
  await refused({ rows: [{ ...bench.rows[0], method: "dens" }] }, "rows[0].method");
  await refused({ rows: [{ ...bench.rows[0], readMs: "fast" }] }, "rows[0].readMs");
});

Deno.test("results/bench/selected.json has every way at every length, of a committed program, and shows what it is there for", async () => {
  const { rows, code, rounds } = (await readSelectedBench(published.pathname))!;
  assert(/^[0-9a-f]{40}$/.test(code.commit ?? ""), `${code.commit}`);
  assertEquals([rows.length, rounds >= 5], [2 * 4 * 5, true]);
  for (const { method, share, tokens, speedUp, solveMs } of rows) {
    if (method !== "selected") continue;
    assert(solveMs > 0);
    // a share of the keys is read at least about as many times as fast as it is smaller than one
    assert(speedUp > 0.85 / share, `${tokens} tokens, ${share}: ${speedUp}`);
  }
});
