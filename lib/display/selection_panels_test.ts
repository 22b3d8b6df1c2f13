import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JUPYTER_DISPLAY, selectionPanels, selectionWords } from "./mod.ts";

const picture = {
  pixels: Uint8Array.from({ length: 64 }, (_, i) => 4 * i),
  ...{ rows: 8, columns: 8, channels: 1, patch: 4, title: "a < b" },
};
const svgOf = (changes: Partial<Parameters<typeof selectionPanels>[0]> = {}) =>
  String(selectionPanels({ ...picture, chosen: [[0, 3], []], ...changes })[JUPYTER_DISPLAY]()["image/svg+xml"]);

/** Area of a path of rectangles `M x y h w v h h -w z`. */
function areaOf(path: string): number {
  return [...path.matchAll(/h([\d.]+)v([\d.]+)/g)].reduce((sum, [, w, h]) => sum + Number(w) * Number(h), 0);
}

Deno.test("selectionPanels() frames what a head chose and fades all the rest of it", () => {
  const svg = svgOf();
  const veils = [...svg.matchAll(/<path d="([^"]*)" fill="#ffffff" fill-opacity="0.8"/g)].map(([, path]) =>
    areaOf(path)
  );
  // four patches of 56 x 56: two faded in the first head, all in the second
  assertEquals(veils, [2 * 56 * 56, 4 * 56 * 56]);
  // the figure has one, and each chosen patch
  assertEquals(svg.match(/<title>/g)?.length, 3);
  for (const words of ["head 1: 2 of 4", "head 2: 0 of 4", "a &lt; b", "token 3<"]) assertStringIncludes(svg, words);
  assertStringIncludes(svgOf({ values: [[-1, -2.5], []] }), "token 3, energy -2.5");
});

Deno.test("selectionPanels() has the picture once, and refers to nothing outside", () => {
  const svg = svgOf();
  assertEquals(svg.match(/<image /g)?.length, 1);
  assertEquals(svg.match(/<use href="#picture-\w+"\/>/g)?.length, 2);
  const addresses = [...svg.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
  assert(addresses.every((address) => address.startsWith("data:image/png;base64,") || address.startsWith("#")));
});

Deno.test("selectionPanels() refuses what is no picture, token or value", () => {
  assertThrows(() => svgOf({ patch: 3 }), RangeError, "patches of 3 do not tile 8 x 8");
  assertThrows(() => svgOf({ channels: 2 }), RangeError, "channels must be 1 or 3, got 2");
  assertThrows(() => svgOf({ rows: 0 }), RangeError, "rows must be an integer of 1 or more, got 0");
  assertThrows(() => svgOf({ pixels: new Uint8Array(63) }), TypeError, "expected 64 pixels, got 63");
  assertThrows(() => svgOf({ chosen: [[4]] }), RangeError, "from 0 to 3, got 4");
  assertThrows(() => svgOf({ values: [[1], []] }), TypeError, "a value for every chosen token");
});

Deno.test("selectionWords() marks chosen words, says by which heads where there are several, and escapes", () => {
  const html = (chosen: number[][]) => selectionWords({ words: ["a", "<b>", "c"], chosen, title: "t" }).html;
  assertStringIncludes(html([[1]]), "a <mark>&lt;b&gt;</mark> c");
  assertStringIncludes(html([[1], [], [1, 2]]), "a <mark>&lt;b&gt;<sup>1 3</sup></mark> <mark>c<sup>3</sup></mark>");
  assertThrows(() => html([[3]]), RangeError, "from 0 to 2, got 3");
});
