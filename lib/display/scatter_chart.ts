import { text } from "./_chart.ts";
import { checkScatter } from "./_scatter_check.ts";
import { legendLines } from "./_scatter_legend.ts";
import { scatterPlot } from "./_scatter_plot.ts";
import { scatterPlotly } from "./_scatter_plotly.ts";
import { svgElement } from "./_svg.ts";
import { wrapped } from "./_text.ts";
import { textScatter } from "./_text_scatter.ts";
import type { ScatterChartOptions, ScatterGroup } from "./scatter_types.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const WIDTH = 440;

/**
 * Makes a value that a notebook shows as points in a plane, on axes of powers of ten unless told otherwise.
 *
 * Intervals are bars, lower bounds arrows that point up. Groups differ in colour, shape and filling, so that they can be told
 * apart in grey. Nothing is left out in silence: a point that has no place on its axis is refused.
 *
 * @param groups points that belong together, with the legend's words; one point or more in all
 * @param options see {@link ScatterChartOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML and SVG, 440 wide, to be read on a telephone
 * @throws {RangeError} if there is no point; a point or line has no place on its axis or an interval not around it; a line has
 * less than two points; a slot has no style
 *
 * Cost O(points).
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example A point and a lower bound
 * ```ts
 * import { JUPYTER_DISPLAY, scatterChart } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const points = [{ x: 0.1, y: 20, yRange: [10, 40] as const }, { x: 0.01, y: 500, censored: true }];
 * const axes = { title: "Small gaps", xLabel: "gap", yLabel: "TTS (ms)" };
 * const shown = scatterChart([{ label: "glasses", points }], axes)[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["image/svg+xml"]), "TTS (ms)");
 * ```
 */
export function scatterChart(groups: readonly ScatterGroup[], options: ScatterChartOptions): Shown {
  checkScatter(groups, options);
  const { title, lines = [], legend = true } = options;
  const heading = wrapped(title, 50);
  const top = 24 + 18 * heading.length;
  const box = { left: 64, top, width: WIDTH - 64 - 14, height: 250 };
  const parts = heading.map((line, i) => text(10, 22 + 18 * i, line, "start", ' font-size="14" font-weight="600"'));
  parts.push(...scatterPlot(groups, options, box));
  const below = top + box.height + 46;
  const entries = legend ? legendLines(groups, lines, { left: 16, top: below + 12, width: WIDTH - 32 }) : null;
  const svg = svgElement(WIDTH, entries?.bottom ?? below, title, [...parts, ...(entries?.parts ?? [])]);
  const figure = scatterPlotly(groups, options);
  return makeShown({ svg, plotly: figure, text: textScatter(groups, options) });
}
