import { escapeHtml, scriptJson, scriptText } from "./_text.ts";
import type { CurvePanel } from "./learning_curve.ts";
import { learningCurvesSvg } from "./learning_curves_svg.ts";
import type { Column } from "./markdown_table.ts";
import { plotlyFigure } from "./plotly_figure.ts";

/** What a page of learning curves shows. */
export interface LearningCurvesPageOptions {
  /** The heading. */
  readonly title: string;
  /** The command that makes the page, shown in the caption. */
  readonly command: string;
  /** Sentences below the heading: what was asked and what the data are. @default {none} */
  readonly lead?: readonly string[];
  /** The table below the figure. */
  readonly table: { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] };
  /** Sentences below the table: what to read from it. @default {none} */
  readonly notes?: readonly string[];
  /** Text of the plotly program, from {@link plotlySource}; null: only the static figure is shown, and the page says so. */
  readonly plotly: string | null;
}

const STYLE = `
body { margin: 0 auto; padding: 1.5rem; max-width: 66rem; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-bottom: 0 }
table { border-collapse: collapse; font-size: 0.8rem } th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top }
td.right, th.right { text-align: right; font-variant-numeric: tabular-nums } td.right { white-space: nowrap } .wide { overflow-x: auto }
.note, figcaption { color: #555; font-size: 0.9rem } figure { margin: 1rem 0 } code { background: #f3f3f3; padding: 0 0.25em }
svg { max-width: 100%; height: auto }`;

const DRAW = `
try {
  for (const [id, figure] of Object.entries(JSON.parse(document.getElementById("figures").textContent))) {
    Plotly.newPlot(id, figure.data, figure.layout, { responsive: true, displaylogo: false });
  }
  document.getElementById("interactive").hidden = false;
  document.getElementById("static").hidden = true;
  window.dispatchEvent(new Event("resize"));
} catch (error) {
  document.getElementById("interactive").hidden = true;
  document.getElementById("static").hidden = false;
}`;

/**
 * Writes one self-contained HTML page: learning curves, the table and what to read from it.
 *
 * The curves are drawn by plotly, whose program is part of the page; without a script, or where plotly could not be
 * had, the page shows the same curves as a static figure and says so. Nothing is fetched from anywhere.
 *
 * @param panels one a data set, at least one, each with at least one sample
 * @param options what stands around the figure
 * @returns the whole page
 * @throws {RangeError} if a panel cannot be drawn, or a row of the table does not fit its columns
 *
 * Cost O(characters); about 10 MB with plotly inside, 20 kB without.
 * Source: plotly.js for the figure.
 *
 * @example A page without plotly says so
 * ```ts
 * import { learningCurvesPage } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const panels = [{ title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] }];
 * const table = { columns: [{ title: "data" }], rows: [["MNIST"]] };
 * const page = learningCurvesPage(panels, { title: "Curves", command: "deno task reproduce", table, plotly: null });
 * assertStringIncludes(page, "The figure is static");
 * ```
 */
export function learningCurvesPage(panels: readonly CurvePanel[], options: LearningCurvesPageOptions): string {
  const { title, command, lead = [], table, notes = [], plotly } = options;
  const svg = learningCurvesSvg(panels, { title });
  const paragraphs = (lines: readonly string[]) => lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n");
  const interactive = panels.map((panel, i) =>
    `<h2>${escapeHtml(panel.title)}</h2>\n` +
    (panel.note === undefined ? "" : `<p class="note">${escapeHtml(panel.note)}</p>\n`) +
    `<div id="panel-${i}" role="img" aria-label="${escapeHtml(`Learning curves, ${panel.title}`)}"></div>`
  );
  const figures = Object.fromEntries(panels.map((panel, i) => [`panel-${i}`, plotlyFigure(panel)]));
  const scripts = plotly === null ? "" : `<script type="application/json" id="figures">${scriptJson(figures)}</script>
<script>${scriptText(plotly)}</script>
<script>${DRAW}</script>
`;
  const anyPublished = panels.some(({ curves }) => curves.some((curve) => (curve.published ?? []).length > 0));
  const openMarkers = anyPublished ? " Open markers are published values of the same colour and shape." : "";
  const staticNote = plotly === null ? " The figure is static: plotly could not be had when the page was made." : "";
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
${paragraphs(lead)}
<figure>
<div id="interactive" hidden>
${interactive.join("\n")}
</div>
<div id="static">
${svg}</div>
<figcaption>Test accuracy and test loss after each epoch.${openMarkers} Made by <code>${
    escapeHtml(command)
  }</code>.${staticNote}</figcaption>
</figure>
<div class="wide">
${htmlTable(table.columns, table.rows)}
</div>
${paragraphs(notes)}
${scripts}</body>
</html>
`;
}

function htmlTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: "th" | "td", entry: string, c: number) =>
    `<${tag}${columns[c].align === "right" ? ' class="right"' : ""}>${escapeHtml(entry)}</${tag}>`;
  const body = rows.map((row, i) => {
    if (row.length !== columns.length) {
      throw new RangeError(`Cannot write a table: row ${i} has ${row.length} entries for ${columns.length} columns`);
    }
    return `<tr>${row.map((entry, c) => cell("td", entry, c)).join("")}</tr>`;
  });
  const head = columns.map((column, c) => cell("th", column.title, c)).join("");
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
}
