import { type Axis, axisOver, tightLogAxis } from "./_axis.ts";
import { type Box, text, upright } from "./_chart.ts";
import { powerText, short } from "./_text.ts";
import { axisLabel } from "./quantity.ts";
import { type ScatterStyle, scatterStyles } from "./scatter_style.ts";
import type { ScatterChartOptions, ScatterGroup, ScatterLine, ScatterPoint } from "./scatter_types.ts";

const INK = "#222222";
const FAINT = "#dddddd";
// points keep off the frame, arrows have room above them
export const INSET = 10;
const ARROW = 15;

/** The frame, the axes with their marks, lines and points of one chart, as SVG elements. */
export function scatterPlot(groups: readonly ScatterGroup[], options: ScatterChartOptions, box: Box): string[] {
  const { xLabel, yLabel, lines = [], xScale = "log", yScale = "log" } = options;
  const { left, top, width, height } = box;
  const [right, bottom] = [left + width, top + height];
  const points = groups.flatMap((group) => group.points);
  const ends = lines.flatMap((line) => line.points);
  const [xs, ys] = [
    [...points.flatMap(({ x, xRange = [] }) => [x, ...xRange]), ...ends.map(([x]) => x)],
    [...points.flatMap(({ y, yRange = [] }) => [y, ...yRange]), ...ends.map(([, y]) => y)],
  ];
  const anyArrow = points.some(isOpen);
  const x = axis(xs, xScale, [left + INSET, right - INSET], width / 46);
  const y = axis(ys, yScale, [bottom - INSET, top + (anyArrow ? INSET + ARROW : INSET)], height / 26);
  const parts: string[] = [];
  const grid = [
    ...y.ticks.map((tick) => `M${left} ${fixed(y.at(tick))}H${right}`),
    ...x.ticks.map((tick) => `M${fixed(x.at(tick))} ${top}V${bottom}`),
  ];
  parts.push(`<path d="${grid.join("")}" fill="none" stroke="${FAINT}"/>`);
  const [xUnit, yUnit] = [tickUnit(x, xScale), tickUnit(y, yScale)];
  for (const tick of y.ticks) parts.push(text(left - 6, y.at(tick) + 4, powerText(tick / yUnit), "end"));
  for (const tick of x.ticks) parts.push(text(x.at(tick), bottom + 17, powerText(tick / xUnit), "middle"));
  parts.push(`<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`);
  parts.push(text((left + right) / 2, bottom + 36, inUnits(axisLabel(xLabel), xUnit), "middle"));
  parts.push(upright(left - 46, (top + bottom) / 2, inUnits(axisLabel(yLabel), yUnit)));
  for (const [g, group] of groups.entries()) {
    if (group.points.length === 0) continue;
    if (group.ring) {
      parts.push(ring(group.points.map((point) => [x.at(point.x), y.at(point.y)])));
      continue;
    }
    const style = scatterStyles[group.slot ?? g];
    const bars = group.points.map((point) => barsOf(point, x, y, box)).join("");
    if (bars !== "") parts.push(`<path d="${bars}" fill="none" stroke="${style.colour}" opacity="0.55"/>`);
    const arrows = group.points.filter(isOpen).map((point) => arrow(x.at(point.x), y.at(point.y))).join("");
    if (arrows !== "") parts.push(`<path d="${arrows}" fill="none" stroke="${style.colour}" stroke-width="1.4"/>`);
    parts.push(markers(group.points.map((point) => [x.at(point.x), y.at(point.y)]), style));
  }
  for (const line of lines) {
    const path = line.points.map(([px, py]) => `${fixed(x.at(px))} ${fixed(y.at(py))}`).join("L");
    parts.push(`<path d="M${path}" fill="none" ${lineStroke(line)}/>`);
  }
  return parts;
}

/** The power of ten that marks of very small or large values are written in. */
function tickUnit({ ticks }: Axis, scale: "log" | "linear"): number {
  const largest = Math.max(...ticks.map(Math.abs));
  if (scale === "log" || largest === 0 || (largest >= 0.01 && largest < 100_000)) return 1;
  return Number(`1e${Math.floor(Math.log10(largest))}`);
}

/** `energy (10⁻⁹ J)` */
function inUnits(label: string, unit: number): string {
  if (unit === 1) return label;
  return label.endsWith(")") ? label.replace("(", `(${powerText(unit)} `) : `${label} (${powerText(unit)})`;
}

