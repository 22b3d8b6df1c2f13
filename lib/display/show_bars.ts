import { axisOver } from "./_axis.ts";
import { text, titleText } from "./_chart.ts";
import { palette } from "./_colours.ts";
import { makeShown } from "./_make_shown.ts";
import type { PlotlyFigure } from "./plotly_figure.ts";
import { svgElement } from "./_svg.ts";
import { powerText, short, wrapped } from "./_text.ts";
import { textBars, textIntervals } from "./_text_bars.ts";
import { type AxisLabel, axisLabel } from "./quantity.ts";
import type { Shown } from "./shown.ts";

/** One bar. */
export interface Bar {
  /** What it is of. */
  readonly label: string;
  /** Where it ends. */
  readonly value: number;
  /** Ends of its interval. @default {none drawn} */
  readonly range?: readonly [number, number];
  /** True for a control: paler, so that it stands back. @default {false} */
  readonly control?: boolean;
}

/** How {@link showBars} shows bars. */
export interface ShowBarsOptions {
  /** The line above. */
  readonly title: string;
  /** What the values are, with their unit. @default {"value"} */
  readonly valueLabel?: AxisLabel;
  /** False: points with intervals on an axis that need not begin at 0, for values that lie close together. @default {true} */
  readonly fromZero?: boolean;
  /** A value to be marked by a line: chance, a published value. @default {none} */
  readonly reference?: { readonly label: string; readonly value: number };
}

const MOST_BARS = 60;

/**
 * Makes a value that shows one value a name, with intervals: bars from 0, or points.
 *
 * @param bars one to sixty, in their order from above
 * @param options see {@link ShowBarsOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no bar, or too many, a value is not finite, or an interval not around it
 *
 * Cost O(bars).
 * Source: none needed.
 *
 * @example Two accuracies
 * ```ts
 * import { showBars } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const bars = [{ label: "MHA", value: 98, range: [97, 99] as const }, { label: "none", value: 90, control: true }];
 * assertStringIncludes(showBars(bars, { title: "Accuracy", valueLabel: "accuracy (%)" }).text, "98 [97, 99]");
 * ```
 */
