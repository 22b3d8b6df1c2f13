import { axisOver, logAxisOver } from "./_axis.ts";
import { dash, marker, text, titleText, upright } from "./_chart.ts";
import { svgElement } from "./_svg.ts";
import { curveStyles } from "./learning_curve.ts";
import { wrapped } from "./_text.ts";
import { textPlot } from "./_text_plot.ts";
import { markerSign } from "./_text_signs.ts";
import { type AxisLabel, axisLabel } from "./quantity.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const LEFT = 76;
const TOP = 44;
const HEIGHT = 260;

/** One line of a chart. */
export interface ChartSeries {
  /** What the legend says. */
  readonly label: string;
  /** One value for every place on the x axis; NaN leaves a gap. */
  readonly values: readonly number[];
}

/** What a line chart shows. */
export interface LineChartOptions {
  /** The line above the chart. */
  readonly title: string;
  /** The places on the x axis, evenly spaced. */
  readonly x: readonly (string | number)[];
  /** What they are. */
  readonly xLabel: AxisLabel;
  /** What the values are, with their unit. */
  readonly yLabel: AxisLabel;
  /** `log`: powers of ten, for values above 0; others leave a gap. @default {"linear"} */
  readonly yScale?: "linear" | "log";
  /** True: 440 wide with the legend below, to be read on a telephone. @default {false} */
  readonly compact?: boolean;
}

/**
 * Makes a value that a notebook shows as a chart of lines over evenly spaced places.
 *
 * Lines differ in colour, marker and dash.
 *
 * @param series one line each, one to sixteen
 * @param options see {@link LineChartOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML and SVG
 * @throws {RangeError} if there is no line, more than sixteen, or nothing finite, above 0 on a scale of powers, to draw
 * @throws {TypeError} if a line has another number of values than there are places
 *
 * Cost O(values).
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example One line of two points
 * ```ts
 * import { JUPYTER_DISPLAY, lineChart } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const axes = { title: "Energy", x: [0, 20], xLabel: "sweeps", yLabel: "E" };
 * const shown = lineChart([{ label: "annealed", values: [-1, -2] }], axes)[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["image/svg+xml"]), "annealed");
 * ```
 */
export function lineChart(series: readonly ChartSeries[], options: LineChartOptions): Shown {
  const { title, x, xLabel, yLabel } = options;
  if (series.length < 1 || series.length > curveStyles.length) {
    throw new RangeError(`Cannot draw the chart: expected 1 to ${curveStyles.length} lines, got ${series.length}`);
  }
  for (const { label, values } of series) {
    if (values.length !== x.length) {
      throw new TypeError(`Cannot draw the chart: ${label} has ${values.length} values for ${x.length} places`);
    }
  }
  const drawn = (value: number) => Number.isFinite(value) && (options.yScale !== "log" || value > 0);
  if (!series.some(({ values }) => values.some(drawn))) {
    throw new RangeError("Cannot draw the chart: no value is finite");
  }
  const svg = drawing(series, options);
  const data = series.map(({ label, values }, slot) => ({
    type: "scatter",
    mode: "lines+markers",
    name: label,
    x: x.map(String),
    y: values.map((value) => Number.isFinite(value) ? value : null),
    line: { color: curveStyles[slot].colour, width: 2, dash: curveStyles[slot].dashed ? "dash" : "solid" },
    marker: { symbol: curveStyles[slot].marker, size: 8, color: curveStyles[slot].colour },
  }));
  const layout = {
    title: { text: title },
    height: 420,
    xaxis: { title: { text: axisLabel(xLabel) }, type: "category" },
    yaxis: { title: { text: axisLabel(yLabel) }, ...(options.yScale === "log" ? { type: "log" } : {}) },
    ...(options.compact
      ? { margin: { l: 70, r: 20, t: 50, b: 130 }, legend: { orientation: "h", y: -0.3, yanchor: "top" } }
      : {}),
  };
  const marks = series.map(({ label, values }, slot) => ({
    sign: markerSign(curveStyles[slot].marker, false),
    label,
    points: values.map((value, i) => [i, drawn(value) ? value : NaN] as const),
  }));
  const ends = [String(x[0]), String(x[x.length - 1])] as const;
  const words = { title, xLabel: axisLabel(xLabel), yLabel: axisLabel(yLabel), yScale: options.yScale, xEnds: ends };
  return makeShown({ svg, plotly: { data, layout }, text: textPlot(marks, words) });
}

function drawing(series: readonly ChartSeries[], options: LineChartOptions): string {
  const { title, x, xLabel, yLabel, yScale = "linear", compact = false } = options;
  const width = compact ? 348 : 520;
  const [right, bottom] = [LEFT + width, TOP + HEIGHT];
  // words below the ends of a narrow chart need room
  const inset = compact ? Math.max(16, 3.6 * Math.max(...x.map((place) => String(place).length)) - 14) : 16;
  const at = (i: number) => x.length === 1 ? LEFT + width / 2 : LEFT + inset + i / (x.length - 1) * (width - 2 * inset);
  const all = series.flatMap(({ values }) => values);
  const y = yScale === "log" ? logAxisOver(all, [bottom, TOP]) : axisOver(all, [bottom, TOP], 6);
  const parts = [titleText(20, 26, title)];
  for (const tick of y.ticks) {
    parts.push(`<path d="M${LEFT} ${y.at(tick).toFixed(1)}H${right}" stroke="#dddddd"/>`);
    parts.push(text(LEFT - 6, y.at(tick) + 4, String(tick), "end"));
  }
  const every = Math.ceil(x.length / (compact ? 8 : 16));
  x.forEach((place, i) => {
    if (i % every === 0) parts.push(text(at(i), bottom + 17, String(place), "middle"));
  });
  parts.push(`<path d="M${LEFT} ${TOP}V${bottom}H${right}" fill="none" stroke="#222222"/>`);
  parts.push(text((LEFT + right) / 2, bottom + 38, axisLabel(xLabel), "middle"));
  parts.push(upright(20, TOP + HEIGHT / 2, axisLabel(yLabel)));
  let below = bottom + 64;
  series.forEach(({ label, values }, slot) => {
    const style = curveStyles[slot];
    const line = { stroke: `stroke="${style.colour}" stroke-width="2"${dash(style)}` };
    const points = values.map((value, i) => ({ x: at(i), y: y.at(value), open: !Number.isFinite(y.at(values[i - 1])) }))
      .filter((point) => Number.isFinite(point.y));
    const path = points.map((point) => `${point.open ? "M" : "L"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("");
    parts.push(`<path d="${path}" fill="none" ${line.stroke}/>`);
    for (const point of points) parts.push(marker(point.x, point.y, style, true));
    const lines = compact ? wrapped(label, 44) : [label];
    const [legendX, legendY] = compact ? [LEFT, below] : [right + 20, TOP + 12 + 24 * slot];
    below += 6 + 16 * lines.length;
    parts.push(`<path d="M${legendX} ${legendY}h36" ${line.stroke}/>`, marker(legendX + 18, legendY, style, true));
    lines.forEach((line, i) => parts.push(text(legendX + 44, legendY + 4 + 16 * i, line, "start")));
  });
  if (compact) return svgElement(right + 16, below, title, parts);
  const longest = Math.max(...series.map(({ label }) => label.length));
  const height = Math.max(bottom + 54, TOP + 24 * series.length + 20);
  return svgElement(right + 80 + 7 * longest, height, title, parts);
}
