/**
 * The colours that tell things apart.
 *
 * Source: Okabe and Ito, Color Universal Design (2008), without the yellow, which is lost on white, and with a grey.
 */
export const palette = {
  black: "#000000",
  vermillion: "#d55e00",
  orange: "#e69f00",
  blue: "#0072b2",
  sky: "#56b4e9",
  green: "#009e73",
  purple: "#cc79a7",
  grey: "#7a7a7a",
} as const;

/** Colours that figures are drawn in, and what stands for them on a dark ground. */
export const DARK_COLOURS: Readonly<Record<string, string>> = {
  "#ffffff": "#15181d",
  "#222222": "#e3e6ea",
  "#000000": "#f4f6f8",
  "#555555": "#a8b0ba",
  "#dddddd": "#3a414b",
  "#d55e00": "#e9804a",
  "#e69f00": "#e2c232",
  "#0072b2": "#3d94e0",
  "#56b4e9": "#9fd4ff",
  "#009e73": "#14c988",
  "#cc79a7": "#de8ac2",
  "#7a7a7a": "#808080",
};

/** The colours of signs, which graphs and bars of models have. */
const DARK_SIGNS: Readonly<Record<string, string>> = { "#2166ac": "#5aa0e6", "#b2182b": "#ef6a6f" };

/** The style element that swaps the colours of a drawing where the reader's system is dark. */
export function darkStyle(body: string): string {
  const rules = Object.entries({ ...DARK_COLOURS, ...DARK_SIGNS }).flatMap(([light, dark]) => [
    // the ink is inherited from the root
    ...(light === "#222222" ? [`.qama{fill:${dark}}`] : []),
    ...(body.includes(`fill="${light}"`) ? [`.qama [fill="${light}"]{fill:${dark}}`] : []),
    ...(body.includes(`stroke="${light}"`) ? [`.qama [stroke="${light}"]{stroke:${dark}}`] : []),
  ]);
  return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
}

/** Three bytes: red, green, blue. */
type Rgb = readonly [number, number, number];

/** What is below 0 in a figure of one colour a sign. */
export const NEGATIVE = "#2166ac";
/** What is above 0. */
export const POSITIVE = "#b2182b";

const BLUE = rgb(NEGATIVE);
const PALE: Rgb = [247, 247, 247];
const RED = rgb(POSITIVE);

/** A colour for every value of a range, in steps, so that equal colours can share one path. */
export interface ColourScale {
  /** The value of the first and of the last colour. */
  readonly range: readonly [number, number];
  /** Colours from the lowest to the highest value. */
  readonly colours: readonly string[];
  /** Index of the colour of a value. */
  readonly at: (value: number) => number;
}

/**
 * Blue over pale to red, pale at 0, as far on either side, if values of both signs are there; else pale to the one colour.
 *
 * @param steps number of colours, odd
 */
export function colourScale(values: ArrayLike<number>, steps = 33): ColourScale {
  let low = 0, high = 0;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (low < 0 && high > 0) {
    high = Math.max(-low, high);
    low = -high;
  }
  if (low === high) high = 1;
  const [first, last] = [low < 0 ? BLUE : PALE, high > 0 ? RED : PALE];
  const colours = Array.from({ length: steps }, (_, i) => {
    const share = i / (steps - 1);
    if (low === 0 || high === 0) return hex(mix(first, last, share));
    return hex(share < 0.5 ? mix(first, PALE, 2 * share) : mix(PALE, last, 2 * share - 1));
  });
  const at = (value: number) => Math.round((Math.min(high, Math.max(low, value)) - low) / (high - low) * (steps - 1));
  return { range: [low, high], colours, at };
}

/** Black or white, whichever stands out more from a colour: 4.5 to 1 at least. */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const [r, g, b] = rgb(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  // the two ratios are equal at this luminance
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > Math.sqrt(1.05 * 0.05) - 0.05 ? "#000000" : "#ffffff";
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: number) => Math.round(from[i] + share * (to[i] - from[i]));
  return [part(0), part(1), part(2)];
}

/** The bytes of `#rrggbb`. */
export function rgb(colour: string): Rgb {
  const part = (at: number) => parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
