import { brief } from "./_svg.ts";

const POSITIVE = "·░▒▓█";
const NEGATIVE = "·-=%#";
const MOST = 24;

/** Draws a matrix in characters, two a cell, at most 24 cells a side; of the values of a cell the largest in size is shown. */
export function textHeat(values: ArrayLike<number>, rows: number, columns: number, largest: number): string {
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / MOST));
  const lines: string[] = [];
  for (let r = 0; r < rows; r += step) {
    let line = "";
    for (let c = 0; c < columns; c += step) {
      line += sign(strongest(values, rows, columns, r, c, step), largest).repeat(2);
    }
    lines.push(line.trimEnd());
  }
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  const marks = [
    ...(least < 0 ? [`${NEGATIVE.slice(1)} negative, to ${brief(least)}`] : []),
    ...(most > 0 ? [`${POSITIVE.slice(1)} positive, to ${brief(most)}`] : []),
    ...(step > 1 ? [`a sign stands for ${step} x ${step}`] : []),
  ];
  return [...lines, `· 0${marks.map((mark) => `   ${mark}`).join("")}`].join("\n");
}

function strongest(values: ArrayLike<number>, rows: number, columns: number, r0: number, c0: number, step: number) {
  let best = NaN;
  for (let r = r0; r < Math.min(rows, r0 + step); r++) {
    for (let c = c0; c < Math.min(columns, c0 + step); c++) {
      const value = values[r * columns + c];
      if (Number.isNaN(best) || Math.abs(value) > Math.abs(best)) best = value;
    }
  }
  return best;
}

function sign(value: number, largest: number): string {
  if (Number.isNaN(value)) return " ";
  if (value === 0 || largest === 0) return POSITIVE[0];
  const strength = Math.min(4, Math.ceil(Math.abs(value) / largest * 4));
  return (value < 0 ? NEGATIVE : POSITIVE)[strength];
}
