import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { markdownHtml } from "./_markdown_html.ts";
import { notebookHtml } from "./notebook_html.ts";
import type { Cell, Output } from "./notebook_file.ts";

function page(outputs: Output[], source = "1", ...more: Cell[]): string {
  const cell: Cell = { cell_type: "code", metadata: {}, source, outputs };
  return notebookHtml({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell, ...more] }, { title: "a <b>" });
}

const shown = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data, metadata: {} });

Deno.test("notebookHtml() escapes code, streams, tracebacks and the title", () => {
  const html = page([
    { output_type: "stream", name: "stderr", text: ["<script>1</script>\n"] },
    { output_type: "error", ename: "E", evalue: "<v>", traceback: ["E: <v>"] },
    shown({ "text/plain": "<p>" }),
  ], "a < b && '<script>'");
  assert(!html.includes("<script"), html);
  for (const text of ["<title>a &lt;b&gt;</title>", "E: &lt;v&gt;", "&lt;p&gt;", "a &lt; b &amp;&amp;"]) {
    assertStringIncludes(html, text);
  }
});

Deno.test("notebookHtml() shows a figure's SVG as it is, and prefers it to HTML, and HTML to text", () => {
  const [svg, html] = [`<svg xmlns="http://www.w3.org/2000/svg"/>`, "<b>bold</b>"];
  const both = page([shown({ "text/plain": "t", "text/html": html, "image/svg+xml": [svg] })]);
  assertStringIncludes(both, `<figure class="drawn">${svg}</figure>`);
  assert(!both.includes(html));
  const own = "<svg><style>@media (prefers-color-scheme:dark){}</style></svg>";
  assertStringIncludes(page([shown({ "image/svg+xml": own })]), `<figure>${own}</figure>`);
  assertStringIncludes(page([shown({ "text/plain": "t", "text/html": html })]), `<figure>${html}</figure>`);
  assertStringIncludes(page([shown({ "image/png": "AA\nBB\n" })]), `src="data:image/png;base64,AABB"`);
});

Deno.test("notebookHtml() folds up long warnings, and nothing else", () => {
  const text = "line\n".repeat(30);
  const stream = (name: "stdout" | "stderr", text: string): Output => ({ output_type: "stream", name, text });
  assertStringIncludes(page([stream("stderr", text)]), "<summary>31 lines on standard error</summary>");
  assert(!page([stream("stdout", text), stream("stderr", "one\n")]).includes("<details>"));
});

Deno.test("notebookHtml() forbids whatever a cell put out to run or to fetch", () => {
  assertStringIncludes(page([]), `content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
});

Deno.test("markdownHtml() writes what notebooks use", () => {
  const cases: [string, string][] = [
    ["# One\ntext\nmore", "<h1>One</h1>\n<p>text\nmore</p>"],
    ["a `x * y` **b** *c* `<d>`", "<p>a <code>x * y</code> <strong>b</strong> <em>c</em> <code>&lt;d&gt;</code></p>"],
    ["- a\n  b\n- c", "<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>"],
    ["1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"],
    ["```ts\n# a < b\n```", '<pre><code class="language-ts"># a &lt; b\n</code></pre>'],
    ["> q", "<blockquote>\n<p>q</p>\n</blockquote>"],
    ["[l](https://example.org/?a=1&b)", '<p><a href="https://example.org/?a=1&amp;b">l</a></p>'],
    ["2 * 3 * 4", "<p>2 * 3 * 4</p>"],
  ];
  for (const [text, html] of cases) assertEquals(markdownHtml(text), html);
});

Deno.test("markdownHtml() writes tables and nested lists", () => {
  const table = markdownHtml("| a | b |\n|---|--:|\n| 1 | **2** |");
  for (const cell of ["<th>a</th>", "<td>1</td>", "<strong>2</strong>"]) assertStringIncludes(table, cell);
  assertStringIncludes(markdownHtml("- a\n  - b"), "<ul>\n<li>a<ul>\n<li>b</li>");
});

Deno.test("markdownHtml() writes formulas as MathML, and prices, code and what cannot be read as they are", () => {
  const [line, block] = [markdownHtml("so $x_1 < y$."), markdownHtml("a\n\n$$\n\\frac{a}{b}\n$$\n\nb")];
  assertMatch(line, /^<p>so <math><mrow>.*<mo>&lt;<\/mo>.*<\/math>\.<\/p>$/);
  assertMatch(block, /<math display="block"[^]*<mfrac>[^]*<p>b<\/p>/);
  for (const text of ["from $5 to $6", "`$x$`", "\\$x$"]) assert(!markdownHtml(text).includes("<math"), text);
  assertEquals(markdownHtml("$\\frac{<$"), "<p><code>$\\frac{&lt;$</code></p>");
});

Deno.test("markdownHtml() makes neither tags nor programs of a text", () => {
  for (
    const text of [
      "<img src=x onerror=alert(1)>",
      "[l](javascript:alert)",
      '[l](https://x"onclick="y)',
      "# <b>",
      "- <b>",
    ]
  ) {
    const html = markdownHtml(text);
    assert(!/<(?:img|b)\b|href="javascript|"onclick/.test(html), html);
  }
});
