import { escapeHtml, scriptJson, scriptText } from "./_text.ts";
import type { Column } from "./markdown_table.ts";
import { JUPYTER_DISPLAY, type Shown } from "./show_learning_curves.ts";

/** A part of a report. */
export interface ReportSection {
  /** The heading. */
  readonly title: string;
  /** Sentences below it. @default {none} */
  readonly paragraphs?: readonly string[];
  /** What `lineChart` and its like give. @default {none} */
  readonly figures?: readonly Shown[];
  /** Tables below the figures. @default {none} */
  readonly tables?: readonly ReportTable[];
  /** Sentences below the tables. @default {none} */
  readonly notes?: readonly string[];
}

/** A table of a report. */
export interface ReportTable {
  /** The line above the table. @default {none} */
  readonly caption?: string;
  /** Its columns, at least one. */
  readonly columns: readonly Column[];
  /** Entries in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

/** What stands around the sections of a report. */
export interface ReportPageOptions {
  /** The heading of the page. */
  readonly title: string;
  /** The command that makes the page. */
  readonly command: string;
  /** Sentences below the heading. @default {none} */
  readonly lead?: readonly string[];
  /** Text of the plotly program, from `plotlySource`; null: figures are static, and the page says so. */
  readonly plotly: string | null;
}

const STYLE = `
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2rem } code { background: #f3f3f3; padding: 0 0.25em }
table { border-collapse: collapse; font-size: 0.8rem; margin: 0.7rem 0 } caption { text-align: left; color: #555 }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top }
td.right, th.right { text-align: right; font-variant-numeric: tabular-nums } td.right { white-space: nowrap }
.wide { overflow-x: auto } .note { color: #555; font-size: 0.9rem } svg { max-width: 100%; height: auto }`;

const DRAW = `
for (const [id, figure] of Object.entries(JSON.parse(document.getElementById("figures").textContent))) {
  const still = document.getElementById(id + "-still");
  const live = document.getElementById(id);
  try {
    live.hidden = false;
    Plotly.newPlot(id, figure.data, figure.layout, { responsive: true, displaylogo: false });
    still.hidden = true;
  } catch (error) {
    live.hidden = true;
  }
}`;

/**
 * Writes one self-contained HTML page of sections: sentences, figures, tables.
 *
 * Figures are drawn by plotly, whose program is part of the page; without a script, or where plotly could not be had, the page
 * shows the same figures as static drawings and says so. Nothing is fetched from anywhere.
 *
 * @param sections in their order
 * @param options what stands around them
 * @returns the whole page
 * @throws {RangeError} if a row of a table does not fit its columns
 *
 * Cost O(characters); about 10 MB with plotly inside.
 * Source: plotly.js for the figures.
 *
 * @example A page of one table
 * ```ts
 * import { reportPage } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const table = { columns: [{ title: "n" }], rows: [["100"]] };
 * const page = reportPage([{ title: "Sizes", tables: [table] }], { title: "A report", command: "deno task x", plotly: null });
 * assertStringIncludes(page, "<td>100</td>");
 * ```
 */
export function reportPage(sections: readonly ReportSection[], options: ReportPageOptions): string {
  const { title, command, lead = [], plotly } = options;
  const figures: Record<string, unknown> = {};
  const body = sections.map((section) => {
    const drawings = (section.figures ?? []).map((shown) => {
      const bundle = shown[JUPYTER_DISPLAY]();
      const id = `figure-${Object.keys(figures).length}`;
      figures[id] = bundle["application/vnd.plotly.v1+json"];
      return `<figure>\n<div id="${id}" hidden></div>\n<div id="${id}-still">${
        bundle["image/svg+xml"]
      }</div>\n</figure>`;
    });
    return [
      `<h2>${escapeHtml(section.title)}</h2>`,
      ...(section.paragraphs ?? []).map((text) => `<p>${escapeHtml(text)}</p>`),
      ...drawings,
      ...(section.tables ?? []).map(htmlTable),
      ...(section.notes ?? []).map((text) => `<p class="note">${escapeHtml(text)}</p>`),
    ].join("\n");
  });
  const interactive = plotly !== null && Object.keys(figures).length > 0;
  const scripts = !interactive ? "" : `<script type="application/json" id="figures">${scriptJson(figures)}</script>
<script>${scriptText(plotly)}</script>
<script>${DRAW}</script>
`;
  const still = plotly === null && Object.keys(figures).length > 0
    ? " The figures are static: plotly could not be had when the page was made."
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${lead.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n")}
<p class="note">Made by <code>${escapeHtml(command)}</code>.${still}</p>
${body.join("\n")}
${scripts}</body>
</html>
`;
}

function htmlTable({ caption, columns, rows }: ReportTable): string {
  const cell = (tag: "th" | "td", entry: string, c: number) =>
    `<${tag}${columns[c].align === "right" ? ' class="right"' : ""}>${escapeHtml(entry)}</${tag}>`;
  const body = rows.map((row, i) => {
    if (row.length !== columns.length) {
      throw new RangeError(`Cannot write a table: row ${i} has ${row.length} entries for ${columns.length} columns`);
    }
    return `<tr>${row.map((entry, c) => cell("td", entry, c)).join("")}</tr>`;
  });
  const head = columns.map((column, c) => cell("th", column.title, c)).join("");
  const above = caption === undefined ? "" : `<caption>${escapeHtml(caption)}</caption>\n`;
  return `<div class="wide"><table>\n${above}<thead><tr>${head}</tr></thead>\n<tbody>\n${
    body.join("\n")
  }\n</tbody>\n</table></div>`;
}
