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
