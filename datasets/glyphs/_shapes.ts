/** A pen stroke: points `x0, y0, x1, y1, ...` in the square -1 .. 1, y downwards. */
export type Stroke = readonly number[];

// warps bend a stroke at its points only, so straight lines need some too
const STEPS = 6;

function path(...corners: number[]): Stroke {
  const points = [corners[0], corners[1]];
  for (let i = 2; i < corners.length; i += 2) {
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS;
      points.push(
        corners[i - 2] + t * (corners[i] - corners[i - 2]),
        corners[i - 1] + t * (corners[i + 1] - corners[i - 1]),
      );
    }
  }
  return points;
}

/** An arc from angle `from` to `to` (turns, clockwise from the right), its radius going from `r0` to `r1`. */
function arc(from: number, to: number, r0: number, r1: number, steps: number): Stroke {
  const points: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    const angle = 2 * Math.PI * (from + t * (to - from));
    const radius = r0 + t * (r1 - r0);
    points.push(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  return points;
}

/** Class names, in the order of the labels. */
export const GLYPH_CLASSES: readonly string[] = [
  "ring",
  "triangle",
  "square",
  "cross",
  "tee",
  "arrow",
  "horseshoe",
  "zigzag",
  "spiral",
  "bars",
];

/** The strokes of each class. */
export const GLYPH_STROKES: readonly (readonly Stroke[])[] = [
  [arc(0, 1, 0.9, 0.9, 20)],
  [path(0, -0.95, 0.95, 0.75, -0.95, 0.75, 0, -0.95)],
  [path(-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8, -0.8, -0.8)],
  [path(-0.85, -0.85, 0.85, 0.85), path(0.85, -0.85, -0.85, 0.85)],
  [path(-0.9, -0.8, 0.9, -0.8), path(0, -0.8, 0, 0.95)],
  [path(-0.95, 0, 0.95, 0), path(0.3, -0.65, 0.95, 0, 0.3, 0.65)],
  [arc(-0.13, 0.63, 0.9, 0.9, 16)],
  [path(-1, 0.6, -0.5, -0.65, 0, 0.6, 0.5, -0.65, 1, 0.6)],
  [arc(0, 1.8, 0.12, 1, 32)],
  [path(-0.85, -0.75, 0.85, -0.75), path(-0.85, 0, 0.85, 0), path(-0.85, 0.75, 0.85, 0.75)],
];
