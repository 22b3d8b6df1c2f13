import { checkCurves } from "./_check.ts";
import { type AxisLabel, axisLabel } from "./quantity.ts";
import { scatterChart } from "./scatter_chart.ts";
import type { Shown } from "./shown.ts";

/** How long something takes over sizes. */
export interface TimingSeries {
  /** What was timed. */
  readonly label: string;
  /** A size, and the time there: one number, or several repetitions, of which the median is drawn and the range a bar. */
  readonly points: readonly { readonly n: number; readonly ms: number | readonly number[] }[];
}

/** How {@link showTimings} shows timings. */
export interface ShowTimingsOptions {
  /** The line above. @default {"Time over size"} */
  readonly title?: string;
  /** What the size is. @default {"N"} */
  readonly sizeLabel?: AxisLabel;
  /** What the time is, with its unit. @default {"time (ms)"} */
  readonly timeLabel?: AxisLabel;
  /** The least size that the slopes are fitted to: small ones are all overhead. @default {all} */
  readonly fitFrom?: number;
}

/**
 * Makes a value that shows times over sizes on axes of powers of ten, each with a fitted power law `time ~ N^slope`.
 *
 * The slope is that of the least squares line through the logarithms; three sizes or more have one. It describes the sizes
 * measured and says nothing beyond them.
 *
 * @param series one to seven
 * @param options see {@link ShowTimingsOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no series, or too many, or a size or time is not above 0
 *
 * Cost O(points).
 * Source: none needed.
 *
 * @example Time that grows with the square
 * ```ts
 * import { showTimings } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const points = [10, 20, 40].map((n) => ({ n, ms: n * n }));
 * assertStringIncludes(showTimings([{ label: "dense", points }]).text, "dense: N^2.00");
 * ```
 */
export function showTimings(series: readonly TimingSeries[], options: ShowTimingsOptions = {}): Shown {
  const { title = "Time over size", sizeLabel = "N", fitFrom = 0 } = options;
  const timeLabel = options.timeLabel ?? { name: "time", unit: "ms" };
  const cannot = "Cannot show timings";
  checkCurves(cannot, series.length, undefined, "series");
  const drawn = series.map(({ label, points }) => {
    const medians = points.map(({ n, ms }) => {
      const times = typeof ms === "number" ? [ms] : ms.toSorted((a, b) => a - b);
      if (!(n > 0) || times.length === 0 || !times.every((time) => time > 0 && Number.isFinite(time))) {
        throw new RangeError(
          `${cannot}: sizes and times of ${label} must be above 0, got ${n} and [${times.join(", ")}]`,
        );
      }
      const middle = (times[(times.length - 1) >> 1] + times[times.length >> 1]) / 2;
      return { x: n, y: middle, ...(times.length > 1 && { yRange: [times[0], times[times.length - 1]] as const }) };
    });
    const fitted = medians.filter(({ x }) => x >= fitFrom);
    return { label, points: medians, fit: powerLaw(fitted), ends: fitted.map(({ x }) => x) };
  });
  const size = axisLabel(sizeLabel);
  const names = drawn.map(({ label, fit }) =>
    fit === null ? label : `${label}: ${size.length <= 3 ? size : "N"}^${fit.slope.toFixed(2)}`
  );
  const groups = drawn.map(({ points }, slot) => ({ label: names[slot], points, slot }));
  const lines = drawn.flatMap(({ fit, ends }, slot) =>
    fit === null ? [] : [{
      label: names[slot],
      dash: "dash" as const,
      slot,
      points: [Math.min(...ends), Math.max(...ends)].map((x) => [x, Math.exp(fit.intercept) * x ** fit.slope] as const),
    }]
  );
  return scatterChart(groups, { title, xLabel: size, yLabel: timeLabel, lines });
}

function powerLaw(points: readonly { readonly x: number; readonly y: number }[]) {
  if (new Set(points.map(({ x }) => x)).size < 3) return null;
  const logs = points.map(({ x, y }) => [Math.log(x), Math.log(y)]);
  const mean = (which: 0 | 1) => logs.reduce((sum, log) => sum + log[which], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const slope = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
    logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return { slope, intercept: my - slope * mx };
}
