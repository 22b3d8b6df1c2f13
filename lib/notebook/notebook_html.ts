import { escapeHtml, markdownHtml } from "./_markdown_html.ts";
import { type MimeBundle, type Notebook, type Output, textOf } from "./notebook_file.ts";

/** What the pages of {@link notebookHtml} look like. */
const STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1d2126; --soft: #59616b; --line: #d9dde2; --panel: #f4f6f8; --accent: #0072b2; --warn: #b45309 }
@media (prefers-color-scheme: dark) { :root { --ground: #15181d; --ink: #e3e6ea; --soft: #a8b0ba; --line: #3a414b; --panel: #1e232a; --accent: #6cb8ea; --warn: #f0a35e } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem clamp(0.8rem, 4vw, 2rem) 4rem; max-width: 66rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25 } h2 { font-size: 1.25rem; margin-top: 2.4rem } h3 { font-size: 1.05rem }
p, li { max-width: 46rem } math[display="block"] { margin: 0.6rem 0; overflow-x: auto } a { color: var(--accent) }
code, pre { font: 0.85rem/1.45 ui-monospace, monospace } p code, li code, td code { background: var(--panel); padding: 0.05em 0.3em; border-radius: 3px; overflow-wrap: anywhere }
pre { margin: 0.6rem 0; padding: 0.6rem 0.8rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 4px }
.count { color: var(--soft); font-size: 0.8rem } pre.out { background: none; border-style: dashed; max-height: 40rem } details { margin: 0.6rem 0 } summary { cursor: pointer; color: var(--soft); font-size: 0.9rem } pre.stderr { border-color: var(--warn) } pre.error { border: 2px solid var(--warn) }
figure { margin: 0.8rem 0; overflow-x: auto } figure.drawn { background: #ffffff; color: #1d2126; color-scheme: light; border-radius: 4px; width: fit-content; max-width: 100% } figure svg, figure img { max-width: 100%; height: auto; display: block }
table { border-collapse: collapse; font-size: 0.85rem } th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left } td { font-variant-numeric: tabular-nums }
blockquote { margin: 0.6rem 0; padding: 0.1rem 1rem; border-left: 3px solid var(--line); color: var(--soft) }`;

/** Nothing in a page may run or be fetched, whatever a cell put out. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/**
 * Writes a notebook as one self-contained page: prose, code, and outputs with their figures; light and dark after the reader's system.
 *
 * Of an output's types the first of SVG, HTML, PNG or JPEG, Markdown and plain text is shown. The page's own policy forbids scripts and
 * requests, so that the HTML of an output cannot do anything but be seen.
 *
 * @param notebook with outputs
 * @param options.title the title of the page, for the case that no cell has a heading
 * @returns the whole page
 *
 * Cost O(characters).
 *
 * @example Text is escaped
 * ```ts
 * import { notebookHtml } from "qama/notebook";
 * import { assertStringIncludes } from "@std/assert";
 * const cell = { cell_type: "code" as const, metadata: {}, source: "a < b" };
 * const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
 * assertStringIncludes(notebookHtml(notebook, { title: "A" }), "a &lt; b");
 * ```
 */
export function notebookHtml(notebook: Notebook, options: { readonly title: string }): string {
  const heading = notebook.cells.filter((cell) => cell.cell_type === "markdown")
    .map((cell) => /^#\s+(.*)$/m.exec(textOf(cell.source))?.[1]).find((text) => text !== undefined);
  const body = notebook.cells.map((cell) => {
    const source = textOf(cell.source);
    if (cell.cell_type === "markdown") return `<section>\n${markdownHtml(source)}\n</section>`;
    const code = source.trim() === "" ? "" : `<pre><code>${escapeHtml(source)}</code></pre>`;
    if (cell.cell_type === "raw") return code;
    const count = `<div class="count">[${cell.execution_count ?? " "}]</div>`;
    return [`<section>`, count, code, ...(cell.outputs ?? []).map(outputHtml), "</section>"].join("\n");
  });
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(heading ?? options.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    "</head>",
    "<body>",
    ...body,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Warnings longer than this are folded up. */
const FOLDED_LINES = 10;

function outputHtml(output: Output): string {
  if (output.output_type === "stream") {
    const text = textOf(output.text);
    const lines = text.split("\n").length;
    const printed = `<pre class="out ${output.name}">${escapeHtml(text)}</pre>`;
    if (output.name === "stdout" || lines <= FOLDED_LINES) return printed;
    return `<details><summary>${lines} lines on standard error</summary>${printed}</details>`;
  }
  if (output.output_type === "error") {
    const lines = output.traceback.length > 0 ? output.traceback : [`${output.ename}: ${output.evalue}`];
    return `<pre class="error">${escapeHtml(lines.join("\n"))}</pre>`;
  }
  return bundleHtml(output.data);
}

function bundleHtml(data: MimeBundle): string {
  const has = (type: string) => data[type] !== undefined;
  if (has("image/svg+xml")) {
    const drawing = textOf(data["image/svg+xml"]);
    // a drawing that knows of light and dark has a ground of its own
    return `<figure${drawing.includes("prefers-color-scheme") ? "" : ' class="drawn"'}>${drawing}</figure>`;
  }
  if (has("text/html")) return `<figure>${textOf(data["text/html"])}</figure>`;
  for (const type of ["image/png", "image/jpeg"]) {
    if (!has(type)) continue;
    const bytes = textOf(data[type]).replaceAll(/\s/g, "");
    return `<figure class="drawn"><img alt="figure" src="data:${type};base64,${escapeHtml(bytes)}"></figure>`;
  }
  if (has("text/markdown")) return `<div>${markdownHtml(textOf(data["text/markdown"]))}</div>`;
  const rest = has("text/plain") ? textOf(data["text/plain"]) : JSON.stringify(Object.values(data)[0] ?? "", null, 1);
  return rest === "" ? "" : `<pre class="out">${escapeHtml(rest)}</pre>`;
}
