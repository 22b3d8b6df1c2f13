import { checkInteger } from "./_check.ts";
import { makeShown } from "./_make_shown.ts";
import { svgElement, withoutStyle } from "./_svg.ts";
import { text } from "./_chart.ts";
import { wrapped } from "./_text.ts";
import type { Shown } from "./shown.ts";

const GAP = 12;

/** How {@link showTogether} lays figures out. */
export interface ShowTogetherOptions {
  /** The line above them. @default {none} */
  readonly title?: string;
  /** Figures in a row. @default {as many as fit into 960 pixels} */
  readonly columns?: number;
  /** What a reader who does not see them should know. @default {the titles} */
  readonly says?: string;
}

/**
 * Puts figures side by side, and one row below the other, into one.
 *
 * @param figures one or more, each with a drawing
 * @param options see {@link ShowTogetherOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text
 * @throws {RangeError} if there is no figure, columns is no count, or a figure is a table or a text
 *
 * Cost O(characters).
 * Source: none needed.
 *
 * @example Two charts, one drawing
 * ```ts
 * import { lineChart, showTogether } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * const chart = lineChart([{ label: "a", values: [1, 2] }], { title: "t", x: [0, 1], xLabel: "x", yLabel: "y" });
 * assertEquals(showTogether([chart, chart]).svg?.match(/<svg /g)?.length, 3);
 * ```
 */
export function showTogether(figures: readonly Shown[], options: ShowTogetherOptions = {}): Shown {
  const { title = "", says } = options;
  const columns = options.columns ?? Infinity;
  if (figures.length === 0) throw new RangeError("Cannot show figures together: there is none");
  if (options.columns !== undefined) checkInteger("Cannot show figures together", "columns", columns);
  const drawings = figures.map(({ svg }, i) => {
    if (svg === undefined) {
      throw new RangeError(
        `Cannot show figures together: number ${i} has no drawing; leave it at the end of a cell of its own`,
      );
    }
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    return { svg, width: Number(width), height: Number(height) };
  });
  const rows: (typeof drawings)[] = [[]];
  let used = 0;
  for (const drawing of drawings) {
    const row = rows[rows.length - 1];
    const full = row.length >= columns || (options.columns === undefined && used + drawing.width > 960);
    if (row.length > 0 && full) {
      rows.push([drawing]);
      used = drawing.width + GAP;
    } else {
      row.push(drawing);
      used += drawing.width + GAP;
    }
  }
  const width = Math.max(...rows.map((row) => row.reduce((sum, drawing) => sum + drawing.width + GAP, -GAP)));
  const heading = title === "" ? [] : wrapped(title, Math.floor((width - 32) / 9));
  const parts = heading.map((line, i) => text(16, 26 + 20 * i, line, "start", ' font-size="16" font-weight="600"'));
  let top = heading.length === 0 ? 0 : 16 + 20 * heading.length;
  for (const row of rows) {
    let left = 0;
    for (const drawing of row) {
      parts.push(withoutStyle(drawing.svg).trimEnd().replace("<svg ", `<svg x="${left}" y="${top}" `));
      left += drawing.width + GAP;
    }
    top += Math.max(...row.map(({ height }) => height)) + GAP;
  }
  const titles = drawings.map(({ svg }) => /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? "");
  const svg = svgElement(width, top - GAP, title === "" ? titles.join("; ") : title, parts, says);
  const words = figures.map((figure) => figure.text).join("\n\n");
  return makeShown({ svg, text: title === "" ? words : `${title}\n\n${words}` });
}
