import { text, titleText } from "./_chart.ts";
import { svgElement } from "./_svg.ts";
import type { Column } from "./markdown_table.ts";

const LINE = 20;

/** A table as a drawing, for a figure that has one beside a chart. */
export function svgTable(columns: readonly Column[], rows: readonly (readonly string[])[], title: string): string {
  // digits and capitals are the widest
  const widths = columns.map((column, c) =>
    16 + 7.4 * Math.max(column.title.length, ...rows.map((row) => row[c].length))
  );
  const starts = widths.map((_, c) => 16 + widths.slice(0, c).reduce((sum, width) => sum + width, 0));
  const width = Math.ceil(starts[starts.length - 1] + widths[widths.length - 1] + 8);
  const line = (row: readonly string[], y: number, extra: string) =>
    row.map((entry, c) =>
      columns[c].align === "right"
        ? text(starts[c] + widths[c] - 14, y, entry, "end", extra)
        : text(starts[c], y, entry, "start", extra)
    ).join("");
  const parts = [
    titleText(16, 24, title),
    line(columns.map((column) => column.title), 52, ' font-weight="600" font-size="12"'),
    `<path d="M16 59H${width - 16}" stroke="#222222"/>`,
    ...rows.map((row, r) => line(row, 77 + LINE * r, ' font-size="12" font-family="ui-monospace, monospace"')),
  ];
  const least = 24 + 9.4 * title.length;
  return svgElement(Math.max(width, Math.ceil(least)), 77 + LINE * rows.length, title, parts);
}
