import type { GapExponent, GapTime } from "../analysis/mod.ts";
import type { AxisLabel } from "./quantity.ts";
import { scatterChart } from "./scatter_chart.ts";
import type { ScatterPoint } from "./scatter_types.ts";
import type { Shown } from "./shown.ts";

/** One instance: its gap, what its solution takes, and how sure both are. */
export interface GapTimePoint extends GapTime {
  /** Lower end of the interval of the time. @default {none drawn} */
  readonly low?: number;
  /** Upper end of the interval of the time; Infinity where there is none. @default {none drawn} */
  readonly high?: number;
  /** Ends of the interval of the gap. @default {none drawn} */
  readonly gapRange?: readonly [number, number];
  /** What the instances of one colour have in common. @default {"instances"} */
  readonly family?: string;
  /** The name of the instance. @default {none} */
  readonly label?: string;
}

/** One solver held against one gap: what `analyseTtsGap` of the records of `deno task tts-gap` gives. */
export interface GapTimeCell {
  /** Name of the solver. */
  readonly solver: string;
  /** Instances that have both. */
  readonly points: readonly {
    readonly gap: number;
    readonly error: number;
    readonly time: { readonly value: number; readonly low: number; readonly high: number; readonly censored: boolean };
    readonly record: { readonly instance: { readonly name: string; readonly family: string } };
  }[];
  /** The power law; null where too few instances were solved. */
  readonly exponent: Pick<GapExponent, "k" | "prefactor"> | null;
}

/** How {@link showGapTimes} shows them. */
export interface ShowGapTimesOptions {
  /** The line above. @default {"Time to solution against the gap"} */
  readonly title?: string;
  /** What the gap is, with its unit. @default {"spectral gap"} */
  readonly gapLabel?: AxisLabel;
  /** What the time is, with its unit. @default {"time to solution"} */
  readonly timeLabel?: AxisLabel;
  /** A fitted power law, as `gapExponent` gives it. @default {none} */
  readonly fit?: Pick<GapExponent, "k" | "prefactor"> | null;
}

/**
 * Makes a value that shows time to solution against the spectral gap: a point an instance, with intervals, on axes of powers of ten.
 *
 * Instances that no run solved are lower bounds, with an arrow. A gap of 0 has no place on such an axis and is refused.
 *
 * @param times one point or more, or one solver of the records of `deno task tts-gap`
 * @param options see {@link ShowGapTimesOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no point, or a gap or time is not above 0
 *
 * Cost O(points).
 * Source: none needed.
 *
 * @example One solved, one not
 * ```ts
 * import { showGapTimes } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const points = [{ gap: 0.1, value: 20, censored: false }, { gap: 0.01, value: 500, censored: true }];
 * assertStringIncludes(showGapTimes(points).svg ?? "", "lower bound");
 * ```
 */
export function showGapTimes(
  times: readonly GapTimePoint[] | GapTimeCell,
  options: ShowGapTimesOptions = {},
): Shown {
  const cell = "points" in times ? times : undefined;
  const points = "points" in times ? times.points.map(ofRecord) : times;
  const { gapLabel = "spectral gap", timeLabel = "time to solution", fit = cell?.exponent } = options;
  const title = options.title ?? `Time to solution against the gap${cell === undefined ? "" : `, ${cell.solver}`}`;
  const families = Map.groupBy(points, ({ family = "instances" }) => family);
  const groups = [...families].map(([label, members]) => ({ label, points: members.map(pointOf) }));
  const gaps = points.map(({ gap }) => gap);
  const ends = [Math.min(...gaps), Math.max(...gaps)];
  const lines = fit === undefined || fit === null || !(ends[0] < ends[1]) ? [] : [{
    label: `fit: gap^-k, k = ${Number(fit.k.toPrecision(3))}`,
    points: ends.map((gap) => [gap, fit.prefactor * gap ** -fit.k] as const),
  }];
  return scatterChart(groups, { title, xLabel: gapLabel, yLabel: timeLabel, lines });
}

function ofRecord({ gap, error, time, record: { instance } }: GapTimeCell["points"][number]): GapTimePoint {
  const { value, low, high, censored } = time;
  const { family, name: label } = instance;
  // what is narrower than the marker would only hide under it
  const wide = error > 0.02 * gap && error < gap;
  return {
    gap,
    value,
    low,
    high,
    censored,
    family,
    label,
    ...(wide && { gapRange: [gap - error, gap + error] as const }),
  };
}

/** The bar of an interval reaches to the estimate, which an interval of an optimum need not hold. */
function pointOf({ gap, value, censored, low, high, gapRange, label }: GapTimePoint): ScatterPoint {
  return {
    x: gap,
    y: value,
    censored,
    ...(label !== undefined && { label }),
    ...(gapRange !== undefined && { xRange: [Math.min(gap, gapRange[0]), Math.max(gap, gapRange[1])] as const }),
    ...(!censored && low !== undefined && high !== undefined &&
      { yRange: [Math.min(low, value), Math.max(high, value)] as const }),
  };
}
