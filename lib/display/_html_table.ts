import { escapeHtml } from "./_text.ts";
import type { ReportTable } from "./report_page.ts";

/**
 * A table of a report as HTML, in a box that scrolls.
 *
 * @param alone true where no style of ours is around it, as in a notebook, whose own may push words to the right
 */
export function htmlTable({ caption, columns, rows, marks }: ReportTable, alone = false): string {
  const aligned = ({ align = "left" }: ReportTable["columns"][number]) =>
    alone ? ` style="text-align:${align}"` : align === "right" ? ' class="right"' : "";
  const cell = (tag: "th" | "td", entry: string, c: number) =>
    `<${tag}${aligned(columns[c])}>${escapeHtml(entry)}</${tag}>`;
  const body = rows.map((row, i) => {
    if (row.length !== columns.length) {
      throw new RangeError(`Cannot write a table: row ${i} has ${row.length} entries for ${columns.length} columns`);
    }
    const mark = marks?.[i] ? ` class="${marks[i]}"` : "";
    return `<tr${mark}>${row.map((entry, c) => cell("td", entry, c)).join("")}</tr>`;
  });
  const head = columns.map((column, c) => cell("th", column.title, c)).join("");
  const above = caption === undefined ? "" : `<caption>${escapeHtml(caption)}</caption>\n`;
  return `<div class="wide" tabindex="0"><table>\n${above}<thead><tr>${head}</tr></thead>\n<tbody>\n${
    body.join("\n")
  }\n</tbody>\n</table></div>`;
}
