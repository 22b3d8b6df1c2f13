import type { OptimalTimeToSolution, QuantileTimeToSolution } from "../analysis/mod.ts";
import { checkCurves } from "./_check.ts";
import type { AxisLabel } from "./quantity.ts";
import { scatterChart } from "./scatter_chart.ts";
import type { ScatterPoint } from "./scatter_types.ts";
import type { Shown } from "./shown.ts";

/** A time to solution over run lengths, of one solver or one instance. */
export type TimeCurve =
  | Pick<OptimalTimeToSolution, "curve" | "runLength">
  | Pick<QuantileTimeToSolution, "curve" | "runLength">;

/** How {@link showTimeToSolution} shows curves. */
export interface ShowTimeToSolutionOptions {
  /** The line above. @default {"Time to solution over run lengths"} */
  readonly title?: string;
  /** What each curve is of. @default {"curve 1", ...} */
  readonly labels?: readonly string[];
  /** What the length of a run is. @default {"length of a run"} */
  readonly lengthLabel?: AxisLabel;
  /** What the time is, with its unit. @default {"time to solution"} */
  readonly timeLabel?: AxisLabel;
}

/**
 * Makes a value that shows time to solution over run lengths: a curve each, with intervals, the best length in a ring.
 *
 * Lengths at which no run succeeded are lower bounds, with an arrow.
 *
 * @param curves one to seven, as `optimalTimeToSolution` and `quantileTimeToSolution` give them
 * @param options see {@link ShowTimeToSolutionOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no curve, or too many, or labels do not fit
 *
 * Cost O(points).
 * Source: none needed.
 *
 * @example Two lengths
 * ```ts
 * import { showTimeToSolution } from "qama/display";
 * import { optimalTimeToSolution } from "qama/analysis";
 * import { assertStringIncludes } from "@std/assert";
 * const counted = [1, 2].map((cost) => ({ runLength: cost, cost, successes: 50 * cost, trials: 200 }));
 * assertStringIncludes(showTimeToSolution(optimalTimeToSolution(counted)).text, "best length");
 * ```
 */
export function showTimeToSolution(
  curves: TimeCurve | readonly TimeCurve[],
  options: ShowTimeToSolutionOptions = {},
): Shown {
  const {
    title = "Time to solution over run lengths",
    lengthLabel = "length of a run",
    timeLabel = "time to solution",
  } = options;
  const all: readonly TimeCurve[] = "curve" in curves ? [curves] : curves;
  checkCurves("Cannot show times to solution", all.length, options.labels);
  const labels = options.labels ?? all.map((_, i) => all.length === 1 ? "measured" : `curve ${i + 1}`);
  const points = all.map(({ curve }) => curve.map(pointOf));
  const best = all.flatMap(({ runLength }, i) => points[i].filter(({ x }) => x === runLength));
  const lines = points.flatMap((of, slot) => {
    const known = of.filter(({ censored }) => !censored).map(({ x, y }) => [x, y] as const);
    return known.length < 2 ? [] : [{ label: labels[slot], points: known, slot }];
  });
  const groups = [
    ...points.map((of, i) => ({ label: labels[i], points: of, slot: i })),
    { label: "best length", points: best.map(({ x, y }) => ({ x, y })), ring: true },
  ];
  return scatterChart(groups, { title, xLabel: lengthLabel, yLabel: timeLabel, lines });
}

function pointOf(point: TimeCurve["curve"][number]): ScatterPoint {
  const { runLength: x, censored } = point;
  const y = "value" in point ? point.value : point.valueMs;
  if (censored || !("low" in point)) return { x, y, censored };
  return { x, y, yRange: [Math.min(point.low, y), Math.max(point.high, y)] };
}
