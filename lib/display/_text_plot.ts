import { axisOver, tightLogAxis } from "./_axis.ts";
import { digitsText } from "./_text.ts";

/** Points of one kind in a text picture. */
export interface TextMarks {
  /** The character that stands for a point. */
  readonly sign: string;
  /** What the line below says of it; absent: nothing. */
  readonly label?: string;
  /** The points; those that are not finite are left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What stands around a text picture. */
export interface TextPlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: "log" | "linear";
  readonly yScale?: "log" | "linear";
  /** Words at the two ends of the x axis. @default {the numbers} */
  readonly xEnds?: readonly [string, string];
}

const COLUMNS = 60;
const ROWS = 14;

/** Draws points in a grid of characters, with the ends of the axes and a line of signs; later marks lie above earlier ones. */
export function textPlot(marks: readonly TextMarks[], options: TextPlotOptions): string {
  const { title, xLabel, yLabel, xScale = "linear", yScale = "linear" } = options;
  const grid = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(" "));
  const ends = (which: 0 | 1) => {
    let [low, high] = [Infinity, -Infinity];
    for (const { points } of marks) {
      for (const { [which]: value } of points) {
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low <= high ? [low, high] : [0, 1];
  };
  const axis = (values: number[], scale: string, range: readonly [number, number]) =>
    scale === "log" ? tightLogAxis(values, range, 9) : axisOver(values, range, 6);
  const x = axis(ends(0), xScale, [0, COLUMNS - 1]);
  const y = axis(ends(1), yScale, [ROWS - 1, 0]);
  for (const { sign, points } of marks) {
    for (const [px, py] of points) {
      const [c, r] = [Math.round(x.at(px)), Math.round(y.at(py))];
      if (r >= 0 && r < ROWS && c >= 0 && c < COLUMNS) grid[r][c] = sign;
    }
  }
  const [top, bottom] = [digitsText(y.domain[1], 4), digitsText(y.domain[0], 4)];
  const margin = Math.max(top.length, bottom.length);
  const lines = grid.map((row, r) => {
    const label = r === 0 ? top : r === ROWS - 1 ? bottom : "";
    return `${label.padStart(margin)} ┤${row.join("")}`.trimEnd();
  });
  const [left, right] = options.xEnds ?? [digitsText(x.domain[0], 4), digitsText(x.domain[1], 4)];
  const room = Math.max(1, COLUMNS - left.length - right.length);
  const middle = xLabel.length + 2 <= room ? xLabel : "";
  const before = Math.floor((room - middle.length) / 2);
  const legend = marks.filter(({ label }) => label !== undefined).map(({ sign, label }) => `${sign} ${label}`);
  return [
    title,
    `${" ".repeat(margin)} ${yLabel}`,
    ...lines,
    `${" ".repeat(margin)} └${"─".repeat(COLUMNS)}`,
    `${" ".repeat(margin + 2)}${left}${" ".repeat(before)}${middle}${
      " ".repeat(room - before - middle.length)
    }${right}`,
    ...(middle === "" ? [`${" ".repeat(margin + 2)}x: ${xLabel}`] : []),
    ...(legend.length > 0 ? [legend.join("   ")] : []),
  ].join("\n");
}

/** Points between two others, so that a line is seen as one. */
export function dotted(
  points: readonly (readonly [number, number])[],
  log = { x: false, y: false },
): [number, number][] {
  const steps = 30;
  const mix = (a: number, b: number, share: number, byRatio: boolean) =>
    byRatio ? a * (b / a) ** share : a + (b - a) * share;
  return points.slice(1).flatMap(([x, y], i): [number, number][] => {
    const [fromX, fromY] = points[i];
    const count = Math.max(2, Math.ceil(2 * steps / points.length));
    return Array.from(
      { length: count },
      (_, k) => [mix(fromX, x, k / count, log.x), mix(fromY, y, k / count, log.y)],
    );
  });
}
