import { type ScatterGroup, type ScatterLine, type ScatterPanel, scatterStyles } from "../display/mod.ts";
import { familySlot, familyTitle, gapKinds } from "./_tts_gap_kinds.ts";
import type { TtsGapCell, TtsGapTime } from "./tts_gap_analysis.ts";
import type { TtsGapBound, TtsGapRecord } from "./tts_gap_record.ts";

/** Points by family, each family in its own place of the legend. */
function byFamily<T extends { readonly record: TtsGapRecord }>(
  entries: readonly T[],
  point: (entry: T) => ScatterGroup["points"][number],
): ScatterGroup[] {
  const groups = Map.groupBy(
    entries,
    ({ record }) => Math.min(familySlot(record.instance.family), scatterStyles.length - 1),
  );
  return [...groups].sort(([a], [b]) => a - b).map(([slot, found]) => ({
    slot,
    label: familyTitle(found[0].record.instance.family),
    points: found.map(point),
  }));
}

/** A time and its interval, as a point has them; the interval of an optimum need not hold its estimate, the bar does. */
export function timePoint(
  { record, time, leastBest }: TtsGapTime,
): Pick<ScatterGroup["points"][number], "y" | "yRange" | "censored" | "label"> {
  const { value, low, high, censored, atEnd } = time;
  const label = `${record.instance.name}${
    leastBest ? ", best length 1" : atEnd === null ? "" : `, best length at an end (${atEnd})`
  }`;
  return censored
    ? { y: value, censored, label }
    : { y: value, yRange: [Math.min(low, value), Math.max(high, value)], label };
}

/** One solver against one gap. */
export function gapPanel({ solver, kind, points, exponent }: TtsGapCell, yLabel: string): ScatterPanel {
  const gaps = points.map(({ gap }) => gap);
  const ends = [Math.min(...gaps), Math.max(...gaps)];
  const lines: ScatterLine[] = exponent === null || ends[0] === ends[1] ? [] : [{
    label: "power law, fitted",
    points: ends.map((gap) => [gap, exponent.prefactor * gap ** -exponent.k] as const),
  }];
  const groups = byFamily(points, (entry) => ({
    ...timePoint(entry),
    x: entry.gap,
    // what is narrower than the marker would only hide under it
    ...(entry.error > 0.02 * entry.gap ? { xRange: [entry.gap - entry.error, entry.gap + entry.error] as const } : {}),
  }));
  return { title: solver, xLabel: gapKinds[kind].axis, yLabel, groups, lines };
}

/** A bound against what was measured: on the right side of the line where it holds. */
export function boundPanel(name: string, checks: readonly BoundCheck[]): ScatterPanel {
  const drawn = checks.filter(({ bound }) => bound.bound > 0 && bound.measured > 0 && Number.isFinite(bound.bound));
  const all = drawn.flatMap(({ bound }) => [bound.bound, bound.measured]);
  const ends = [Math.min(...drawn.map(({ bound }) => bound.bound)), Math.max(...drawn.map(({ bound }) => bound.bound))];
  const { unit, side } = checks[0].bound;
  return {
    title: `${name}: points belong ${side === "upper" ? "below" : "above"} the line`,
    xLabel: `bound, ${unit}`,
    yLabel: `measured, ${unit}`,
    groups: all.length === 0 ? [] : byFamily(drawn, ({ record, bound }) => ({
      x: bound.bound,
      y: bound.measured,
      yRange: [Math.min(bound.low, bound.measured), Math.max(bound.high, bound.measured)] as const,
      label: `${record.instance.name}, ${bound.dynamics}, beta ${bound.beta}${bound.holds ? "" : ", violated"}`,
    })),
    lines: all.length === 0
      ? []
      : [{ label: "measured = bound", dash: "dash", points: ends.map((x) => [x, x] as const) }],
  };
}

/** One inequality of one instance. */
export interface BoundCheck {
  /** The instance's record. */
  readonly record: TtsGapRecord;
  /** The inequality and what was measured. */
  readonly bound: TtsGapBound;
}
