import { DARK_COLOURS } from "./_colours.ts";
import { REPORT_STYLE } from "./_report_style.ts";
import { htmlTable } from "./_html_table.ts";
import { withoutStyle } from "./_svg.ts";
import { escapeHtml, scriptJson, scriptText } from "./_text.ts";
import type { Column } from "./markdown_table.ts";
import { JUPYTER_DISPLAY, type Shown } from "./shown.ts";

/** A part of a report. */
export interface ReportSection {
  /** The heading. */
  readonly title: string;
  /** 3 is a part of the section before it, and not among the contents. @default {2} */
  readonly level?: 2 | 3;
  /** Sentences below it. @default {none} */
  readonly paragraphs?: readonly string[];
  /** What `lineChart` and its like give; side by side where there is room. @default {none} */
  readonly figures?: readonly Shown[];
  /** Tables below the figures. @default {none} */
  readonly tables?: readonly ReportTable[];
  /** Sentences below the tables. @default {none} */
  readonly notes?: readonly string[];
  /** How to read the section, folded up until it is asked for. @default {nothing} */
  readonly reading?: string;
  /** What would stand here if it had been made, and the command that makes it. @default {none} */
  readonly missing?: readonly { readonly what: string; readonly command: string }[];
}

/** A table of a report. */
export interface ReportTable {
  /** The line above the table. @default {none} */
  readonly caption?: string;
  /** Its columns, at least one. */
  readonly columns: readonly Column[];
  /** Entries in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
  /** How a row is set off: `group` begins a part of the table, `control` stands back. @default {neither} */
  readonly marks?: readonly ("group" | "control" | "")[];
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

// on a narrow screen the still figures are easier to read; a page of many draws each when it comes near
const DRAW = `
const source = document.getElementById("figures").textContent;
const dark = matchMedia("(prefers-color-scheme: dark)");
const wide = matchMedia("(min-width: 700px)");
const swaps = JSON.parse(document.getElementById("swaps").textContent);
let figures = {};
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    show(target.id.slice(0, -"-still".length), target);
  }
}, { rootMargin: "800px" });
function show(id, still) {
  const live = document.getElementById(id);
  try {
    live.hidden = false;
    Plotly.react(id, figures[id].data, figures[id].layout, { responsive: true, displaylogo: false });
    still.hidden = true;
  } catch (error) {
    console.error(error);
    live.hidden = true;
  }
}
function draw() {
  const text = dark.matches ? source.replace(/#[0-9a-f]{6}/g, (colour) => swaps[colour] ?? colour) : source;
  figures = JSON.parse(text);
  near.disconnect();
  for (const id of Object.keys(figures)) {
    const still = document.getElementById(id + "-still");
    document.getElementById(id).hidden = true;
    still.hidden = false;
    if (wide.matches) near.observe(still);
  }
}
draw();
for (const query of [dark, wide]) query.addEventListener("change", draw);`;

/**
 * Writes one self-contained HTML page of sections: sentences, figures, tables.
 *
 * Figures are drawn by plotly as they come near, its program is part of the page; without a script, or where plotly could not be had, the page
 * shows the same figures as static drawings and says so. A screen narrower than 700 pixels has the static ones, which fit it.
 * Tables scroll inside themselves; light and dark follow the reader's system. Nothing is fetched from anywhere.
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
  const drawings = (section: ReportSection) => {
    const drawn = (section.figures ?? []).map((shown) => {
      const bundle = shown[JUPYTER_DISPLAY]();
      const still = withoutStyle(`${bundle["image/svg+xml"] ?? bundle["text/html"]}`);
      const live = bundle["application/vnd.plotly.v1+json"];
      if (!("image/svg+xml" in bundle)) return `<figure class="text">${still}</figure>`;
      if (live === undefined) return `<figure>\n${still}</figure>`;
      const id = `figure-${Object.keys(figures).length}`;
      figures[id] = onPage(live);
      return `<figure>\n<div id="${id}" hidden></div>\n<div id="${id}-still">${still}</div>\n</figure>`;
    });
    return drawn.length === 0 ? [] : [`<div class="figures">\n${drawn.join("\n")}\n</div>`];
  };
  const body = sections.map((section, i) =>
    [
      `<h${section.level ?? 2} id="section-${i}">${escapeHtml(section.title)}</h${section.level ?? 2}>`,
      ...(section.paragraphs ?? []).map((text) => `<p>${escapeHtml(text)}</p>`),
      ...drawings(section),
      ...(section.tables ?? []).map((table) => htmlTable(table)),
      ...(section.notes ?? []).map((text) => `<p class="note">${escapeHtml(text)}</p>`),
      ...(section.reading === undefined
        ? []
        : [`<details><summary>How to read this</summary><p class="note">${escapeHtml(section.reading)}</p></details>`]),
      ...(section.missing ?? []).map(({ what, command }) =>
        `<p class="missing">Missing: ${escapeHtml(what)}. It is made by <code>${escapeHtml(command)}</code>.</p>`
      ),
    ].join("\n")
  );
  const links = sections.flatMap(({ title, level = 2 }, i) =>
    level === 2 ? [`<li><a href="#section-${i}">${escapeHtml(title)}</a></li>`] : []
  );
  const contents = links.length < 3 ? "" : `<nav aria-label="Contents"><ul>${links.join("")}</ul></nav>\n`;
  const interactive = plotly !== null && Object.keys(figures).length > 0;
  const scripts = !interactive ? "" : `<script type="application/json" id="figures">${scriptJson(figures)}</script>
<script type="application/json" id="swaps">${scriptJson(DARK_COLOURS)}</script>
<script>${scriptText(plotly)}</script>
<script>${DRAW}</script>
`;
  const still = plotly === null && Object.keys(figures).length > 0 ? " The figures are static." : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${lead.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n")}
<p class="note">Made by <code>${escapeHtml(command)}</code>.${still}</p>
${contents}${body.join("\n")}
${scripts}</body>
</html>
`;
}

/** A figure of a notebook for a page: in the page's type and on its ground. */
function onPage(figure: unknown): unknown {
  const { data, layout } = figure as { data: unknown; layout: Record<string, unknown> };
  const axes = Object.fromEntries(
    Object.entries(layout).filter(([name]) => /^[xy]axis/.test(name))
      .map(([name, axis]) => [name, { gridcolor: "#dddddd", linecolor: "#222222", ...axis as object }]),
  );
  const look = { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", font: { color: "#222222", size: 13 } };
  const words = layout.title as object | undefined;
  const title = words === undefined ? {} : { title: { ...words, x: 0.03, xanchor: "left", font: { size: 15 } } };
  return { data, layout: { width: 520, ...layout, ...title, ...look, ...axes } };
}
