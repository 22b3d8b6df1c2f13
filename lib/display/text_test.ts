import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { durationText, markdownTable, progressLine, ProgressReporter } from "./mod.ts";

Deno.test("markdownTable() gives lines of one length, a rule and escaped bars", () => {
  const table = markdownTable([{ title: "a|b" }, { title: "number", align: "right" }], [["x\ny", "1"], [
    "long entry",
    "22",
  ]]);
  const lines = table.trimEnd().split("\n");
  assertEquals(new Set(lines.map((line) => line.length)).size, 1);
  assertEquals(lines[1], "| ---------- | -----: |");
  assertStringIncludes(lines[2], "| x y        |      1 |");
});

Deno.test("markdownTable() refuses rows that do not fit, and no column", () => {
  assertThrows(() => markdownTable([{ title: "a" }], [["1", "2"]]), RangeError, "row 1 has 2 entries for 1 columns");
  assertThrows(() => markdownTable([], []), RangeError, "there is no column");
});

Deno.test("progressLine() never exceeds the terminal and clips shares that are none", () => {
  const state = { label: "MNIST, QAMA v2 (published), seed 1", done: 0.4, etaMs: 1e4, detail: "epoch 2/5" };
  for (const columns of [0, 1, 20, 60, 200]) assert(progressLine(state, columns).length <= Math.max(columns, 1));
  assertStringIncludes(progressLine({ ...state, done: 7 }, 200), "100 %");
  assertStringIncludes(progressLine({ ...state, done: NaN, etaMs: NaN }, 200), "  0 %  ? left");
});

Deno.test("durationText() carries seconds into minutes and minutes into hours", () => {
  const cases = {
    0: "0s",
    59_499: "59s",
    59_500: "1m00s",
    3_599_499: "59m59s",
    3_599_500: "1h00m",
    7_500_000: "2h05m",
  };
  for (const [ms, words] of Object.entries(cases)) assertEquals(durationText(Number(ms)), words);
  assertEquals([NaN, Infinity, -1].map(durationText), ["?", "?", "?"]);
});

Deno.test("ProgressReporter rewrites one line on a terminal at most ten times a second, a new label at once", () => {
  let time = 0;
  const written: string[] = [];
  const reporter = new ProgressReporter({ write: (text) => written.push(text), terminal: true, now: () => time });
  for (time = 0; time < 1000; time += 10) reporter.update({ label: "a", done: time / 1000, etaMs: 0 });
  assertEquals(written.length, 10);
  assert(written.every((text) => text.startsWith("\r\x1b[2K") && !text.includes("\n")));
  reporter.update({ label: "b", done: 1, etaMs: 0 });
  reporter.line("done");
  reporter.end();
  assertEquals(written.slice(11), ["\r\x1b[2Kdone\n"]);
});

Deno.test("ProgressReporter in a pipe writes a plain line every ten seconds", () => {
  let time = 0;
  const written: string[] = [];
  const reporter = new ProgressReporter({ write: (text) => written.push(text), terminal: false, now: () => time });
  for (time = 0; time < 60_000; time += 100) reporter.update({ label: "a", done: 0, etaMs: 0 });
  reporter.line("done");
  reporter.end();
  assertEquals(written.length, 7);
  assert(written.every((text) => text.endsWith("\n") && !text.includes("\x1b")));
});
