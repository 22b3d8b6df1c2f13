import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha256 } from "../cache/mod.ts";
import { drawGlyph, GLYPH_CLASSES, GLYPH_SIZE } from "./mod.ts";

const PIXELS = GLYPH_SIZE * GLYPH_SIZE;

function draw(seed: number, stream: number): { label: number; pixels: Uint8Array<ArrayBuffer> } {
  const pixels = new Uint8Array(PIXELS);
  return { label: drawGlyph(seed, stream, pixels), pixels };
}

Deno.test("drawGlyph() gives the pictures that published results were measured on", async () => {
  // made by this file's first version on Deno 2.9.6, x86-64
  const pixels = new Uint8Array(100 * PIXELS);
  let labels = "";
  for (let i = 0; i < 100; i++) labels += drawGlyph(28, i, pixels.subarray(i * PIXELS, (i + 1) * PIXELS));
  assertEquals(labels.slice(0, 20), "41295642401782029352");
  assertEquals(await sha256(pixels), "358186b40bb0a305a72623691c343aeb131b20dc42ef44ecb52004d1d53a130a");
});

Deno.test("drawGlyph() overwrites what the array held", () => {
  const pixels = new Uint8Array(PIXELS).fill(255);
  drawGlyph(3, 5, pixels);
  assertEquals(pixels, draw(3, 5).pixels);
});

Deno.test("drawGlyph() depends on the seed and on the number", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 8; seed++) {
    for (let stream = 0; stream < 8; stream++) seen.add(draw(seed, stream).pixels.join());
  }
  assertEquals(seen.size, 64);
});

Deno.test("drawGlyph() draws every class equally often", () => {
  // 5000 pictures, p = 1/10: mean 500, sigma = sqrt(5000 * 0.09) = 21.2, interval 4 sigma
  const counts = new Array(GLYPH_CLASSES.length).fill(0);
  for (let i = 0; i < 5000; i++) counts[draw(11, i).label]++;
  assertEquals(counts.length, 10);
  for (const count of counts) assert(Math.abs(count - 500) < 85, `${counts}`);
});

Deno.test("drawGlyph() keeps the ink inside the picture", () => {
  // the mean picture of 2000: bright where shapes are, at the ground's 20 or so along the edge; an unclamped shift fails
  const mean = new Float64Array(PIXELS);
  for (let i = 0; i < 2000; i++) draw(12, i).pixels.forEach((value, p) => mean[p] += value / 2000);
  const at = (row: number, column: number) => mean[row * GLYPH_SIZE + column];
  for (let i = 0; i < GLYPH_SIZE; i++) {
    for (const value of [at(0, i), at(GLYPH_SIZE - 1, i), at(i, 0), at(i, GLYPH_SIZE - 1)]) {
      assert(value > 15 && value < 35, `${i}: ${value}`);
    }
  }
  assert(Math.max(...mean) > 50, `${Math.max(...mean)}`);
});

Deno.test("drawGlyph() refuses an array of another size, and numbers that are no numbers", () => {
  assertThrows(() => drawGlyph(1, 1, new Uint8Array(783)), RangeError, "pixels needs 784 entries, got 783");
  assertThrows(() => drawGlyph(1.5, 1, new Uint8Array(784)), RangeError, "seed");
  assertThrows(() => drawGlyph(1, -1, new Uint8Array(784)), RangeError, "stream");
});
