import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { longStudyReport } from "./long_study_report.ts";
import { readSelectedBench, type SelectedBench, type SelectedBenchRow } from "./selected_bench_record.ts";

const published = new URL("../../results/bench/selected.json", import.meta.url);

const row = (method: SelectedBenchRow["method"], share: number, readMs: number): SelectedBenchRow => ({
  ...{ method, share, readMs, tokens: 1024, heads: 4, solveMs: method === "selected" ? 5 : 0, speedUp: 1, megaexp: 1 },
  ...{ gigaflop: method === "kept" ? 6 : 7 * share },
  bytes: { softmax: 2 ** 19, kept: 2 ** 25, dense: 2 ** 20, selected: 2 ** 20 }[method],
});

Deno.test("longStudyReport() takes the speed-up of kernels that skip keys apart: operations, and how fast each is", async () => {
  const bench = (await readSelectedBench(published.pathname))!;
  const rows = [row("softmax", 1, 105), row("kept", 1, 126), row("dense", 1, 100), row("selected", 0.1, 10)];
  const page = (await longStudyReport([], [], { ...bench, rows })).files.get("README.md")!;
  // 105 / 10 = 10 x 1.05; with the annealing 105 / 15; 1 MiB over a half
  assert(
    /\| 10 % of the keys +\| +4 \| +1,024 \| +10\.0 \| +10\.00 \| +1\.05 \| +10\.50 \| +7\.00 \| +2\.0 \|/.test(page),
  );
  // 105 / 126 = 7 / 6 x 5 / 7
  assert(/probabilities kept +\| +4 \| +1,024 \| +126 \| +1\.17 \| +0\.71 \| +0\.83 \|/.test(page));
  assertStringIncludes(
    page,
    "At 1,024 tokens and 4 heads a tenth of the keys is read 10.5 times as fast: 10.00 times fewer operations, each 1.05",
  );
  assertStringIncludes(
    page,
    "of the second 1.05 is the kernel's, which it has for all keys too, and 1.00 is not taken apart.",
  );
  assertStringIncludes(
    page,
    "It takes 1.0 MiB, softmax attention 0.5; with its probabilities kept softmax attention would take 32.0 MiB and 1.20",
  );
  assertStringIncludes(
    page,
    "a tenth of the keys is 10.0 times as fast as all: gathering and scattering, once a head, cost next to",
  );
  assertStringIncludes(page, "The annealing takes 33 % of both, and leaves 7.0 times.");
  assert(!(await longStudyReport([])).files.get("README.md")!.includes("What the kernels skip"));
});

Deno.test("readSelectedBench() names what is wrong in a record, and how to make it again", async () => {
  const bench = (await readSelectedBench(published.pathname))!, path = `${await Deno.makeTempDir()}/selected.json`;
  const refused = async (changed: Partial<Record<keyof SelectedBench, unknown>>, named: string) => {
    await Deno.writeTextFile(path, JSON.stringify({ ...bench, ...changed }));
    const error = await assertRejects(() => readSelectedBench(path), TypeError, named);
    assertStringIncludes(error.message, "make it again with deno task bench --only selected");
  };
  await refused({ schema: 1 }, "schema must be 2");
  await refused({ rows: [{ ...bench.rows[0], method: "dens" }] }, "rows[0].method");
  await refused({ rows: [{ ...bench.rows[0], readMs: "fast" }] }, "rows[0].readMs");
});

Deno.test("results/bench/selected.json has every way at every length, of a committed program, and shows what it is there for", async () => {
  const { rows, code, rounds } = (await readSelectedBench(published.pathname))!;
  assert(/^[0-9a-f]{40}$/.test(code.commit ?? ""), `${code.commit}`);
  assertEquals([rows.length, rounds >= 5], [2 * 4 * 6, true]);
  for (const { method, share, tokens, heads, readMs, solveMs } of rows) {
    if (method !== "selected") continue;
    const softmax = rows.find((one) => one.method === "softmax" && one.tokens === tokens && one.heads === heads)!;
    const speedUp = softmax.readMs / readMs;
    assert(solveMs > 0);
    // a share of the keys is read about as many times as fast as it is smaller than one
    assert(speedUp > 0.85 / share, `${tokens} tokens, ${share}: ${speedUp}`);
  }
});
