import { scatterStyles } from "./scatter_style.ts";
import type { ScatterChartOptions, ScatterGroup } from "./scatter_types.ts";

const MOST = scatterStyles.length;

/** Throws if the points and lines cannot be drawn; what every scatter chart checks at its door. */
export function checkScatter(groups: readonly ScatterGroup[], options: ScatterChartOptions): void {
  const { title, lines = [], xScale = "log", yScale = "log" } = options;
  const cannot = `Cannot draw the chart "${title}"`;
  const place = (value: number, scale: string, what: string) => {
    if (!Number.isFinite(value)) throw new RangeError(`${cannot}: ${what} must be finite, got ${value}`);
    if (scale === "log" && value <= 0) {
      throw new RangeError(`${cannot}: ${what} must be above 0 on an axis of powers of ten, got ${value}`);
    }
  };
  const slotOf = (slot: number, label: string) => {
    if (!Number.isInteger(slot) || slot < 0 || slot >= MOST) {
      throw new RangeError(`${cannot}: the slot of ${label} must be from 0 to ${MOST - 1}, got ${slot}`);
    }
  };
  if (!groups.some(({ points }) => points.length > 0)) throw new RangeError(`${cannot}: there is no point`);
  for (const [g, { label, points, slot = g }] of groups.entries()) {
    slotOf(slot, label);
    for (const [i, { x, y, xRange = [x, x], yRange = [y, y] }] of points.entries()) {
      place(x, xScale, `x of point ${i} of ${label}`);
      place(y, yScale, `y of point ${i} of ${label}`);
      const around = (range: readonly number[], value: number) => range[0] <= value && value <= range[1];
      if (!around(xRange, x) || !around(yRange, y)) {
        throw new RangeError(
          `${cannot}: point ${i} of ${label} at (${x}, ${y}) must lie inside its intervals, got [${
            xRange.join(", ")
          }] and ` +
            `[${yRange.join(", ")}]`,
        );
      }
    }
  }
  for (const { label, points, slot = 0 } of lines) {
    slotOf(slot, label);
    if (points.length < 2) {
      throw new RangeError(`${cannot}: the line ${label} needs two points or more, got ${points.length}`);
    }
    for (const [x, y] of points) {
      place(x, xScale, `x of the line ${label}`);
      place(y, yScale, `y of the line ${label}`);
    }
  }
}
