import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { HEADLINE, REFERENCE } from "./_leaderboard_contestants.ts";
import { renderLeaderboard } from "./_leaderboard_page.ts";
import type { Records } from "./_leaderboard_records.ts";
import { exampleCell } from "./_leaderboard_test_records.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

const MACHINE = { deno: "2.9.6", v8: "14", os: "linux", arch: "x86_64", cpu: "a processor", cores: 2 };
const records = (...cells: CellRecord[]): Records => ({
  runs: [{
    run: "2026-01-01T00:00:00.000Z",
    profile: "full",
    machine: MACHINE,
    code: { version: "0.1.0", commit: null },
    planned: {},
    core: 1,
  }],
  cells,
});
const verdictOf = (cells: CellRecord[], start: string) =>
  renderLeaderboard(records(...cells)).verdicts.find(({ wanted }) => wanted.startsWith(start));

/** Reads of 10, 20 and 40 sweeps on three instances, `factor` times as slow as a millisecond a sweep for a hundred reads. */
function sk(contestant: string, factor: number): CellRecord[] {
  return ["a", "b", "c"].flatMap((instance) =>
    [[10, 5], [20, 40], [40, 60]].map(([length, successes]) =>
      exampleCell({ section: "sk-tts", instance, contestant, length, numReads: 100 }, {
        successes,
        clocks: { readMs: 0, convertMs: 0, annealMs: factor * length, callMs: 2 * factor * length, totalMs: 0 },
      })
    )
  );
}

Deno.test("renderLeaderboard() judges the ratio of times to solution", () => {
  assertEquals(verdictOf([...sk(HEADLINE, 1), ...sk(REFERENCE, 4)], "SK n = 100: median")?.state, "reached");
  const missed = verdictOf([...sk(HEADLINE, 1), ...sk(REFERENCE, 2)], "SK n = 100: median");
  assertEquals([missed?.state, missed?.measured.startsWith("0.500 (")], ["missed", true]);
  assertEquals(verdictOf(sk(HEADLINE, 1), "SK n = 100: median")?.state, "not measured");
});

Deno.test("renderLeaderboard() compares only the lengths that every instance has", () => {
  const text = renderLeaderboard(records(...sk(HEADLINE, 1).slice(0, -2))).files.get("README.md") ?? "";
  // 10 sweeps are left: 0.1 ms a read at 5 %, 0.1 ln 0.01 / ln 0.95
  assertStringIncludes(text, "8.98");
  assertStringIncludes(text, "10 (only tried)");
});

Deno.test("renderLeaderboard() judges rates: dense and large, and sparse", () => {
  const rate = (instance: string, contestant: string, n: number, terms: number, annealMs: number) =>
    exampleCell({ section: "rate", instance, contestant, length: 100 }, {
      n,
      terms,
      length: 100,
      clocks: { readMs: 0, convertMs: 0, annealMs, callMs: annealMs, totalMs: 0 },
    });
  const cells = [
    rate("dense", HEADLINE, 2000, 1999000, 1),
    rate("dense", REFERENCE, 2000, 1999000, 9),
    rate("G1", HEADLINE, 800, 19176, 4),
    rate("G1", REFERENCE, 800, 19176, 3),
  ];
  assertEquals(verdictOf(cells, "Dense")?.state, "reached");
  assertEquals([verdictOf(cells, "Sparse")?.state, verdictOf(cells, "Sparse")?.measured], ["missed", "0.750 times"]);
});

