import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { tightLogAxis } from "./_axis.ts";
import { powerText } from "./_text.ts";
import {
  JUPYTER_DISPLAY,
  scatterChart,
  type ScatterChartOptions,
  scatterGrid,
  type ScatterGroup,
  scatterLegend,
  type ScatterPoint,
  scatterStyles,
} from "./mod.ts";

const axes = { title: "t", xLabel: "gap", yLabel: "TTS" };

const shownOf = (groups: readonly ScatterGroup[], options: Partial<ScatterChartOptions> = {}) =>
  scatterChart(groups, { ...axes, ...options })[JUPYTER_DISPLAY]();
const svgOf = (points: readonly ScatterPoint[], options: Partial<ScatterChartOptions> = {}) =>
  String(shownOf([{ label: "g", points }], options)["image/svg+xml"]);
// deno-lint-ignore no-explicit-any
const plotlyOf = (points: readonly ScatterPoint[]): any =>
  JSON.parse(JSON.stringify(shownOf([{ label: "g", points }])["application/vnd.plotly.v1+json"]));

/** Middles of the circles of the first group, in the order of its points; the legend's own, which is larger, left out. */
function circles(svg: string): number[][] {
  return [...svg.matchAll(/M([\d.]+) ([\d.]+)a3\.6/g)].map(([, x, y]) => [Number(x) + 3.6, Number(y)]);
}

Deno.test("scatterChart() has equal distances for equal ratios on both axes, larger to the right and higher", () => {
  const drawn = circles(svgOf([{ x: 1e-4, y: 3 }, { x: 1e-3, y: 30 }, { x: 1e-2, y: 300 }]));
  assertEquals(drawn.length, 3);
  const [a, b, c] = drawn;
  assert(a[0] < b[0] && b[0] < c[0] && a[1] > b[1] && b[1] > c[1], "the y axis of SVG points down");
  assert(Math.abs(b[0] - a[0] - (c[0] - b[0])) < 0.3 && Math.abs(b[1] - a[1] - (c[1] - b[1])) < 0.3, `${drawn}`);
});

Deno.test("scatterChart() draws a line through points of a power law, and bars from end to end of the intervals", () => {
  const points = [1e-3, 1e-2, 1e-1].map((x) => ({ x, y: 5 * x ** -2 }));
  const svg = svgOf(points, { lines: [{ label: "k = 2", points: [[1e-3, 5e6], [1e-1, 5e2]] }] });
  const [, from, to] = /d="M([\d. ]+)L([\d. ]+)" fill="none" stroke="#222222" stroke-width="1.8"/.exec(svg) ?? [];
  const ends = [from, to].map((end) => end.split(" ").map(Number));
  const middle = [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2];
  assert(circles(svg)[1].every((at, i) => Math.abs(at - middle[i]) < 0.3), `${circles(svg)[1]}, ${middle}`);

  const bars = svgOf([{ x: 1, y: 10, xRange: [0.1, 10], yRange: [1, 100] }]);
  const [x, y] = circles(bars)[0];
  const [, x0, atY, x1, atX, y0, y1] =
    /d="M([\d.]+) ([\d.]+)H([\d.]+)M([\d.]+) ([\d.]+)V([\d.]+)" fill="none" stroke="#0/
      .exec(bars)?.map(Number) ?? [];
  assert(Math.abs(atX - x) < 0.11 && Math.abs(atY - y) < 0.11, "the bars cross in the point");
  assert(Math.abs((x0 + x1) / 2 - x) < 0.3 && x1 - x0 > 100, `${x0}, ${x}, ${x1}`);
  assert(Math.abs((y0 + y1) / 2 - y) < 0.3 && y0 - y1 > 100, `${y0}, ${y}, ${y1}`);
});

