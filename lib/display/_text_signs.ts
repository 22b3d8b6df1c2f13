const SIGNS: Readonly<Record<string, readonly [filled: string, open: string]>> = {
  circle: ["●", "○"],
  square: ["■", "□"],
  diamond: ["◆", "◇"],
  "triangle-up": ["▲", "△"],
  "triangle-down": ["▼", "▽"],
  x: ["×", "×"],
  cross: ["+", "+"],
  star: ["★", "☆"],
};

/** The character that looks like a marker. */
export function markerSign(marker: string, open: boolean): string {
  return (SIGNS[marker] ?? SIGNS.circle)[open ? 1 : 0];
}
