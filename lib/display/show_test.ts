import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { everyKind } from "./_test_shown.ts";
import { JUPYTER_DISPLAY, lineChart, show, type Shown, showTogether } from "./mod.ts";

const all = await everyKind();
// the overloads are for readers; a test comes with anything
const showAny = show as (value: unknown, options?: object) => Shown;
const shown = all.map(({ name, value, options }) => ({ name, figure: showAny(value, options) }));
const TABLES = ["table", "words"];

/** Complains of a tag that is not closed, or closed in another order; comments and CDATA do not occur. */
function unbalanced(svg: string): string | undefined {
  const open: string[] = [];
  for (const [, end, name, rest] of svg.matchAll(/<(\/?)([a-zA-Z]+)([^<>]*)>/g)) {
    if (end === "") {
      if (!rest.endsWith("/")) open.push(name);
    } else if (open.pop() !== name) return `</${name}>`;
  }
  return open.pop();
}

Deno.test("show() gives every kind of value HTML, a text, and a drawing that is whole, named and small", () => {
  for (const { name, figure } of shown) {
    const bundle = figure[JUPYTER_DISPLAY]();
    assert(figure.text.length > 20 && figure.html.length > 20, name);
    assertEquals([bundle["text/plain"], bundle["text/html"]], [figure.text, figure.html], name);
    assertEquals(bundle["image/svg+xml"], figure.svg, name);
    assertEquals(figure.svg === undefined, TABLES.includes(name), name);
    assert(
      figure.text.split("\n").every((line) => !/\bNaN\b|undefined|Infinity/.test(line)),
      `${name}: ${figure.text}`,
    );
    if (figure.svg === undefined) continue;
    assert(!/NaN|undefined|Infinity/.test(figure.svg), `${name} has a number that is none`);
    assertStringIncludes(figure.svg, 'role="img"');
    assert(/<title>[^<]+<\/title>/.test(figure.svg), name);
    assertEquals(unbalanced(figure.svg), undefined, name);
    assert(figure.svg.length <= 30_000, `${name} has ${figure.svg.length} bytes`);
    assert(!/url\(|href="(?!data:|#)/.test(figure.svg), `${name} refers to something outside`);
    JSON.stringify(bundle["application/vnd.plotly.v1+json"] ?? null, (_, value) => {
      assert(typeof value !== "number" || Number.isFinite(value), `${name}: plotly is given ${value}`);
      return value;
    });
  }
});

Deno.test("show() writes places in a drawing with five digits at most", () => {
  for (const { name, figure } of shown) {
    for (const [, path] of (figure.svg ?? "").matchAll(/ d="([^"]*)"/g)) {
      for (const [place] of path.matchAll(/[\d.]+/g)) assert(place.replace(".", "").length <= 5, `${name}: ${place}`);
    }
  }
});

Deno.test("show() is printed as its text: by a template, and by console.log", () => {
  for (const { name, figure } of shown) {
    assertEquals([`${figure}`, Deno.inspect(figure)], [figure.text, figure.text], name);
    // a terminal of usual width shows charts and maps unbroken; tables and names may be wider
    if (!/preflight|table|words/.test(name)) {
      assert(figure.text.split("\n").every((line) => line.length <= 110), name);
    }
  }
});

Deno.test("show() says what can be shown where it cannot", () => {
  for (
    const [value, words] of [
      [undefined, "Cannot show undefined"],
      [null, "Cannot show null"],
      ["text", "Cannot show a text"],
      [3, "Cannot show number"],
      [[], "Cannot show an empty list"],
      [[1, 2], "Cannot show a list of numbers"],
      [{}, "Cannot show an object without fields"],
      [{ energies2: 1, foo: 2 }, "Cannot show an object with energies2, foo: expected one of\n"],
    ] as const
  ) {
    const error = assertThrows(() => showAny(value), TypeError, words);
    for (const kind of ["a model", "a sample set", "a table", "figures"]) assertStringIncludes(error.message, kind);
  }
});

Deno.test("show() leaves what is shown as it is, and puts several together", () => {
  const chart = lineChart([{ label: "a", values: [1, 2] }], { title: "one", x: [0, 1], xLabel: "x", yLabel: "y" });
  assert(show(chart) === chart);
  const both = show([chart, chart], { title: "two", columns: 1 });
  assertEquals([both.svg?.match(/<style>/g)?.length, both.svg?.match(/<svg /g)?.length], [1, 3]);
  assertEquals(unbalanced(both.svg ?? ""), undefined);
  assertThrows(() => showTogether([]), RangeError, "there is none");
  assertThrows(() => showTogether([show([{ a: 1 }])]), RangeError, "number 0 has no drawing");
  assertThrows(() => showTogether([chart], { columns: 0 }), RangeError, "from 1, got 0");
});

Deno.test("showTogether() puts drawings beside and below each other without overlap", () => {
  const chart = lineChart([{ label: "a", values: [1, 2] }], { title: "one", x: [0, 1], xLabel: "x", yLabel: "y" });
  const svg = showTogether([chart, chart, chart], { columns: 2 }).svg ?? "";
  const boxes = [...svg.matchAll(/<svg x="(\d+)" y="(\d+)" [^>]*?width="(\d+)" height="(\d+)"/g)].map((m) =>
    m.slice(1).map(Number)
  );
  const [, outerWidth, outerHeight] = /width="(\d+)" height="(\d+)"/.exec(svg)?.map(Number) ?? [];
  assertEquals(boxes.length, 3);
  const apart = (a: number[], b: number[]) =>
    a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert(apart(a, b), `${a} and ${b}`)));
  for (const [x, y, width, height] of boxes) assert(x + width <= outerWidth && y + height <= outerHeight);
});
