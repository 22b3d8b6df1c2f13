import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JUPYTER_DISPLAY, showTable, type ShowTableOptions, type TableSource } from "./mod.ts";

const markdown = (source: TableSource, options?: ShowTableOptions) =>
  String(showTable(source, options)[JUPYTER_DISPLAY]()["text/markdown"]);
const html = (source: TableSource) => String(showTable(source)[JUPYTER_DISPLAY]()["text/html"]);

Deno.test("showTable() gives a column of numbers one count of decimals, integers in it included", () => {
  const source = { columns: ["n", "E"], values: [[1, 2], [2, -0.12345]] };
  assertEquals(markdown(source, { decimals: 2 }), "|  n |     E |\n| -: | ----: |\n|  1 |  2.00 |\n|  2 | -0.12 |\n");
});

Deno.test("showTable() sets decimals by column and writes no number as zero that is none", () => {
  const source = { columns: ["a", "b"], values: [[0.5, 1e-9], [1.25, 0]] };
  const text = markdown(source, { decimals: { a: 1, b: 4 } });
  for (const entry of ["0.5", "1.3", "1.0e-9", "0.0000"]) assertStringIncludes(text, entry);
});

Deno.test("showTable() stands words left and leaves integers among them alone", () => {
  const text = html({ columns: ["what"], values: [["a < b"], [3], [0.5]] });
  for (const cell of ['left">a &lt; b<', 'left">3<', 'left">0.500<']) assertStringIncludes(text, cell);
});

Deno.test("showTable() refuses rows that do not fit", () => {
  assertThrows(() => showTable({ columns: ["a"], values: [1] }), TypeError, "row 0 is no array");
  assertThrows(() => showTable({ columns: ["a"], values: [[1, 2]] }), RangeError, "2 entries for 1 columns");
});
