import { text, titleText } from "./_chart.ts";
import { palette } from "./_colours.ts";
import { pngAddress } from "./_png.ts";
import { svgElement } from "./_svg.ts";
import { textHeads } from "./_text_heads.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const ACROSS = 5;
const SIZE = 168;
const GAP = 20;
const TOP = 68;
const LEGEND = 28;
const CAPTION = 22;
/** A picture takes some ten lines of characters. */
const MOST_IN_TEXT = 3;
const { orange, sky, green, blue, vermillion, purple } = palette;
// yellow is seen on a picture, and the grey is lighter than those of most pictures
const TINTS = [orange, sky, green, "#f0e442", blue, vermillion, purple, "#999999"];

/** Pictures and the tokens that were chosen in them. */
export interface SelectionPictures {
  /** Pixels, `[count, rows, columns, channels]`, 0 .. 255; several channels are shown as their mean. */
  readonly images: Uint8Array;
  /** Picture height in pixels, a multiple of `patch`. */
  readonly rows: number;
  /** Picture width in pixels, a multiple of `patch`. */
  readonly columns: number;
  /** Values a pixel. @default {1} */
  readonly channels?: number;
  /** Edge of a patch, which is a token, in pixels. */
  readonly patch: number;
  /** H, number of heads. */
  readonly heads: number;
  /** x, `[count, H, N]`, 0 or 1; `N = (rows / patch) (columns / patch)`, row by row. */
  readonly chosen: Uint8Array;
  /** A line below each picture, `[count]`. @default {none} */
  readonly captions?: readonly string[];
  /** The line above the pictures. @default {"Chosen tokens"} */
  readonly title?: string;
}

/**
 * Draws pictures side by side, each chosen patch tinted in the colour of the head that chose it and numbered with the head.
 *
 * A patch that several heads chose is cut into as many stripes. Heads are numbered from 1; colours repeat after eight.
 * The pictures themselves are drawn in grey.
 *
 * @param pictures see {@link SelectionPictures}
 * @returns an `<svg>` element, five pictures a line, on a white ground
 * @throws {TypeError} if the arrays do not fit the sizes
 * @throws {RangeError} if a size is not an integer of 1 or more, or patches do not tile the pictures
 *
 * Cost O(pixels + count H N).
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example One picture of one patch, chosen by the second of two heads
 * ```ts
 * import { selectionSvg } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const picture = { images: Uint8Array.of(0, 85, 170, 255), rows: 2, columns: 2, patch: 2 };
 * assertStringIncludes(selectionSvg({ ...picture, heads: 2, chosen: Uint8Array.of(0, 1) }), ">2</text>");
 * ```
 */
export function selectionSvg(pictures: SelectionPictures): string {
  const { rows, columns, patch, heads, chosen, captions, title = "Chosen tokens" } = pictures;
  const count = checkPictures(pictures);
  const across = columns / patch;
  const tokens = (rows / patch) * across;
  const scale = SIZE / columns;
  const lineHeight = rows * scale + CAPTION + GAP;
  const parts = [titleText(20, 26, title)];
  const top = chosen.includes(1) ? TOP : TOP - LEGEND;
  if (top === TOP) parts.push(legend(heads));
  for (let s = 0; s < count; s++) {
    const [x, y] = [20 + (s % ACROSS) * (SIZE + GAP), top + Math.floor(s / ACROSS) * lineHeight];
    const tints = TINTS.map(() => "");
    const numbers = new Numbers();
    for (let i = 0; i < tokens; i++) {
      const by = Array.from({ length: heads }, (_, t) => t).filter((t) => chosen[(s * heads + t) * tokens + i] === 1);
      const stripe = patch / by.length;
      // three numbers and more stand closer than the usual size allows
      const size = by.length > 2 ? tidy(Math.min(11, 24 / by.length)) : 11;
      by.forEach((t, place) => {
        const [left, upper] = [(i % across) * patch + place * stripe, Math.floor(i / across) * patch];
        tints[t % TINTS.length] += `M${tidy(left)} ${upper}h${tidy(stripe)}v${patch}h${tidy(-stripe)}z`;
        numbers.add(t + 1, size, (left + stripe / 2) * scale, (upper + patch / 2) * scale + 4);
      });
    }
    const tinted = tints.map((path, t) => path && `<path fill="${TINTS[t]}" fill-opacity="0.62" d="${path}"/>`).join(
      "",
    );
    const grid = gridLines(rows, columns, patch);
    parts.push(
      `<g transform="translate(${x} ${y})"><g transform="scale(${tidy(scale)})">${
        grey(pictures, s)
      }${tinted}${grid}</g>` +
        `<g font-size="11" text-anchor="middle" stroke="#ffffff" stroke-width="2.4" paint-order="stroke">${numbers.svg}</g></g>`,
    );
    if (captions) parts.push(text(x, y + rows * scale + 17, captions[s], "start"));
  }
  const shown = Math.min(count, ACROSS);
  const width = Math.max(40 + shown * (SIZE + GAP) - GAP, 60 + 78 * heads);
  return svgElement(width, Math.ceil(top + Math.ceil(count / ACROSS) * lineHeight), title, parts);
}