Deno.test("renderLeaderboard() wants a sampler of ours in every size class, and one that no peer beats in any", () => {
  const cut = (instance: string, n: number, contestant: string, value: number) =>
    exampleCell({ section: "gset-equal-time", instance, contestant }, { n, best: -100, bestEnergy: -value });
  const cells = [
    cut("G1", 800, HEADLINE, 99),
    cut("G22", 2000, HEADLINE, 90),
    cut("G1", 800, "tabuSearch", 80),
    cut("G22", 2000, "tabuSearch", 95),
    cut("G1", 800, REFERENCE, 98),
    cut("G22", 2000, REFERENCE, 91),
  ];
  const some = verdictOf(cells, "G-set at equal time: in every");
  assertEquals([some?.state, some?.measured], [
    "reached",
    `${HEADLINE}, restarts of 1000: n = 800; tabuSearch: n = 2000; against ${REFERENCE}`,
  ]);
  const found = verdictOf(cells, "G-set at equal time: one");
  assertEquals([found?.state, found?.measured], [
    "missed",
    `${HEADLINE}, restarts of 1000, but not in G-set n = 2000; against ${REFERENCE}`,
  ]);
  const level = cells.map((record) =>
    record.cell.contestant === REFERENCE ? cut(record.cell.instance, record.found?.n ?? 0, REFERENCE, 90) : record
  );
  assertEquals(verdictOf(level, "G-set at equal time: one")?.state, "reached");
  const beaten = cells.map((record) =>
    record.cell.contestant === REFERENCE ? cut(record.cell.instance, record.found?.n ?? 0, REFERENCE, 1000) : record
  );
  const none = verdictOf(beaten, "G-set at equal time: in every");
  assertEquals([none?.state, none?.measured], ["missed", `none: n = 800, n = 2000; against ${REFERENCE}`]);
});

Deno.test("renderLeaderboard() names the instances that were not solved, and counts their time as too long", () => {
  const run = (instance: string, seed: number, reachedMs: number | null) =>
    exampleCell(
      { section: "qubo-best-known", instance, contestant: HEADLINE, seed, timeLimitMs: 10_000, toBest: true },
      {
        reachedMs,
        bestEnergy: reachedMs === null ? -9 : -10,
      },
    );
  const cells = [run("p", 1, 20), run("p", 2, 40), run("q", 1, null), run("q", 2, null)];
  const found = verdictOf(cells, "Beasley");
  assertEquals([found?.state, found?.measured], ["missed", `${HEADLINE} 1 of 2, not q`]);
  const text = renderLeaderboard(records(...cells)).files.get("README.md") ?? "";
  assertStringIncludes(text, "0/2, gap 10.000 %");
  assertStringIncludes(text, "2/2, 0.0300");
  assertEquals(verdictOf([run("p", 1, 20)], "Beasley")?.state, "reached");
});

Deno.test("renderLeaderboard() shows what failed, what is absent and where published values disagree", () => {
  const failed: CellRecord = {
    cell: { ...sk(HEADLINE, 1)[0].cell, section: "rate" },
    run: "x",
    failure: "out of memory",
  };
  const noted = exampleCell({ section: "workers", instance: "G72", contestant: HEADLINE, numWorkers: 1 }, {
    best: -7008,
    note: "another list has 7006",
  });
  const rendered = renderLeaderboard(records(failed, noted));
  const text = rendered.files.get("README.md") ?? "";
  assertStringIncludes(text, `No result of ${HEADLINE}: out of memory (a).`);
  assertStringIncludes(text, "Not here: ");
  assertStringIncludes(text, "G72 (7008; another list has 7006)");
  assertStringIncludes(rendered.page(null), "out of memory");
});

Deno.test("renderLeaderboard() says in the quick profile what each section leaves out", () => {
  const { runs, cells } = records(...sk(HEADLINE, 1));
  const quick = renderLeaderboard({ runs: runs.map((run) => ({ ...run, profile: "quick" })), cells });
  assertEquals((quick.files.get("README.md") ?? "").match(/Left out by --quick/g)?.length, 7);
  assert(!(renderLeaderboard({ runs, cells }).files.get("README.md") ?? "").includes("Left out"));
});

Deno.test("renderLeaderboard() says that a section is incomplete", () => {
  const { runs, cells } = records(...sk(HEADLINE, 1), ...sk(REFERENCE, 4));
  const partial = renderLeaderboard({ runs: runs.map((run) => ({ ...run, planned: { "sk-tts": 20 } })), cells });
  assertStringIncludes(partial.verdicts[0].measured, "(incomplete: 18 of 20 measurements)");
  assertStringIncludes(partial.files.get("README.md") ?? "", "This section is incomplete");
});

Deno.test("renderLeaderboard() refuses to render nothing", () => {
  assertThrows(() => renderLeaderboard(records()), RangeError, "there is no record");
});