export function showBars(bars: readonly Bar[], options: ShowBarsOptions): Shown {
  const { title, valueLabel = "value", fromZero = true, reference } = options;
  const cannot = `Cannot draw the bars "${title}"`;
  if (bars.length < 1 || bars.length > MOST_BARS) {
    throw new RangeError(`${cannot}: expected 1 to ${MOST_BARS} bars, got ${bars.length}`);
  }
  for (const { label, value, range = [value, value] } of bars) {
    if (!Number.isFinite(value) || !(range[0] <= value && value <= range[1]) || !range.every(Number.isFinite)) {
      throw new RangeError(
        `${cannot}: ${label} must be finite and inside its interval, got ${value} in [${range.join(", ")}]`,
      );
    }
  }
  const words = bars.map(({ label }) => wrapped(label, 28));
  const left = 24 + 7 * Math.max(...words.flat().map((line) => line.length));
  const heading = wrapped(title, 56);
  const [width, row] = [340, Math.max(22, 6 + 15 * Math.max(...words.map((lines) => lines.length)))];
  const top = 22 + 18 * heading.length + (reference === undefined ? 0 : 20);
  const [right, bottom] = [left + width, top + row * bars.length];
  const ends = bars.flatMap(({ value, range = [value, value] }) => [...range, value]);
  const at = axisOver([...ends, ...(fromZero ? [0] : []), ...(reference ? [reference.value] : [])], [left, right], 6);
  const label = axisLabel(valueLabel);
  const parts = heading.map((line, i) => titleText(16, 22 + 18 * i, line));
  parts.push(
    `<path d="${at.ticks.map((tick) => `M${short(at.at(tick))} ${top}V${bottom}`).join("")}" stroke="#dddddd"/>`,
  );
  for (const tick of at.ticks) parts.push(text(at.at(tick), bottom + 17, powerText(tick), "middle"));
  bars.forEach(({ value, range, control = false }, b) => {
    const middle = top + row * (b + 0.5);
    words[b].forEach((line, i) =>
      parts.push(text(left - 8, middle + 4 + 15 * (i - (words[b].length - 1) / 2), line, "end"))
    );
    const colour = control ? palette.grey : palette.blue;
    const [zero, end] = [at.at(0), at.at(value)];
    parts.push(
      fromZero
        ? `<path d="M${short(zero)} ${short(middle - 7)}H${short(end)}v14H${
          short(zero)
        }z" fill="${colour}" fill-opacity="0.8"/>`
        : `<circle cx="${short(end)}" cy="${short(middle)}" r="4.5" fill="${colour}"/>`,
    );
    if (range !== undefined) {
      const [a, z] = [short(at.at(range[0])), short(at.at(range[1]))];
      parts.push(
        `<path d="M${a} ${short(middle)}H${z}M${a} ${short(middle - 4)}v8M${z} ${
          short(middle - 4)
        }v8" fill="none" stroke="#222222" stroke-width="1.4"/>`,
      );
    }
  });
  if (reference !== undefined) {
    const x = short(at.at(reference.value));
    parts.push(
      `<path d="M${x} ${top}V${bottom}M16 ${
        top - 14
      }h26" fill="none" stroke="${palette.vermillion}" stroke-width="1.8" stroke-dasharray="7 4"/>`,
      text(48, top - 10, `${reference.label}: ${digits(reference.value)}`, "start", ' font-size="12"'),
    );
  }
  const base = fromZero ? at.at(0) : left;
  parts.push(`<path d="M${short(base)} ${top}V${bottom}M${left} ${bottom}H${right}" fill="none" stroke="#222222"/>`);
  parts.push(text((left + right) / 2, bottom + 35, label, "middle"));
  const lines = bars.map(({ label, value, range }) => ({
    label,
    value,
    note: `${digits(value)}${range === undefined ? "" : ` [${digits(range[0])}, ${digits(range[1])}]`}`,
  }));
  const marked = reference === undefined ? "" : `\n${reference.label}: ${digits(reference.value)}`;
  return makeShown({
    svg: svgElement(right + 20, bottom + 46, title, parts),
    plotly: plotly(bars, options, label),
    text: `${title}: ${label}\n${
      fromZero ? textBars(lines) : textIntervals(bars, lines.map(({ note }) => note))
    }${marked}`,
  });
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function plotly(
  bars: readonly Bar[],
  { title, fromZero = true, reference }: ShowBarsOptions,
  label: string,
): PlotlyFigure {
  const x = bars.map(({ value }) => value);
  const y = bars.map((bar) => bar.label);
  const error_x = {
    type: "data",
    symmetric: false,
    array: bars.map(({ value, range }) => range === undefined ? 0 : range[1] - value),
    arrayminus: bars.map(({ value, range }) => range === undefined ? 0 : value - range[0]),
    color: "#222222",
    thickness: 1.4,
  };
  const colours = bars.map(({ control }) => control ? palette.grey : palette.blue);
  const look = fromZero
    ? { type: "bar", orientation: "h", marker: { color: colours } }
    : { type: "scatter", mode: "markers", marker: { color: colours, size: 9 } };
  return {
    data: [{ ...look, x, y, error_x, hovertemplate: "%{y}: %{x:.4g}<extra></extra>" }],
    layout: {
      title: { text: title },
      height: 120 + 28 * bars.length,
      xaxis: { title: { text: label }, zeroline: fromZero },
      yaxis: { autorange: "reversed", automargin: true },
      ...(reference !== undefined && {
        shapes: [{
          type: "line",
          x0: reference.value,
          x1: reference.value,
          y0: 0,
          y1: 1,
          yref: "paper",
          line: { color: palette.vermillion, dash: "dash" },
        }],
      }),
    },
  };
}
