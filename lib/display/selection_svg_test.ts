import { cellsOf } from "./_test_png.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { JUPYTER_DISPLAY, selectionSvg, showSelection } from "./mod.ts";

const sizes = { rows: 8, columns: 12, patch: 4, heads: 3 };
const PLACES = 3 * 6;

function pictures(count: number, chosen = new Uint8Array(count * PLACES)) {
  return { ...sizes, images: new Uint8Array(count * 96), chosen };
}

Deno.test("selectionSvg() numbers every chosen token with its head and tints no other", () => {
  const rng = new Rng(2);
  const chosen = Uint8Array.from({ length: 4 * PLACES }, () => rng.integer(2));
  const svg = selectionSvg(pictures(4, chosen));
  // a digit each has a place of its own
  const texts = [...svg.matchAll(/ x="([^"]+)" y="([^"]+)">(\d+)<\/text>/g)];
  for (const [, x, y, digits] of texts) {
    assertEquals([x.split(" ").length, y.split(" ").length], [digits.length, digits.length]);
  }
  const numbers = texts.flatMap(([, , , digits]) => [...digits].map(Number));
  for (let t = 0; t < 3; t++) {
    const expected = chosen.filter((x, at) => x === 1 && Math.floor(at / 6) % 3 === t).length;
    assertEquals(numbers.filter((head) => head === t + 1).length, expected);
  }
  const tints = [...svg.matchAll(/fill-opacity="0.62" d="([^"]+)"/g)].map(([, path]) => path.split("z").length - 1);
  assertEquals(tints.reduce((sum, n) => sum + n, 0), numbers.length);
});

Deno.test("selectionSvg() tints the patch of the token, and shares it among the heads that chose it", () => {
  const chosen = new Uint8Array(PLACES);
  chosen[5] = 1;
  const tinted = (svg: string) => [...svg.matchAll(/fill-opacity="0.62" d="([^"]+)"/g)].map(([, path]) => path);
  assertEquals(tinted(selectionSvg(pictures(1, chosen))), ["M8 4h4v4h-4z"]);
  chosen[6 + 5] = 1;
  assertEquals(tinted(selectionSvg(pictures(1, chosen))), ["M8 4h2v4h-2z", "M10 4h2v4h-2z"]);
});

Deno.test("selectionSvg() writes the number of the tenth head in one piece, at one place", () => {
  const chosen = new Uint8Array(10 * 6);
  chosen[9 * 6] = 1;
  const svg = selectionSvg({ ...sizes, heads: 10, images: new Uint8Array(96), chosen });
  assert(/<text x="[\d.]+" y="[\d.]+">10<\/text>/.test(svg));
});

Deno.test("selectionSvg() paints every pixel of a picture once, bright where its channels are", () => {
  const images = Uint8Array.from({ length: 2 * 2 * 3 }, (_, at) => at < 3 ? 255 : 0);
  const svg = selectionSvg({ images, rows: 2, columns: 2, channels: 3, patch: 2, heads: 1, chosen: Uint8Array.of(0) });
  assertEquals(cellsOf(svg), [["#ffffff", "#000000"], ["#000000", "#000000"]]);
});

Deno.test("selectionSvg() escapes its captions and refers to nothing outside", () => {
  const svg = selectionSvg({ ...pictures(2), captions: ["a < b", "7"], title: "x & y" });
  assertStringIncludes(svg, "a &lt; b");
  assertStringIncludes(svg, "x &amp; y");
  assertEquals(svg.match(/https?:[^"]*/g), ["http://www.w3.org/2000/svg"]);
});

Deno.test("selectionSvg() refuses arrays and sizes that do not fit", () => {
  assertThrows(() => selectionSvg({ ...pictures(1), patch: 5 }), RangeError, "patches of 5 do not tile 8 x 12");
  assertThrows(() => selectionSvg({ ...pictures(1), heads: 0 }), RangeError, "heads must be an integer of 1 or more");
  assertThrows(
    () => selectionSvg({ ...pictures(1), chosen: new Uint8Array(17) }),
    TypeError,
    "got 96 pixels, 17 entries",
  );
  assertThrows(() => selectionSvg({ ...pictures(2), captions: ["one"] }), TypeError, "1 captions");
  assertThrows(() => selectionSvg(pictures(0)), TypeError, "got 0 pixels");
});

Deno.test("showSelection() offers HTML and SVG", () => {
  const bundle = showSelection(pictures(1))[JUPYTER_DISPLAY]();
  assertEquals(Object.keys(bundle), ["text/html", "image/svg+xml", "text/plain"]);
  assert(String(bundle["image/svg+xml"]).startsWith("<svg"));
});

Deno.test("showSelection() writes three pictures as characters, and how many more there are", () => {
  const { text } = showSelection({ ...pictures(5), captions: ["a", "b", "c", "d", "e"] });
  assertEquals(["\na\n", "\nc\n", "\nd\n", "and 2 more in the drawing"].map((part) => text.includes(part)), [
    true,
    true,
    false,
    true,
  ]);
});
