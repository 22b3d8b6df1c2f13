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

/** The style element that swaps the colours of a drawing where the reader's system is dark. */
export function darkStyle(body: string): string {
  const rules = Object.entries(DARK_COLOURS).flatMap(([light, dark]) => [
    // the ink is inherited from the root
    ...(light === "#222222" ? [`.qama{fill:${dark}}`] : []),
    ...(body.includes(`fill="${light}"`) ? [`.qama [fill="${light}"]{fill:${dark}}`] : []),
    ...(body.includes(`stroke="${light}"`) ? [`.qama [stroke="${light}"]{stroke:${dark}}`] : []),
  ]);
  return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
}

/** Three bytes: red, green, blue. */
type Rgb = readonly [number, number, number];

const BLUE: Rgb = [33, 102, 172];
const PALE: Rgb = [247, 247, 247];
const RED: Rgb = [178, 24, 43];

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

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: number) => Math.round(from[i] + share * (to[i] - from[i]));
  return [part(0), part(1), part(2)];
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