/** Numbers at places: those of one digit and one size share an element, which takes a third of the characters. */
class Numbers {
  readonly #texts = new Map<string, { size: number; digits: string; x: number[]; y: number[] }>();

  add(number: number, size: number, x: number, y: number): void {
    // digits have places of their own in an element, numbers of two digits have not
    const key = number < 10 ? String(size) : `${size} ${x} ${y} ${number}`;
    let texts = this.#texts.get(key);
    if (!texts) this.#texts.set(key, texts = { size, digits: "", x: [], y: [] });
    texts.digits += number;
    texts.x.push(tidy(x));
    texts.y.push(tidy(y));
  }

  get svg(): string {
    return Array.from(this.#texts.values(), ({ size, digits, x, y }) => {
      const smaller = size === 11 ? "" : ` font-size="${size}"`;
      return `<text${smaller} x="${x.join(" ")}" y="${y.join(" ")}">${digits}</text>`;
    }).join("");
  }
}

/**
 * Makes a value that a notebook shows as {@link selectionSvg}.
 *
 * @param pictures see {@link SelectionPictures}
 * @returns a value to be left at the end of a cell: HTML and SVG
 * @throws {TypeError} if the arrays do not fit the sizes
 * @throws {RangeError} if a size is not an integer of 1 or more, or patches do not tile the pictures
 *
 * Cost O(pixels + count H N).
 * Source: the rich display protocol of Jupyter.
 *
 * @example What the kernel asks for
 * ```ts
 * import { JUPYTER_DISPLAY, showSelection } from "qama/display";
 * import { assert } from "@std/assert";
 * const picture = { images: new Uint8Array(4), rows: 2, columns: 2, patch: 2, heads: 1, chosen: Uint8Array.of(1) };
 * assert("image/svg+xml" in showSelection(picture)[JUPYTER_DISPLAY]());
 * ```
 */
export function showSelection(pictures: SelectionPictures): Shown {
  const svg = selectionSvg(pictures);
  return makeShown({ svg, text: textSelection(pictures) });
}

function textSelection(
  { images, rows, columns, channels = 1, patch, heads, chosen, captions, title }: SelectionPictures,
) {
  const across = columns / patch;
  const tokens = rows / patch * across;
  const count = images.length / (rows * columns * channels);
  const pictures = Array.from({ length: Math.min(count, MOST_IN_TEXT) }, (_, s) => {
    const lists = Array.from({ length: heads }, (_, t) => {
      const from = (s * heads + t) * tokens;
      return Array.from({ length: tokens }, (_, i) => i).filter((i) => chosen[from + i] === 1);
    });
    return `${captions?.[s] ?? `picture ${s}`}\n${textHeads(lists, tokens, across)}`;
  });
  const more = count > MOST_IN_TEXT ? [`and ${count - MOST_IN_TEXT} more in the drawing`] : [];
  return [title ?? "Chosen tokens", ...pictures, ...more].join("\n\n");
}

function checkPictures(
  { images, rows, columns, channels = 1, patch, heads, chosen, captions }: SelectionPictures,
): number {
  for (const [name, value] of Object.entries({ rows, columns, channels, patch, heads })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot draw the selection: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  if (rows % patch || columns % patch) {
    throw new RangeError(`Cannot draw the selection: patches of ${patch} do not tile ${rows} x ${columns} pixels`);
  }
  const count = images.length / (rows * columns * channels);
  const places = count * heads * (rows / patch) * (columns / patch);
  if (!Number.isInteger(count) || count < 1 || chosen.length !== places || (captions?.length ?? count) !== count) {
    throw new TypeError(
      `Cannot draw the selection: expected whole pictures of ${rows} x ${columns} x ${channels}, one entry a head and patch ` +
        `and a caption a picture, got ${images.length} pixels, ${chosen.length} entries and ${
          captions?.length ?? "no"
        } captions`,
    );
  }
  return count;
}

function grey({ images, rows, columns, channels = 1 }: SelectionPictures, s: number): string {
  const pixels = Uint8Array.from({ length: rows * columns }, (_, i) => {
    const from = (s * rows * columns + i) * channels;
    let sum = 0;
    for (let a = 0; a < channels; a++) sum += images[from + a];
    return Math.round(sum / channels);
  });
  const address = pngAddress(pixels, rows, columns, 1);
  return `<image width="${columns}" height="${rows}" href="${address}" style="image-rendering:pixelated"/>`;
}

function gridLines(rows: number, columns: number, patch: number): string {
  let path = "";
  for (let r = 0; r <= rows; r += patch) path += `M0 ${r}h${columns}`;
  for (let c = 0; c <= columns; c += patch) path += `M${c} 0v${rows}`;
  return `<path d="${path}" fill="none" stroke="#888888" stroke-width="0.08"/>`;
}

function legend(heads: number): string {
  return Array.from(
    { length: heads },
    (_, t) =>
      `<rect x="${20 + 78 * t}" y="40" width="14" height="14" fill="${TINTS[t % TINTS.length]}" fill-opacity="0.8"/>` +
      text(40 + 78 * t, 52, `head ${t + 1}`, "start"),
  ).join("");
}

function tidy(value: number): number {
  return Math.round(value * 1000) / 1000;
}
