import { text } from "./_chart.ts";
import { palette } from "./_colours.ts";
import { pngAddress } from "./_png.ts";
import { svgElement } from "./_svg.ts";
import { escapeHtml, short } from "./_text.ts";
import { textHeads } from "./_text_heads.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const ACROSS = 3;
const EDGE = 112;
const GAP = 12;
const LABEL = 18;
const MARGIN = 10;
const TITLE = 30;

/** A picture and what each head chose in it. */
export interface SelectionPanels {
  /** Pixels, `[rows, columns, channels]`, 0 .. 255. */
  readonly pixels: Uint8Array;
  /** Height in pixels, a multiple of `patch`. */
  readonly rows: number;
  /** Width in pixels, a multiple of `patch`. */
  readonly columns: number;
  /** Values a pixel: 1 grey, 3 colour. */
  readonly channels: number;
  /** Edge of a patch, which is a token, in pixels. */
  readonly patch: number;
  /** Numbers of the chosen tokens, row by row, a list a head. */
  readonly chosen: readonly (readonly number[])[];
  /** A number for each chosen token, said when it is pointed at. @default {none} */
  readonly values?: readonly (readonly number[])[];
  /** What those numbers are, with their unit. @default {"energy"} */
  readonly valueLabel?: string;
  /** The line above the panels. */
  readonly title: string;
}

/**
 * Makes a value that shows a picture beside one panel a head: chosen patches as they are and framed, the others faded.
 *
 * Heads are numbered from 1, and told apart by their places, not by colours.
 *
 * @param picture see {@link SelectionPanels}
 * @returns a value for a report or the end of a notebook's cell: HTML and SVG, three panels a line
 * @throws {TypeError} if the pixels do not fit the sizes, or values do not fit the tokens
 * @throws {RangeError} if a size is not an integer of 1 or more, patches do not tile the picture, or a token is not in it
 *
 * Cost O(pixels + tokens).
 * Source: none needed.
 *
 * @example One head, one of four patches
 * ```ts
 * import { JUPYTER_DISPLAY, selectionPanels } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const picture = { pixels: Uint8Array.of(0, 85, 170, 255), rows: 2, columns: 2, channels: 1, patch: 1 };
 * const shown = selectionPanels({ ...picture, chosen: [[3]], title: "A" })[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["image/svg+xml"]), "head 1: 1 of 4");
 * ```
 */
export function selectionPanels(picture: SelectionPanels): Shown {
  checkPicture(picture);
  const { pixels, rows, columns, channels, patch, chosen, values, valueLabel = "energy", title } = picture;
  const scale = EDGE / columns;
  const height = rows * scale;
  const across = columns / patch;
  const tokens = rows / patch * across;
  const address = pngAddress(pixels, rows, columns, channels === 3 ? 3 : 1);
  const id = `picture-${hash(title + address)}`;
  const whole = `<image id="${id}" width="${EDGE}" height="${
    short(height)
  }" href="${address}" style="image-rendering:pixelated"/>`;
  const image = `<use href="#${id}"/>`;
  const panel = (place: number, label: string, inside: string) => {
    const x = MARGIN + (place % ACROSS) * (EDGE + GAP);
    const y = TITLE + LABEL + Math.floor(place / ACROSS) * (height + LABEL + GAP);
    return `<g transform="translate(${short(x)} ${short(y)})">${
      text(0, -5, label, "start", ' font-size="12"')
    }${inside}</g>`;
  };
  const edge = patch * scale;
  const square = (i: number) =>
    `M${short(i % across * edge)} ${short(Math.floor(i / across) * edge)}h${short(edge)}v${short(edge)}h${
      short(-edge)
    }z`;
  const panels = chosen.map((numbers, t) => {
    const there = new Set(numbers);
    const faded = veilOf(there, tokens, across, edge);
    const frames = numbers.map((i, place) => {
      const value = values?.[t]?.[place];
      const said = `token ${i}${value === undefined ? "" : `, ${valueLabel} ${value}`}`;
      return `<path d="${square(i)}"><title>${escapeHtml(said)}</title></path>`;
    });
    const marks = `<g fill="${palette.blue}" fill-opacity="0" stroke="${palette.sky}" stroke-width="1.6">${
      frames.join("")
    }</g>`;
    const veil = `<path d="${faded}" fill="#ffffff" fill-opacity="0.8"/>`;
    return panel(t + 1, `head ${t + 1}: ${numbers.length} of ${tokens}`, `${image}${veil}${marks}`);
  });
  const lines = Math.ceil((chosen.length + 1) / ACROSS);
  const width = 2 * MARGIN + ACROSS * EDGE + (ACROSS - 1) * GAP;
  const head = text(MARGIN, 20, title, "start", ' font-weight="600"');
  const parts = [head, panel(0, "picture", whole), ...panels];
  const svg = svgElement(width, Math.ceil(TITLE + lines * (height + LABEL + GAP)), title, parts);
  return makeShown({ svg, text: [title, textHeads(chosen, tokens, across)].join("\n") });
}

/** Squares of the tokens that are not there, neighbours in a line as one. */
function veilOf(there: ReadonlySet<number>, tokens: number, across: number, edge: number): string {
  let path = "";
  for (let i = 0; i < tokens; i++) {
    if (there.has(i)) continue;
    let end = i + 1;
    while (end % across !== 0 && !there.has(end)) end++;
    const width = short((end - i) * edge);
    path += `M${short(i % across * edge)} ${short(Math.floor(i / across) * edge)}h${width}v${short(edge)}h-${width}z`;
    i = end - 1;
  }
  return path;
}

/** A name for equal pictures under equal titles (Fowler, Noll and Vo, 32 bits). */
function hash(words: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) value = Math.imul(value ^ words.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}

function checkPicture({ pixels, rows, columns, channels, patch, chosen, values }: SelectionPanels): void {
  for (const [name, value] of Object.entries({ rows, columns, channels, patch })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot draw the selection: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot draw the selection: channels must be 1 or 3, got ${channels}`);
  }
  if (rows % patch || columns % patch) {
    throw new RangeError(`Cannot draw the selection: patches of ${patch} do not tile ${rows} x ${columns} pixels`);
  }
  if (pixels.length !== rows * columns * channels) {
    throw new TypeError(
      `Cannot draw the selection: expected ${rows * columns * channels} pixels, got ${pixels.length}`,
    );
  }
  const tokens = rows / patch * columns / patch;
  const strange = chosen.flat().find((i) => !Number.isInteger(i) || i < 0 || i >= tokens);
  if (strange !== undefined) {
    throw new RangeError(`Cannot draw the selection: tokens are numbered from 0 to ${tokens - 1}, got ${strange}`);
  }
  const fits = values === undefined || chosen.every((numbers, t) => values[t]?.length === numbers.length);
  if (!fits) throw new TypeError("Cannot draw the selection: expected a value for every chosen token, head by head");
}
