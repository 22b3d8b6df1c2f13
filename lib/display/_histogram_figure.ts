import { axisOver } from "./_axis.ts";
import { text, titleText, upright } from "./_chart.ts";
import { palette } from "./_colours.ts";
import { histogram } from "./_histogram.ts";
import { makeShown } from "./_make_shown.ts";
import { svgElement } from "./_svg.ts";
import { powerText, short } from "./_text.ts";
import { textBars } from "./_text_bars.ts";
import { axisLabel } from "./quantity.ts";
import type { Shown } from "./shown.ts";

const [LEFT, TOP, WIDTH, HEIGHT] = [62, 62, 340, 200];
const LOOKS = [
  { colour: palette.vermillion, dash: "" },
  { colour: "#222222", dash: ' stroke-dasharray="7 4"' },
  { colour: palette.green, dash: ' stroke-dasharray="2 3"' },
];

/** A histogram of energies with some values marked. */
export function histogramFigure(
  energies: ArrayLike<number>,
  counts: ArrayLike<number>,
  { unit, marks, note }: {
    readonly unit?: string;
    readonly marks: readonly { readonly label: string; readonly value: number }[];
    readonly note?: string;
  },
): Shown {
  const bars = histogram(energies, counts);
  const [right, bottom] = [LEFT + WIDTH, TOP + HEIGHT];
  const places = marks.map(({ value }) => value);
  const x = axisOver([bars[0].from, bars[bars.length - 1].to, ...places], [LEFT + 6, right - 6], 6);
  const y = axisOver([0, Math.max(...bars.map(({ weight }) => weight))], [bottom, TOP], 5, 0);
  const label = axisLabel({ name: "energy", unit });
  const parts = [titleText(16, 24, "Energies")];
  for (const tick of y.ticks) {
    parts.push(
      `<path d="M${LEFT} ${short(y.at(tick))}H${right}" stroke="#dddddd"/>`,
      text(LEFT - 6, y.at(tick) + 4, powerText(tick), "end"),
    );
  }
  for (const tick of x.ticks) parts.push(text(x.at(tick), bottom + 17, powerText(tick), "middle"));
  const path = bars.filter(({ weight }) => weight > 0).map(({ from, to, weight }) => {
    const [a, b] = [x.at(from), x.at(to)];
    const gap = b - a > 4 ? 0.8 : 0;
    return `M${short(a + gap)} ${bottom}V${short(y.at(weight))}H${short(b - gap)}V${bottom}z`;
  });
  parts.push(`<path d="${path.join("")}" fill="${palette.sky}" fill-opacity="0.75"/>`);
  parts.push(`<path d="M${LEFT} ${TOP}V${bottom}H${right}" fill="none" stroke="#222222"/>`);
  let from = LEFT;
  marks.forEach(({ label, value }, i) => {
    const { colour, dash } = LOOKS[i % LOOKS.length];
    const words = `${label} ${Number(value.toPrecision(5))}`;
    parts.push(
      `<path d="M${short(x.at(value))} ${TOP}V${bottom}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>`,
      `<path d="M${from} ${TOP - 18}h18" stroke="${colour}" stroke-width="1.8"${dash}/>`,
      text(from + 23, TOP - 14, words, "start", ' font-size="12"'),
    );
    from += 34 + 6.6 * words.length;
  });
  parts.push(text((LEFT + right) / 2, bottom + 36, label, "middle"));
  parts.push(upright(16, TOP + HEIGHT / 2, "reads"));
  if (note !== undefined) parts.push(text(16, bottom + 56, note, "start", ' font-size="12" fill="#555555"'));
  const svg = svgElement(right + 16, bottom + (note === undefined ? 46 : 66), "Energies", parts);
  const lines = bars.map(({ from, to, weight }) => ({
    label: String(Number(((from + to) / 2).toPrecision(4))),
    value: weight,
  }));
  const said = marks.map(({ label, value }) => `${label} ${Number(value.toPrecision(6))}`).join(", ");
  return makeShown({
    svg,
    text: [`${label}: ${said}`, textBars(merged(lines)), ...(note === undefined ? [] : [note])].join("\n"),
  });
}

/** At most twenty lines. */
function merged(lines: readonly { readonly label: string; readonly value: number }[]) {
  const step = Math.ceil(lines.length / 20);
  return lines.filter((_, i) => i % step === 0).map(({ label }, i) => ({
    label,
    value: lines.slice(i * step, (i + 1) * step).reduce((sum, { value }) => sum + value, 0),
  }));
}
