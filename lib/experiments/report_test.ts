import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { meanOverlap } from "./_report_sections.ts";
import {
  exampleExhibit,
  exampleRecord,
  exhibitsMarkdown,
  matchExhibits,
  readLengthBench,
  readSoftSelection,
  resultsPage,
  shownRecords,
} from "./mod.ts";

const records = (["mha", "qamaV2", "qamaV2Fixed", "none"] as const).map((operator) => exampleRecord({ operator }));
const soft = {
  about: "64 heads",
  rows: [1, 4].map((q) => ({
    ...{ q, rms: 0.3 / q, softmaxRms: 0.4 / q, energyError: 1.2 / q, readoutError: 0.8 / q },
    ...{ betweenAlone: 0, betweenPenalised: (q - 1) / 100, correlation: 0.2, correlationPenalised: 0.25 },
  })),
};
const around = { command: "deno task x", plotly: null };
const rows = [{ method: "dense", tokens: 64, heads: 1, stepMs: 2, bytes: 3 * 2 ** 20, touchedBytes: 2 ** 20 }];

Deno.test("resultsPage() has every part where all is there, and names each that is not with its command", () => {
  const lengths = { machine: "a machine", rows };
  const whole = resultsPage(records, { ...around, exhibits: [exampleExhibit()], lengths, soft });
  assertEquals(whole.includes("Missing"), false);
  for (
    const words of [
      "zero, classified as one",
      "with the penalty",
      "lowest seen",
      "Memory touched by a step",
      "Soft weights of q bits",
    ]
  ) {
    assertStringIncludes(whole, words);
  }
  const bare = resultsPage(records, around);
  assertStringIncludes(bare, "Missing: exhibits of QAMA v2 (published) on Example, invented numbers");
  assertStringIncludes(bare, "<code>deno task reproduce --profile smoke --only example --operators qamaV2</code>");
  assertStringIncludes(bare, "deno task bench --only crossing");
  assertStringIncludes(bare, "deno run -A scripts/soft_selection.ts --record results/soft_selection.json");
  assertThrows(() => resultsPage([exampleRecord({ epochs: [] })], around), RangeError, "no run has a complete epoch");
});

Deno.test("resultsPage() shows no exhibit of weights that no record has", () => {
  const { found, lacking } = matchExhibits(records, [exampleExhibit({ weightsDigest: "other" })]);
  assertEquals([found.length, lacking.map(({ operator }) => operator)], [0, ["qamaV2"]]);
});

Deno.test("resultsPage() says that nothing overlaps where every model shown has one head", () => {
  const oneHead = { ...exampleExhibit(), overlap: null };
  const says = (exhibits: Parameters<typeof resultsPage>[1]["exhibits"]) =>
    resultsPage(records, { ...around, exhibits }).includes("there is nothing to overlap");
  assertEquals([says([oneHead]), says([exampleExhibit()]), says([])], [true, false, false]);
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
  for (const wrong of [{ stepMs: 0 }, { tokens: "64" }, { bytes: -1 }, { touchedBytes: 0 }, { method: 1 }]) {
    await Deno.writeTextFile(path, JSON.stringify({ rows: [...rows, { ...rows[0], ...wrong }] }));
    await assertRejects(() => readLengthBench(path), TypeError, "rows[1] must have");
  }
  await Deno.writeTextFile(path, "{}");
  await assertRejects(() => readLengthBench(path), TypeError, "rows must be a list");
  await Deno.writeTextFile(path, "{");
  await assertRejects(() => readLengthBench(path), SyntaxError, "Cannot read the record");
  assert(await readLengthBench(`${path}.none`) === null);
});

Deno.test("exhibitsMarkdown() gives memory as touched with what is reserved in brackets, or what there is", () => {
  const text = (changed: typeof rows[number] | { touchedBytes: null }) => {
    const lengths = { machine: "a machine", rows: [{ ...rows[0], ...changed }] };
    return exhibitsMarkdown([], { exhibits: [], lengths, soft: null });
  };
  assertStringIncludes(text(rows[0]), "MiB: touched by a step (in brackets: reserved for it, where that differs):");
  assertStringIncludes(text(rows[0]), "1 (3) |");
  assertStringIncludes(text({ ...rows[0], bytes: 2 ** 20 }), " 1 |");
  assertStringIncludes(text({ touchedBytes: null }), "MiB: reserved for a step:");
});

Deno.test("exhibitsMarkdown() says of soft weights what their record holds", () => {
  const of = (rows: typeof soft.rows) => exhibitsMarkdown([], { exhibits: [], lengths: null, soft: { ...soft, rows } });
  const text = of(soft.rows);
  assertStringIncludes(
    text,
    "With 4 bits rounding changes the energy of softmax weights by 30 % and their readout by 20 %;",
  );
  assertStringIncludes(text, "with 1 bit by 120 % and 80 %");
  assertStringIncludes(text, "a head alone has no weight between 0 and 1, whatever q");
  const some = of(soft.rows.map((row) => ({ ...row, betweenAlone: 0.125 })));
  assertStringIncludes(some, "a head alone has at most 12.5 % of its weights between 0 and 1");
});

Deno.test("readSoftSelection() gives its rows by bits and names the one that is none", async () => {
  const path = `${await Deno.makeTempDir()}/soft_selection.json`;
  const write = (value: unknown) => Deno.writeTextFile(path, JSON.stringify(value));
  await write({ heads: 64, tokens: 49, width: 8, rows: soft.rows.toReversed() });
  const record = await readSoftSelection(path);
  assertEquals(record?.rows, soft.rows);
  assertStringIncludes(record?.about ?? "", "64 heads of 49 tokens, width 8");
  await write({ rows: [soft.rows[0], { ...soft.rows[1], energyError: "0.1" }] });
  await assertRejects(() => readSoftSelection(path), TypeError, 'rows[1].energyError must be a number, got "0.1"');
  await write({ rows: [] });
  await assertRejects(() => readSoftSelection(path), TypeError, "rows must be a list of one or more");
  await Deno.writeTextFile(path, "{");
  await assertRejects(() => readSoftSelection(path), SyntaxError, "Cannot read the record");
});
