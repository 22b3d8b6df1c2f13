import { text } from "./_chart.ts";
import { checkInteger } from "./_check.ts";
import { checkScatter } from "./_scatter_check.ts";
import { legendLines } from "./_scatter_legend.ts";
import { scatterPlot } from "./_scatter_plot.ts";
import { svgElement } from "./_svg.ts";
import { wrapped } from "./_text.ts";
import { textScatter } from "./_text_scatter.ts";
import type { ScatterChartOptions, ScatterGroup } from "./scatter_types.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const PANEL = { width: 330, plot: 250, height: 190 };

/** One chart of a grid. */
export interface ScatterPanel extends Omit<ScatterChartOptions, "legend"> {
  /** Its points; a group has the slot that it has in the other charts. */
  readonly groups: readonly ScatterGroup[];
}

/**
 * Draws scatter charts side by side and one below the other, under one legend: a figure for a page of text.
 *
 * @param panels row by row, at least one; a null leaves its place empty
 * @param options.title the line above the figure
 * @param options.columns charts in a row. @default {3}
 * @returns a value to be left at the end of a cell: HTML and SVG, 330 wide a column
 * @throws {RangeError} if there is no panel, columns is no count, or a panel cannot be drawn
 *
 * Cost O(points).
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example Two charts
 * ```ts
 * import { JUPYTER_DISPLAY, scatterGrid } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * const panel = { title: "one", xLabel: "gap", yLabel: "TTS", groups: [{ label: "g", points: [{ x: 1, y: 2 }] }] };
 * const svg = String(scatterGrid([panel, panel], { title: "Two" })[JUPYTER_DISPLAY]()["image/svg+xml"]);
 * assertEquals(svg.match(/>one</g)?.length, 2);
 * ```
 */
export function scatterGrid(
  panels: readonly (ScatterPanel | null)[],
  options: { readonly title: string; readonly columns?: number },
): Shown {
  const { title, columns = 3 } = options;
  const drawn = panels.filter((panel) => panel !== null);
  if (drawn.length === 0) throw new RangeError(`Cannot draw the figure "${title}": there is no chart`);
  checkInteger(`Cannot draw the figure "${title}"`, "columns", columns);
  for (const panel of drawn) checkScatter(panel.groups, panel);
  const width = PANEL.width * Math.min(columns, panels.length);
  const groups = drawn.flatMap((panel) => panel.groups.map((group, g) => ({ ...group, slot: group.slot ?? g })));
  const lines = drawn.flatMap((panel) => panel.lines ?? []);
  const heading = wrapped(title, Math.floor((width - 32) / 9));
  const legend = legendLines(groups, lines, { left: 16, top: 36 + 20 * heading.length, width: width - 32 });
  const parts = [
    ...heading.map((line, i) => text(16, 28 + 20 * i, line, "start", ' font-size="17" font-weight="600"')),
    ...legend.parts,
  ];
  // the longest title sets the room above every chart
  const titles = panels.map((panel) => panel === null ? [] : wrapped(panel.title, 40));
  const above = 14 + 16 * Math.max(...titles.map((lines) => lines.length));
  const rowHeight = above + PANEL.height + 58;
  panels.forEach((panel, i) => {
    if (panel === null) return;
    const left = PANEL.width * (i % columns);
    const top = legend.bottom + rowHeight * Math.floor(i / columns);
    titles[i].forEach((line, k) => parts.push(text(left + 16, top + 16 + 16 * k, line, "start", ' font-weight="600"')));
    parts.push(
      ...scatterPlot(panel.groups, panel, {
        ...{ left: left + 64, top: top + above, width: PANEL.plot, height: PANEL.height },
      }),
    );
  });
  const height = legend.bottom + rowHeight * Math.ceil(panels.length / columns) + 4;
  const svg = svgElement(width, height, title, parts);
  const pictures = drawn.map(({ groups, ...panel }) => textScatter(groups, panel));
  return makeShown({ svg, text: [title, ...pictures].join("\n\n") });
}
