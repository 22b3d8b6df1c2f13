import type { ChainGaps, TransverseGap } from "../analysis/mod.ts";
import { checkCurves, isList } from "./_check.ts";
import type { AxisLabel } from "./quantity.ts";
import { scatterChart } from "./scatter_chart.ts";
import type { Shown } from "./shown.ts";

/** A gap along a path. */
export interface GapCurve {
  /** What it is of. @default {"gap"} */
  readonly label?: string;
  /** Where along the path, and the gap there, in the order of the path. */
  readonly points: readonly { readonly x: number; readonly gap: number }[];
}

/** What {@link showGaps} takes: what `transverseGap` and `chainGaps` give, or plain points. */
export type GapSource = GapCurve | TransverseGap | ChainGaps;

/** How {@link showGaps} shows gaps. */
export interface ShowGapsOptions {
  /** The line above. @default {"Gap along the anneal"} */
  readonly title?: string;
  /** What each curve is of. @default {its own label, or "gap 1", ...} */
  readonly labels?: readonly string[];
  /** What x is. @default {"s", or "beta (1/energy)" for chains} */
  readonly xLabel?: AxisLabel;
  /** What the gap is, with its unit. @default {"gap (energy)", or "gap (1/sweep)" for chains} */
  readonly gapLabel?: AxisLabel;
  /** `log` shows narrow gaps. @default {"log"} */
  readonly yScale?: "log" | "linear";
}

/**
 * Makes a value that shows gaps along the path of an anneal, the smallest of each marked.
 *
 * @param curves one to seven, as `transverseGap` and `chainGaps` give them, or points
 * @param options see {@link ShowGapsOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML, SVG and text
 * @throws {RangeError} if there is no curve, or too many, a curve has less than two points above 0, or labels do not fit
 *
 * Cost O(points).
 * Source: none needed.
 *
 * @example Two spins: the smallest gap is 4 / sqrt(5), at s = 4 / 5
 * ```ts
 * import { showGaps } from "qama/display";
 * import { transverseGap } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertStringIncludes } from "@std/assert";
 * const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, -1]]) });
 * assertStringIncludes(showGaps(transverseGap(pair)).text, "smallest 1.79 at 0.8");
 * ```
 */
export function showGaps(curves: GapSource | readonly GapSource[], options: ShowGapsOptions = {}): Shown {
  const { title = "Gap along the anneal", yScale = "log" } = options;
  const all = isList(curves) ? curves : [curves];
  const cannot = "Cannot show gaps";
  checkCurves(cannot, all.length, options.labels);
  const chains = all.every((curve) => "smallest" in curve);
  const drawn = all.map((source, slot) => {
    const { label: own, points } = curveOf(source);
    const label = options.labels?.[slot] ?? own ?? (all.length === 1 ? "gap" : `gap ${slot + 1}`);
    const kept = points.filter(({ x, gap }) =>
      Number.isFinite(x) && Number.isFinite(gap) && (yScale !== "log" || gap > 0)
    );
    if (kept.length < 2) {
      throw new RangeError(
        `${cannot}: ${label} has ${kept.length} of ${points.length} points that can be drawn, expected two`,
      );
    }
    const least = kept.reduce((a, b) => b.gap < a.gap ? b : a);
    const said = `${label}: smallest ${Number(least.gap.toPrecision(3))} at ${Number(least.x.toPrecision(3))}`;
    return { slot, said, least, points: kept.map(({ x, gap }) => [x, gap] as const) };
  });
  return scatterChart(
    drawn.map(({ slot, said, least }) => ({ slot, label: said, points: [{ x: least.x, y: least.gap }] })),
    {
      title,
      xLabel: options.xLabel ?? (chains ? { name: "beta", unit: "1/energy" } : "s"),
      yLabel: options.gapLabel ?? { name: "gap", unit: chains ? "1/sweep" : "energy" },
      xScale: "linear",
      yScale,
      lines: drawn.map(({ slot, said, points }) => ({ slot, label: said, points, dash: DASHES[slot % DASHES.length] })),
    },
  );
}

const DASHES = ["solid", "dash", "dot"] as const;

function curveOf(source: GapSource): GapCurve {
  if ("points" in source) return source;
  if ("smallest" in source) {
    return { points: source.curve.map(({ beta, gapPerSweep }) => ({ x: beta, gap: gapPerSweep })) };
  }
  return { points: source.curve.map(({ s, gap }) => ({ x: s, gap })) };
}
