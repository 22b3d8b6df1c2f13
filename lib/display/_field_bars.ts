import { axisOver } from "./_axis.ts";
import { text, titleText, upright } from "./_chart.ts";
import { NEGATIVE, POSITIVE } from "./_colours.ts";
import { makeShown } from "./_make_shown.ts";
import { svgElement } from "./_svg.ts";
import { short } from "./_text.ts";
import { textBars } from "./_text_bars.ts";
import { axisLabel } from "./quantity.ts";
import type { Shown } from "./shown.ts";

const MOST_BARS = 150;

/** Bars of the linear coefficients of a model, up or down from 0. */
export function fieldBars(
  linear: Float64Array,
  { ising, unit, edge, labels }: {
    readonly ising: boolean;
    readonly unit?: string;
    readonly edge: number;
    readonly labels?: readonly (string | number)[];
  },
): Shown {
  const size = Math.ceil(linear.length / MOST_BARS);
  const values = Array.from({ length: Math.ceil(linear.length / size) }, (_, b) => {
    let best = 0;
    for (let i = b * size; i < Math.min(linear.length, (b + 1) * size); i++) {
      if (Math.abs(linear[i]) > Math.abs(best)) best = linear[i];
    }
    return best;
  });
  const [left, top, height] = [64, 44, 120];
  const bottom = top + height;
  const y = axisOver([0, Math.min(...values), Math.max(...values)], [bottom, top], 4);
  const step = edge / values.length;
  const width = Math.max(0.5, Math.min(24, step * 0.72));
  const bar = (value: number, i: number) =>
    `M${short(left + (i + 0.5) * step - width / 2)} ${short(y.at(0))}h${short(width)}V${short(y.at(value))}h${
      short(-width)
    }z`;
  const path = (sign: 1 | -1) => values.map((value, i) => value * sign > 0 ? bar(value, i) : "").join("");
  const name = ising ? "Fields" : "Linear coefficients";
  const title = size === 1 ? name : `${name}, the largest of ${size} a bar`;
  const parts = [titleText(20, 26, title)];
  for (const tick of y.ticks) {
    parts.push(
      `<path d="M${left} ${short(y.at(tick))}h${edge}" stroke="#dddddd"/>`,
      text(left - 6, y.at(tick) + 4, short(tick), "end"),
    );
  }
  parts.push(
    `<path d="${path(1)}" fill="${POSITIVE}"/><path d="${path(-1)}" fill="${NEGATIVE}"/>`,
    `<path d="M${left} ${short(y.at(0))}h${edge}M${left} ${top}v${height}" fill="none" stroke="#222222"/>`,
    text(left, bottom + 17, "0", "middle"),
    text(left + edge, bottom + 17, String(linear.length - 1), "end"),
    text(left + edge / 2, bottom + 34, ising ? "spin i" : "bit i", "middle"),
    upright(18, top + height / 2, axisLabel({ name: ising ? "h_i" : "Q_ii", unit })),
  );
  const labelOf = (i: number) => `${size === 1 && labels ? labels[i] : i * size}`;
  const shown = values.slice(0, 12).map((value, i) => ({ label: labelOf(i), value, note: short(value) }));
  const more = values.length > shown.length ? `\n... ${values.length - shown.length} more` : "";
  return makeShown({
    svg: svgElement(left + edge + 16, bottom + 46, title, parts),
    text: `${title}\n${textBars(shown, 30)}${more}`,
  });
}
