import type { PlotlyFigure } from "./plotly_figure.ts";
import { axisLabel } from "./quantity.ts";
import { scatterStyles } from "./scatter_style.ts";
import type { ScatterChartOptions, ScatterGroup, ScatterPoint } from "./scatter_types.ts";

/** Length of an arrow, as a share of the axis. */
const ARROW_SHARE = 0.09;

/** A scatter chart as plotly takes it: a trace a group, one more for its arrows, one a line. */
export function scatterPlotly(groups: readonly ScatterGroup[], options: ScatterChartOptions): PlotlyFigure {
  const { title, xLabel, yLabel, lines = [], xScale = "log", yScale = "log", legend = true } = options;
  const data: Record<string, unknown>[] = [];
  const raise = raised(groups.flatMap(({ points }) => points.map(({ y }) => y)), yScale);
  groups.forEach(({ label, points, slot: own, ring }, g) => {
    if (ring) {
      const marker = { symbol: "circle-open", size: 15, color: "#222222" };
      const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
      data.push({ type: "scatter", name: label, mode: "markers", x, y, marker, hoverinfo: "skip" });
      return;
    }
    const { colour, marker, open } = scatterStyles[own ?? g];
    const shared = {
      type: "scatter",
      name: label,
      legendgroup: label,
      hovertemplate: "%{text}<br>(%{x:.3g}, %{y:.3g})",
    };
    const symbol = open ? `${marker}-open` : marker;
    const [known, bounds] = [points.filter((point) => !isOpen(point)), points.filter(isOpen)];
    if (known.length > 0) {
      data.push({
        ...shared,
        mode: "markers",
        x: known.map(({ x }) => x),
        y: known.map(({ y }) => y),
        text: known.map(({ label = "" }) => label),
        marker: { symbol, size: 8, color: colour, opacity: 0.85 },
        ...errors("error_x", known, colour, ({ x, xRange = [x, x] }) => [x - xRange[0], xRange[1] - x]),
        ...errors("error_y", known, colour, ({ y, yRange = [y, y] }) => [y - yRange[0], yRange[1] - y]),
      });
    }
    if (bounds.length > 0) {
      data.push({
        ...shared,
        showlegend: known.length === 0,
        mode: "lines+markers",
        x: bounds.flatMap(({ x }) => [x, x, null]),
        y: bounds.flatMap(({ y }) => [y, raise(y), null]),
        text: bounds.flatMap(({ label = "" }) => [`${label}, at least`, `${label}, at least`, ""]),
        line: { color: colour, width: 1.4 },
        marker: { symbol: bounds.flatMap(() => [symbol, "arrow-up", symbol]), size: 9, color: colour },
      });
    }
  });
  for (const { label, points, dash = "solid", slot } of lines) {
    data.push({
      type: "scatter",
      name: label,
      legendgroup: label,
      showlegend: !groups.some((group, g) => group.label === label && (group.slot ?? g) === slot),
      mode: "lines",
      x: points.map(([x]) => x),
      y: points.map(([, y]) => y),
      line: { color: slot === undefined ? "#222222" : scatterStyles[slot].colour, width: 2, dash },
      hovertemplate: `${label}<extra></extra>`,
    });
  }
  const axis = (words: string, scale: string) => ({
    title: { text: words },
    zeroline: false,
    ...(scale === "log" ? { type: "log", exponentformat: "power" } : {}),
  });
  const layout = {
    title: { text: title },
    height: legend ? 460 : 380,
    hovermode: "closest",
    margin: { l: 70, r: 20, t: 50, b: legend ? 140 : 55 },
    showlegend: legend,
    ...(legend ? { legend: { orientation: "h", y: -0.25, yanchor: "top" } } : {}),
    xaxis: axis(axisLabel(xLabel), xScale),
    yaxis: axis(axisLabel(yLabel), yScale),
  };
  return { data, layout };
}

function isOpen({ censored = false, yRange }: ScatterPoint): boolean {
  return censored || yRange?.[1] === Infinity;
}

/** Gives the tip of an arrow, as high above its point everywhere on the axis. */
function raised(values: readonly number[], scale: "log" | "linear"): (y: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (scale === "linear") return (y) => y + ARROW_SHARE * (high - low || 1);
  return (y) => y * Math.max(4, high / low) ** ARROW_SHARE;
}

function errors(
  name: string,
  points: readonly ScatterPoint[],
  color: string,
  reach: (point: ScatterPoint) => readonly [number, number],
): Record<string, unknown> {
  const reaches = points.map(reach);
  if (reaches.every(([down, up]) => down === 0 && up === 0)) return {};
  const [arrayminus, array] = [reaches.map(([down]) => down), reaches.map(([, up]) => up)];
  return { [name]: { type: "data", symmetric: false, array, arrayminus, thickness: 1, width: 0, color } };
}
