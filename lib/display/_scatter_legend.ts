import { text } from "./_chart.ts";
import { arrow, lineStroke, markers, ring } from "./_scatter_plot.ts";
import { wrapped } from "./_text.ts";
import { scatterStyles } from "./scatter_style.ts";
import type { ScatterGroup, ScatterLine } from "./scatter_types.ts";

/** One entry of a legend: a drawing of 30 by 16 around its left middle, and words. */
export interface LegendEntry {
  /** SVG elements, drawn from (0, 0), the left middle. */
  readonly sign: string;
  /** What it means. */
  readonly words: string;
}

/** What the legend of points and lines says: each group that has a point, each line, and arrows where there are some. */
export function legendEntries(groups: readonly ScatterGroup[], lines: readonly ScatterLine[]): LegendEntry[] {
  const drawn = groups.map(({ slot, ...group }, g) => ({ ...group, slot: slot ?? g }))
    .filter(({ points }) => points.length > 0);
  const once = new Map(drawn.filter((group) => !group.ring).map(({ label, slot }) => [slot, label]));
  const rings = new Set(drawn.filter((group) => group.ring).map(({ label }) => label));
  // points on a line of their own name and colour have one entry
  const of = (slot: number, label: string) => lines.find((line) => line.slot === slot && line.label === label);
  const stroke = (line: ScatterLine) => `<path d="M1 0h28" fill="none" ${lineStroke(line)}/>`;
  const others = lines.filter(({ label, slot }) => slot === undefined || once.get(slot) !== label);
  const arrows = drawn.some(({ points }) =>
    points.some(({ censored, yRange }) => censored === true || yRange?.[1] === Infinity)
  );
  return [
    ...[...once].map(([slot, words]) => {
      const line = of(slot, words);
      return { sign: (line ? stroke(line) : "") + markers([[15, 0]], scatterStyles[slot], 4.4), words };
    }),
    ...[...rings].map((words) => ({ sign: ring([[15, 0]]), words })),
    ...new Map(others.map((line) => [line.label, line])).values().map((line) => ({
      sign: stroke(line),
      words: line.label,
    })),
    ...(arrows
      ? [{
        sign: `<path d="${arrow(15, 7)}" fill="none" stroke="#222222" stroke-width="1.4"/>`,
        words: "lower bound: no run succeeded",
      }]
      : []),
  ];
}

/** The legend as lines of SVG: entries side by side as long as they fit. */
export function legendLines(
  groups: readonly ScatterGroup[],
  lines: readonly ScatterLine[],
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
): { readonly parts: string[]; readonly bottom: number } {
  const parts: string[] = [];
  let [x, y] = [left, top];
  for (const { sign, words } of legendEntries(groups, lines)) {
    const broken = wrapped(words, Math.floor((width - 40) / 7));
    // at 13 px a character of a sans-serif face is 7 px wide or less on average
    const needed = 38 + 7 * Math.max(...broken.map((line) => line.length));
    if (x > left && x + needed > left + width) [x, y] = [left, y + 20];
    parts.push(`<g transform="translate(${x} ${y - 4})">${sign}</g>`);
    broken.forEach((line, i) => parts.push(text(x + 36, y + 16 * i, line, "start")));
    y += 16 * (broken.length - 1);
    x += needed + 10;
  }
  return { parts, bottom: y + 16 };
}
