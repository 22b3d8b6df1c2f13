import { markerSign } from "./_text_signs.ts";
import { dotted, type TextMarks, textPlot } from "./_text_plot.ts";
import { scatterStyles } from "./scatter_style.ts";
import type { ScatterChartOptions, ScatterGroup } from "./scatter_types.ts";
import { axisLabel } from "./quantity.ts";

/** A scatter chart in characters. */
export function textScatter(groups: readonly ScatterGroup[], options: ScatterChartOptions): string {
  const { title, xLabel, yLabel, lines = [], xScale = "log", yScale = "log" } = options;
  const log = { x: xScale === "log", y: yScale === "log" };
  const marks: TextMarks[] = [
    ...lines.map(({ label, points }, i) => ({
      sign: "·",
      // every line is dotted: one of a name that stands elsewhere needs no other
      ...(!groups.some((group) => group.label === label) && lines.findIndex((line) => line.label === label) === i &&
        { label }),
      points: dotted(points, log),
    })),
    ...groups.map(({ label, points, slot, ring }, g) => {
      if (ring) return { sign: "◎", label, points: points.map(({ x, y }) => [x, y] as const) };
      const { marker, open } = scatterStyles[slot ?? g];
      return { sign: markerSign(marker, open), label, points: points.map(({ x, y }) => [x, y] as const) };
    }).filter(({ points }) => points.length > 0),
  ];
  return textPlot(marks, { title, xLabel: axisLabel(xLabel), yLabel: axisLabel(yLabel), xScale, yScale });
}
