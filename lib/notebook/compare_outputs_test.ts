import { assertEquals, assertThrows } from "@std/assert";
import { compareOutputs } from "./compare_outputs.ts";
import type { Cell, Notebook, Output } from "./notebook_file.ts";

function notebook(outputs: Output[], tags: string[] = ["compare"]): Notebook {
  const cell: Cell = { cell_type: "code", metadata: { tags }, source: "x", outputs };
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
}

const stream = (text: string | string[]): Output => ({ output_type: "stream", name: "stdout", text });
const result = (data: Record<string, unknown>, execution_count = 1): Output => ({
  output_type: "execute_result",
  data,
  metadata: {},
  execution_count,
});

Deno.test("compareOutputs() takes lines and texts, counts and colours for the same", () => {
  assertEquals(compareOutputs(notebook([stream(["a\n", "b"])]), notebook([stream("a\nb")])), []);
  const [old, now] = [result({ "text/plain": "\x1b[33m1\x1b[39m" }, 3), result({ "text/plain": "1" }, 4)];
  assertEquals(compareOutputs(notebook([old]), notebook([now])), []);
});

Deno.test("compareOutputs() names the first line that differs, at the end of a text too", () => {
  const at = (before: string, after: string) =>
    compareOutputs(notebook([stream(before)]), notebook([stream(after)])).map((
      { expected, actual },
    ) => [expected, actual]);
  assertEquals(at("a\nb\nc", "a\nB\nC"), [["b", "B"]]);
  assertEquals(at("a", "a\nb"), [["(nothing)", "b"]]);
  assertEquals(at("a\nb", "a"), [["b", "(nothing)"]]);
});

Deno.test("compareOutputs() compares every type of a bundle, JSON by value, and shows where a long line differs", () => {
  const make = (digit: number) =>
    notebook([result({ "application/json": { a: [1] }, "image/svg+xml": `${"x".repeat(5000)}${digit}` })]);
  const [difference, ...others] = compareOutputs(make(1), make(2));
  assertEquals([difference.cell, difference.what, others.length], [1, "image/svg+xml", 0]);
  assertEquals(difference.actual, `...${"x".repeat(100)}2...`);
});

Deno.test("compareOutputs() sees an output that is missing or new, and leaves cells without the tag alone", () => {
  const [difference] = compareOutputs(notebook([stream("a")]), notebook([]));
  assertEquals([difference.what, difference.expected, difference.actual], ["outputs", "stdout", "none"]);
  assertEquals(compareOutputs(notebook([stream("a")], []), notebook([], [])), []);
  assertThrows(() => compareOutputs(notebook([]), { ...notebook([]), cells: [] }), RangeError, "1 and 0 cells");
});

Deno.test("compareOutputs() takes a figure for the same that was kept without its live forms, and sees that its drawing changed", () => {
  const shown = (svg: string) =>
    result({
      "application/vnd.plotly.v1+json": { data: [] },
      "text/html": svg,
      "image/svg+xml": svg,
      "text/plain": "a",
    });
  const kept = (svg: string) => result({ "image/svg+xml": svg, "text/plain": "a" });
  assertEquals(compareOutputs(notebook([kept("<svg/>")]), notebook([shown("<svg/>")])), []);
  assertEquals(compareOutputs(notebook([kept("<svg/>")]), notebook([shown("<svg> </svg>")])).length, 1);
  const table = (html: string) => result({ "text/html": html });
  assertEquals(compareOutputs(notebook([table("<b>")]), notebook([table("<i>")])).length, 1, "a table has no drawing");
});
