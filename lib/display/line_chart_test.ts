import { assert, assertEquals, assertThrows } from "@std/assert";
import { curveStyles, JUPYTER_DISPLAY, lineChart } from "./mod.ts";

const axes = { title: "t", x: [1, 2, 5, 10], xLabel: "sweeps", yLabel: "gap (%)" };

/** The points of the line of a slot, as drawn. */
function points(svg: string, slot: number): number[][] {
  const path = new RegExp(`d="(M[^"]+)" fill="none" stroke="${curveStyles[slot].colour}" stroke-width="2"`).exec(svg)
    ?.[1];
  return (path ?? "").split(/[ML]/).slice(1).map((point) => point.split(" ").map(Number));
}

const svgOf = (values: number[]) =>
  String(lineChart([{ label: "a", values }], axes)[JUPYTER_DISPLAY]()["image/svg+xml"]);

Deno.test("lineChart() draws larger values higher, at even distances from place to place", () => {
  const drawn = points(svgOf([1, 3, 2, 3]), 0);
  assertEquals(drawn.length, 4);
  assert(drawn[0][1] > drawn[2][1] && drawn[2][1] > drawn[1][1], "the y axis of SVG points down");
  assertEquals(drawn[1][1], drawn[3][1]);
  const gaps = [1, 2, 3].map((i) => drawn[i][0] - drawn[i - 1][0]);
  assert(Math.max(...gaps) - Math.min(...gaps) <= 0.2, `${gaps}`);
});

Deno.test("lineChart() leaves a gap for what is not finite, in every form", () => {
  const svg = svgOf([1, NaN, 2, 3]);
  assertEquals([points(svg, 0).length, svg.includes("NaN")], [3, false]);
  assertEquals((/d="(M[^"]+)" fill="none" stroke="#000000"/.exec(svg)?.[1] ?? "").split("M").length - 1, 2);
  const shown = lineChart([{ label: "a", values: [1, NaN, 2, 3] }], axes)[JUPYTER_DISPLAY]();
  assertEquals(JSON.parse(JSON.stringify(shown["application/vnd.plotly.v1+json"])).data[0].y, [1, null, 2, 3]);
  assertEquals(Object.keys(shown), ["application/vnd.plotly.v1+json", "text/html", "image/svg+xml", "text/plain"]);
});

Deno.test("lineChart() refuses what cannot be drawn", () => {
  assertThrows(() => lineChart([], axes), RangeError, "expected 1 to 16 lines, got 0");
  assertThrows(() => lineChart([{ label: "a", values: [1] }], axes), TypeError, "a has 1 values for 4 places");
  const gone = [{ label: "a", values: [NaN, NaN, NaN, NaN] }];
  assertThrows(() => lineChart(gone, axes), RangeError, "no value is finite");
});