/** Markers of one style at several places, as one path. */
export function markers(places: readonly (readonly [number, number])[], style: ScatterStyle, r = 3.6): string {
  const d = places.map(([x, y]) => shape(style.marker, x, y, r)).join("");
  if (style.marker === "x" || style.marker === "cross") {
    return `<path d="${d}" fill="none" stroke="${style.colour}" stroke-width="1.8"/>`;
  }
  return style.open
    ? `<path d="${d}" fill="#ffffff" fill-opacity="0.6" stroke="${style.colour}" stroke-width="1.5"/>`
    : `<path d="${d}" fill="${style.colour}" fill-opacity="0.8" stroke="${style.colour}"/>`;
}

/** Rings at several places, as one path. */
export function ring(places: readonly (readonly [number, number])[]): string {
  const d = places.map(([x, y]) => shape("circle", x, y, 7.5)).join("");
  return `<path d="${d}" fill="none" stroke="${INK}" stroke-width="1.6"/>`;
}

/** The stroke attributes of a line. */
export function lineStroke({ dash = "solid", slot }: ScatterLine): string {
  const colour = slot === undefined ? INK : scatterStyles[slot].colour;
  const dashes = { solid: "", dash: ' stroke-dasharray="7 4"', dot: ' stroke-dasharray="2 3"' };
  return `stroke="${colour}" stroke-width="1.8"${dashes[dash]}`;
}

/** An arrow that points up from a place. */
export function arrow(x: number, y: number): string {
  return `M${fixed(x)} ${fixed(y)}v${-ARROW}m-3 4l3 -4l3 4`;
}

function isOpen({ censored = false, yRange }: ScatterPoint): boolean {
  return censored || yRange?.[1] === Infinity;
}

function axis(
  values: readonly number[],
  scale: "log" | "linear",
  range: readonly [number, number],
  count: number,
): Axis {
  return scale === "log" ? tightLogAxis(values, range, Math.floor(count)) : axisOver(values, range, Math.floor(count));
}

/** Bars from end to end of the intervals, as far as the frame. */
function barsOf(point: ScatterPoint, x: Axis, y: Axis, { left, top, width, height }: Box): string {
  const [atX, atY] = [x.at(point.x), y.at(point.y)];
  const inside = (value: number, low: number, high: number, other: number) =>
    fixed(Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : other);
  let path = "";
  if (point.xRange !== undefined) {
    const [low, high] = point.xRange.map((value) => x.at(value));
    path += `M${inside(low, left, left + width, left)} ${fixed(atY)}H${inside(high, left, left + width, left + width)}`;
  }
  if (point.yRange !== undefined) {
    const [low, high] = point.yRange.map((value) => y.at(value));
    // what has no upper end gets an arrow in place of a bar
    path += `M${fixed(atX)} ${inside(low, top, top + height, top + height)}V${inside(high, top, top + height, atY)}`;
  }
  return path;
}

function shape(name: ScatterStyle["marker"], x: number, y: number, r: number): string {
  const [at, R] = [(dx: number, dy: number) => `M${fixed(x + dx)} ${fixed(y + dy)}`, short(r)];
  const [D, w] = [short(2 * r), r + 0.6];
  const W = short(w);
  switch (name) {
    case "circle":
      return `${at(-r, 0)}a${R} ${R} 0 1 0 ${D} 0a${R} ${R} 0 1 0 -${D} 0z`;
    case "square":
      return `${at(-r, -r)}h${D}v${D}h-${D}z`;
    case "diamond":
      return `${at(0, -w)}l${W} ${W}l-${W} ${W}l-${W} -${W}z`;
    case "triangle-up":
      return `${at(0, -w)}l${W} ${short(w + r)}h-${short(2 * w)}z`;
    case "triangle-down":
      return `${at(0, w)}l${W} -${short(w + r)}h-${short(2 * w)}z`;
    case "star": {
      const points = Array.from({ length: 10 }, (_, i) => {
        const [reach, turn] = [i % 2 === 0 ? r + 1.6 : 0.45 * r, Math.PI * i / 5];
        return `${fixed(x + reach * Math.sin(turn))} ${fixed(y - reach * Math.cos(turn))}`;
      });
      return `M${points.join("L")}z`;
    }
    case "x":
      return `${at(-r, -r)}l${D} ${D}m0 -${D}l-${D} ${D}`;
    case "cross":
      return `${at(-w, 0)}h${short(2 * w)}m-${W} -${W}v${short(2 * w)}`;
  }
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
