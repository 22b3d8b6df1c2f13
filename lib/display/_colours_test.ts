import { assert, assertEquals } from "@std/assert";
import { colourScale, DARK_COLOURS, darkStyle, inkOn, palette } from "./_colours.ts";
import { curveStyles, scatterStyles } from "./mod.ts";

type Triple = [number, number, number];

// sRGB as light, IEC 61966-2-1
const light = (hex: string) =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4) as Triple;
const times = (matrix: readonly number[][], v: Triple) =>
  matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Triple;

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => times([[0.2126, 0.7152, 0.0722]], light(hex))[0]).sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

// Machado, Oliveira and Fernandes (2009), DOI 10.1109/TVCG.2009.113, severity 1
const VISIONS: Readonly<Record<string, readonly number[][]>> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** Distance in CIELAB (1976) as a vision sees the two. */
function distance(a: string, b: string, vision: readonly number[][]): number {
  const [p, q] = [a, b].map((hex) => {
    const seen = times(vision, light(hex)).map((share) => Math.min(1, Math.max(0, share))) as Triple;
    const [x, y, z] = times([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], seen)
      .map((value, i) => value / [0.95047, 1, 1.08883][i])
      .map((t) => t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  });
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const dark = (hex: string) => DARK_COLOURS[hex] ?? hex;
const colours: readonly string[] = Object.values(palette);
const [WHITE, NIGHT] = ["#ffffff", dark("#ffffff")];

Deno.test("palette is told apart in every vision: CIELAB distances of 10 and more on white, 20 on dark", () => {
  for (const [vision, matrix] of Object.entries(VISIONS)) {
    colours.forEach((a, i) =>
      colours.slice(i + 1).forEach((b) => {
        const [day, night] = [distance(a, b, matrix), distance(dark(a), dark(b), matrix)];
        assert(day > 10, `${vision}: ${a} and ${b} are ${day} apart`);
        assert(night > 20, `${vision}: ${dark(a)} and ${dark(b)} are ${night} apart`);
      })
    );
  }
});

Deno.test("palette stands out: 3 to 1 and more but for orange and sky on white, which never stand without marker and dash", () => {
  const pale: readonly string[] = [palette.orange, palette.sky];
  for (const colour of colours) {
    assert(contrast(colour, WHITE) >= (pale.includes(colour) ? 2.2 : 3), `${colour}: ${contrast(colour, WHITE)}`);
    assert(contrast(dark(colour), NIGHT) >= 4.5, `${dark(colour)}: ${contrast(dark(colour), NIGHT)}`);
  }
  for (const { colour } of scatterStyles) assert(!pale.includes(colour));
});

Deno.test("Words and frames stand out from their ground, 4.5 to 1 and more, light and dark", () => {
  for (const ink of ["#222222", "#555555"]) {
    assert(contrast(ink, WHITE) >= 4.5 && contrast(dark(ink), NIGHT) >= 4.5, ink);
  }
  // a grid stands back
  for (const [line, ground] of [["#dddddd", WHITE], [dark("#dddddd"), NIGHT]]) {
    assert(contrast(line, ground) > 1.2 && contrast(line, ground) < 2.5);
  }
});

Deno.test("Every style has a colour of the palette, and every colour its own on a dark ground", () => {
  for (const { colour } of [...scatterStyles, ...curveStyles]) assert(colours.includes(colour), colour);
  for (const colour of colours) assert(colour in DARK_COLOURS, colour);
  assertEquals(new Set(Object.values(DARK_COLOURS)).size, Object.keys(DARK_COLOURS).length);
});

Deno.test("darkStyle() swaps what a drawing has, and nothing else", () => {
  const style = darkStyle('<path stroke="#0072b2"/><path fill="#ffffff"/>');
  assertEquals([...style.matchAll(/\[(?:fill|stroke)="[^"]+"\]/g)].map(([rule]) => rule).sort(), [
    '[fill="#ffffff"]',
    '[stroke="#0072b2"]',
  ]);
});

Deno.test("inkOn() stands out from every colour of a heat map, 4.5 to 1 and more", () => {
  for (const values of [[-1, 1], [0, 1], [-1, 0]]) {
    for (const colour of colourScale(values).colours) {
      assert(
        contrast(inkOn(colour), colour) >= 4.5,
        `${inkOn(colour)} on ${colour}: ${contrast(inkOn(colour), colour)}`,
      );
    }
  }
});
