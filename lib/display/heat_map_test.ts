import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { colourScale } from "./_colours.ts";
import { indexedPngAddress } from "./_png.ts";
import { cellsOf } from "./_test_png.ts";
import { heatMap, JUPYTER_DISPLAY } from "./mod.ts";

Deno.test("indexedPngAddress() has every cell in its own colour, of as few bits as will do, and leaves out what has none", () => {
  const rng = new Rng(5);
  for (const count of [1, 2, 3, 5, 16, 40]) {
    const colours = Array.from({ length: count }, (_, i) => `#${(i * 0x050301).toString(16).padStart(6, "0")}`);
    for (const extra of [0, 1]) {
      const grid = Uint8Array.from({ length: 7 * 11 }, () => rng.integer(count + extra));
      const cells = cellsOf(`href="${indexedPngAddress(grid, 7, 11, colours)}"`);
      assertEquals(cells.flat(), [...grid].map((index) => colours[index]));
    }
  }
});

Deno.test("colourScale() has 0 at the pale colour, and values of either sign on the side of their sign", () => {
  const pale = "#f7f7f7";
  for (const values of [[-1, 0, 4], [0, 3], [-2, 0], [0, 0]]) {
    const { colours, at, range } = colourScale(values);
    assertEquals(colours[at(0)], pale, `${values}`);
    assert(range[0] <= Math.min(...values) && range[1] >= Math.max(...values));
  }
  const { colours, at, range } = colourScale([-1, 4]);
  assertEquals(range, [-4, 4]);
  assertEquals([colours[at(-4)], colours[at(4)]], ["#2166ac", "#b2182b"]);
  assert(at(-1) < at(0) && at(0) < at(1));
});

Deno.test("heatMap() gives plotly the values and both pictures their place in the matrix", () => {
  const shown = heatMap([1, 2, 3, 4, 5, -6], { rows: 2, title: "a < b", valueLabel: "E" })[JUPYTER_DISPLAY]();
  assertEquals(Object.keys(shown), ["application/vnd.plotly.v1+json", "text/html", "image/svg+xml", "text/plain"]);
  const figure = JSON.parse(JSON.stringify(shown["application/vnd.plotly.v1+json"]));
  assertEquals(figure.data[0].z, [[1, 2, 3], [4, 5, -6]]);
  assertEquals([figure.data[0].zmin, figure.data[0].zmax], [-6, 6]);
  const svg = String(shown["image/svg+xml"]);
  assertStringIncludes(svg, "a &lt; b");
  const cells = cellsOf(svg);
  assertEquals([cells.length, cells[0].length, cells[1][2]], [2, 3, "#2166ac"]);
  assertEquals(cellsOf(svg, 1).flat().at(0), "#b2182b", "the highest value is on top of the bar");
});

Deno.test("heatMap() numbers rows and columns from where it is told", () => {
  const numbers = (from?: number) =>
    [
      ...String(heatMap([1, 2], { rows: 1, title: "", from })[JUPYTER_DISPLAY]()["text/html"]).matchAll(
        />(\d+)<\/text>/g,
      ),
    ]
      .slice(0, 3).map(([, number]) => number);
  assertEquals([numbers(), numbers(7)], [["0", "1", "0"], ["7", "8", "7"]]);
});

Deno.test("heatMap() refuses what is no matrix of numbers", () => {
  assertThrows(() => heatMap([1, 2, 3], { rows: 2, title: "" }), TypeError, "no whole number of 2 rows");
  assertThrows(() => heatMap([], { rows: 1, title: "" }), RangeError, "got 1 of 0 values");
  assertThrows(() => heatMap([1], { rows: 0, title: "" }), RangeError, "one row or more");
  assertThrows(() => heatMap([1, NaN], { rows: 1, title: "" }), RangeError, "value 1 is NaN");
});

Deno.test("heatMap() leaves gaps empty where they are allowed, on a scale that is told", () => {
  const values = [NaN, 0.2, 0.4, NaN];
  assertThrows(() => heatMap(values, { rows: 2, title: "t" }), RangeError, "value 0 is NaN");
  const shown = heatMap(values, { rows: 2, title: "t", gaps: true, range: [0, 0.8] })[JUPYTER_DISPLAY]();
  const { z, zmax } = (shown["application/vnd.plotly.v1+json"] as { data: { z: unknown; zmax: number }[] }).data[0];
  assertEquals([z, zmax], [[[null, 0.2], [0.4, null]], 0.8]);
  assertEquals(cellsOf(shown["image/svg+xml"] as string).map((row) => row.map((cell) => cell === undefined)), [
    [true, false],
    [false, true],
  ]);
  assertThrows(() => heatMap([Infinity], { rows: 1, title: "t", gaps: true }), RangeError, "value 0 is Infinity");
});