Deno.test("scatterChart() gives a lower bound an arrow inside the frame, in every form, and nothing else one", () => {
  const arrows = (svg: string) => [...svg.matchAll(/M([\d.]+) ([\d.]+)v-15m/g)].map(([, x, y]) => [+x, +y]);
  const open = { x: 1, y: 100, censored: true };
  const svg = svgOf([{ x: 2, y: 3 }, open]);
  const found = arrows(svg);
  assertEquals(found.length, 2, "one in the chart, one in the legend");
  assert(Math.abs(found[0][0] - circles(svg)[1][0]) < 0.11 && Math.abs(found[0][1] - circles(svg)[1][1]) < 0.11);
  const frameTop = Number(/d="M64 (\d+)V/.exec(svg)?.[1]);
  assert(found[0][1] - 15 > frameTop, "its tip stays below the frame's top");
  assertStringIncludes(svg, "lower bound: no run succeeded");
  const unbounded = svgOf([{ x: 2, y: 3 }, { x: 1, y: 100, yRange: [50, Infinity] }]);
  assertEquals(arrows(unbounded).length, 2);
  assert(!unbounded.includes("NaN") && !unbounded.includes("Infinity"));
  assertEquals(arrows(svgOf([{ x: 2, y: 3 }])).length, 0);

  const [known, bound] = plotlyOf([{ x: 2, y: 3 }, open]).data;
  assertEquals([known.x, known.y], [[2], [3]]);
  assertEquals(bound.x, [1, 1, null]);
  assert(bound.y[0] === 100 && bound.y[1] > 100 && bound.marker.symbol[1] === "arrow-up");
});

Deno.test("scatterChart() gives plotly the values, lengths of bars and logarithmic axes", () => {
  const { data: [trace], layout } = plotlyOf([{ x: 1, y: 10, xRange: [0.5, 4], yRange: [7, 15], label: "p" }]);
  assertEquals([trace.error_x.arrayminus, trace.error_x.array], [[0.5], [3]]);
  assertEquals([trace.error_y.arrayminus, trace.error_y.array, trace.text], [[3], [5], ["p"]]);
  assertEquals([layout.xaxis.type, layout.yaxis.type], ["log", "log"]);
});

Deno.test("scatterChart() draws on straight axes what has no place on logarithmic ones", () => {
  const svg = svgOf([{ x: -1, y: 0 }, { x: 0, y: 1 }, { x: 1, y: 2 }], { xScale: "linear", yScale: "linear" });
  const [a, b, c] = circles(svg);
  assert(Math.abs(a[0] + c[0] - 2 * b[0]) < 0.3 && Math.abs(a[1] + c[1] - 2 * b[1]) < 0.3);
});

Deno.test("scatterStyles can be told apart without colour, and every marker is drawn in its own way", () => {
  assertEquals(new Set(scatterStyles.map(({ marker, open }) => `${marker} ${open}`)).size, scatterStyles.length);
  const groups = scatterStyles.map((_, slot) => ({ label: `g${slot}`, slot, points: [{ x: 1, y: 1 }] }));
  const svg = String(shownOf(groups, { legend: false })["image/svg+xml"]);
  const paths = [...svg.matchAll(/<path d="(M[^"]+)" fill="(none|#[0-9a-f]{6})"( fill-opacity|) ?[^>]*stroke="#/g)]
    .slice(2).map(([, d, fill]) => `${d} ${fill === "#ffffff"}`);
  assertEquals([paths.length, new Set(paths).size], [scatterStyles.length, scatterStyles.length]);
});

Deno.test("scatterChart() refuses what cannot be drawn", () => {
  const refuse = (groups: readonly ScatterGroup[], words: string, options: Partial<ScatterChartOptions> = {}) =>
    assertThrows(() => scatterChart(groups, { ...axes, ...options }), RangeError, words);
  const one = [{ label: "g", points: [{ x: 1, y: 1 }] }];
  refuse([], "there is no point");
  refuse([{ label: "g", points: [] }], "there is no point");
  refuse([{ label: "g", points: [{ x: 0, y: 1 }] }], "x of point 0 of g must be above 0");
  refuse([{ label: "g", points: [{ x: 1, y: -2 }] }], "y of point 0 of g must be above 0");
  refuse([{ label: "g", points: [{ x: 1, y: NaN }] }], "must be finite, got NaN");
  refuse(
    [{ label: "g", points: [{ x: 1, y: 5, yRange: [6, 7] }] }],
    "must lie inside its intervals, got [1, 1] and [6, 7]",
  );
  refuse([{ label: "g", points: [{ x: 1, y: 5, yRange: [NaN, 7] }] }], "must lie inside its intervals");
  refuse([{ ...one[0], slot: 14 }], "the slot of g must be from 0 to 13, got 14");
  refuse(one, "the line fit needs two points or more, got 1", { lines: [{ label: "fit", points: [[1, 1]] }] });
  refuse(one, "y of the line fit must be above 0", { lines: [{ label: "fit", points: [[1, 1], [2, 0]] }] });
});

Deno.test("scatterGrid() draws each panel in its place under one legend, and leaves a null's place empty", () => {
  const panel = (title: string) => ({ ...axes, title, groups: [{ label: "g", points: [{ x: 1, y: 2 }] }] });
  const svg = String(
    scatterGrid([panel("a"), null, panel("b"), panel("c")], { title: "T", columns: 2 })[JUPYTER_DISPLAY]()[
      "image/svg+xml"
    ],
  );
  const at = (title: string) =>
    new RegExp(`x="(\\d+)" y="(\\d+)"[^>]*>${title}<`).exec(svg)?.slice(1).map(Number) ?? [];
  assertEquals([at("b")[0], at("c")[0] - at("a")[0], at("b")[1], at("b")[1] > at("a")[1]], [
    at("a")[0],
    330,
    at("c")[1],
    true,
  ]);
  assertEquals(svg.match(/>g<\/text>/g)?.length, 1);
  assertThrows(() => scatterGrid([null], { title: "T" }), RangeError, "there is no chart");
  assertThrows(() => scatterGrid([panel("a")], { title: "T", columns: 0 }), RangeError, "columns must be an integer");
});

Deno.test("scatterLegend() names each group and line once, escaped", () => {
  const group = { label: "a < b", points: [{ x: 1, y: 1 }] };
  const line = { label: "fit", points: [[1, 1], [2, 2]] as const };
  const html = String(scatterLegend([group, { ...group, slot: 0 }], [line, line])[JUPYTER_DISPLAY]()["text/html"]);
  assertEquals([html.match(/<li>/g)?.length, html.match(/a &lt; b/g)?.length], [2, 1]);
  assertThrows(() => scatterLegend([]), RangeError, "no point and no line");
});

Deno.test("tightLogAxis() keeps close to its values and always has two marks", () => {
  const wide = tightLogAxis([2e-7, 3e2], [0, 900], 5);
  assertEquals(wide.ticks, [1e-6, 1e-4, 1e-2, 1, 1e2]);
  assert(Math.abs(wide.at(2e-7)) < 1e-9 && Math.abs(wide.at(3e2) - 900) < 1e-9);
  for (const values of [[3, 3.1], [0.9, 1.1], [7, 7], [60, 80], [1.5, 6]]) {
    const { ticks, domain, at } = tightLogAxis(values, [0, 1], 5);
    assert(ticks.length >= 2, `${values}: ${ticks}`);
    assert(domain[0] <= values[0] && values[1] <= domain[1] && ticks.every((tick) => at(tick) >= 0 && at(tick) <= 1));
  }
});

Deno.test("powerText() writes marks as a reader would", () => {
  assertEquals([0, 0.05, 200, 1e-4, 2e5, 1e12, 0.001].map(powerText), [
    "0",
    "0.05",
    "200",
    "10⁻⁴",
    "2·10⁵",
    "10¹²",
    "10⁻³",
  ]);
});
