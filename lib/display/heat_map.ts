import { niceStep } from "./_axis.ts";
import { text, titleText, upright } from "./_chart.ts";
import { type ColourScale, colourScale, inkOn } from "./_colours.ts";
import { indexedPngAddress } from "./_png.ts";
import { brief, svgElement } from "./_svg.ts";
import { short } from "./_text.ts";
import { textHeat } from "./_text_heat.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

const LEFT = 70;
const TOP = 44;
/** Length of the longer side up to which a map has fewer colours, pixels. */
const SMALL = 200;

/** What a heat map shows. */
export interface HeatMapOptions {
  /** Number of rows; the columns follow from the number of values. */
  readonly rows: number;
  /** The line above the figure. */
  readonly title: string;
  /** What the rows are. @default {"row"} */
  readonly rowLabel?: string;
  /** What the columns are. @default {"column"} */
  readonly columnLabel?: string;
  /** What a colour means, with its unit. @default {"value"} */
  readonly valueLabel?: string;
  /** Number of the first row and of the first column. @default {0} */
  readonly from?: number;
  /** Distance of the numbers of neighbouring rows, and columns. @default {1} */
  readonly step?: number;
  /** Values of the palest and the fullest colour, or of blue and red. @default {the values' own} */
  readonly range?: readonly [number, number];
  /** True leaves a cell empty where the value is NaN, which is otherwise refused. @default {false} */
  readonly gaps?: boolean;
  /** True writes every value into its cell. @default {false} */
  readonly write?: boolean;
  /** Length of the longer side in the SVG, pixels. @default {360} */
  readonly edge?: number;
}

/**
 * Makes a value that a notebook shows as a heat map of a matrix.
 *
 * Blue is negative, red positive, and 0 always pale: two signs share one scale that reaches as far on either side. The SVG
 * has 33 colours, a small one 15, as a picture of as many pixels as there are values; plotly's form has the values, to six digits. Rows go down, as in a matrix.
 *
 * @param values `[rows, columns]` row-major, finite
 * @param options see {@link HeatMapOptions}
 * @returns a value to be left at the end of a cell: plotly, HTML and SVG
 * @throws {TypeError} if the values are no whole number of rows
 * @throws {RangeError} if there is no value, or one is not finite and no gap that is allowed
 *
 * Cost O(values).
 * Source: colours in the manner of C. Brewer, ColorBrewer (2003), scheme RdBu.
 *
 * @example Two by two
 * ```ts
 * import { heatMap, JUPYTER_DISPLAY } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = heatMap([0, -1, -1, 0], { rows: 2, title: "One pair" })[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["image/svg+xml"]), "One pair");
 * ```
 */
export function heatMap(values: ArrayLike<number>, options: HeatMapOptions): Shown {
  const { rows, title, rowLabel = "row", columnLabel = "column", valueLabel = "value", from = 0 } = options;
  const { gaps = false, edge = 360, step = 1, write = false } = options;
  const columns = values.length / rows;
  if (!Number.isInteger(rows) || rows < 1 || values.length === 0) {
    throw new RangeError(`Cannot draw the heat map: expected one row or more, got ${rows} of ${values.length} values`);
  }
  if (!Number.isInteger(columns)) {
    throw new TypeError(`Cannot draw the heat map: ${values.length} values are no whole number of ${rows} rows`);
  }
  const bad = Array.prototype.findIndex.call(
    values,
    (value) => !Number.isFinite(value) && !(gaps && Number.isNaN(value)),
  );
  if (bad >= 0) {
    throw new RangeError(`Cannot draw the heat map: value ${bad} is ${values[bad]}, expected a finite number`);
  }
  const drawn = Array.prototype.filter.call(values, Number.isFinite);
  // fifteen colours take half the room
  const scale = colourScale(options.range ?? drawn, edge <= SMALL ? 15 : 33);
  const svg = drawing(
    values,
    { rows, title, rowLabel, columnLabel, valueLabel, from, step, edge, write },
    columns,
    scale,
  );
  const z = Array.from(
    { length: rows },
    (_, r) => Array.from({ length: columns }, (_, c) => sixDigits(values[r * columns + c])),
  );
  const every = Math.max(rows, columns) <= 12 ? { dtick: 1 } : {};
  const axis = { constrain: "domain", zeroline: false, showgrid: false, ...every };
  const figure = {
    data: [{
      type: "heatmap",
      z,
      x0: from,
      y0: from,
      dx: step,
      dy: step,
      zmin: scale.range[0],
      zmax: scale.range[1],
      colorscale: scale.colours.map((colour, i) => [i / (scale.colours.length - 1), colour]),
      colorbar: { title: { text: valueLabel, side: "right" } },
      hovertemplate: `${rowLabel} %{y}, ${columnLabel} %{x}: %{z}<extra></extra>`,
    }],
    layout: {
      title: { text: title },
      width: 520,
      height: 480,
      xaxis: { ...axis, title: { text: columnLabel } },
      yaxis: { ...axis, title: { text: rowLabel }, autorange: "reversed", scaleanchor: "x" },
    },
  };
  const largest = Math.max(-scale.range[0], scale.range[1]);
  const picture = textHeat(values, rows, columns, largest);
  return makeShown({ svg, plotly: figure, text: `${title}: ${valueLabel}\n${picture}` });
}

function drawing(
  values: ArrayLike<number>,
  { rows, title, rowLabel, columnLabel, valueLabel, from, step, edge, write }: Required<
    Omit<HeatMapOptions, "range" | "gaps">
  >,
  columns: number,
  { range, colours, at }: ColourScale,
): string {
  const cell = edge / Math.max(rows, columns);
  const [width, height] = [cell * columns, cell * rows];
  const indices = Uint8Array.from(values, (value) => Number.isFinite(value) ? at(value) : colours.length);
  const picture = (cells: Uint8Array, down: number, across: number, place: string) =>
    `<image ${place} preserveAspectRatio="none" href="${
      indexedPngAddress(cells, down, across, colours)
    }" style="image-rendering:pixelated"/>`;
  const parts = [titleText(20, 26, title)];
  parts.push(
    picture(indices, rows, columns, `x="${LEFT}" y="${TOP}" width="${short(width)}" height="${short(height)}"`),
  );
  parts.push(
    `<path d="M${LEFT} ${TOP}h${short(width)}v${short(height)}h${short(-width)}z" fill="none" stroke="#222222"/>`,
  );
  if (write) {
    const size = ` font-size="${Math.min(13, Math.floor(cell * 0.5))}"`;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const value = values[r * columns + c];
        if (!Number.isFinite(value)) continue;
        const words = text(LEFT + (c + 0.5) * cell, TOP + (r + 0.5) * cell + 4, brief(value), "middle", size);
        // whichever stands out from the cell, whatever the ground of the page
        parts.push(words.replace("<text", `<text style="fill:${inkOn(colours[at(value)])}"`));
      }
    }
  }
  // numbers of more digits stand farther apart
  const digits = String(Math.max(rows, columns) * step + from).length;
  const room = Math.max(1, Math.floor(edge / (9 * digits + 6)));
  for (const mark of marks(columns * step, room)) {
    const x = LEFT + (step > 1 ? mark / step : mark + 0.5) * cell;
    parts.push(text(x, TOP + height + 17, String(mark + from), "middle"));
  }
  for (const mark of marks(rows * step, room)) {
    const y = TOP + (step > 1 ? mark / step : mark + 0.5) * cell;
    parts.push(text(LEFT - 6, y + 4, String(mark + from), "end"));
  }
  parts.push(text(LEFT + width / 2, TOP + height + 36, columnLabel, "middle"));
  parts.push(upright(LEFT - 40, TOP + height / 2, rowLabel));
  // the bar of colours, highest value on top
  const [barX, barHeight] = [LEFT + width + 24, Math.max(height, 120)];
  const bar = Uint8Array.from(colours, (_, i) => colours.length - 1 - i);
  parts.push(picture(bar, colours.length, 1, `x="${short(barX)}" y="${TOP}" width="14" height="${short(barHeight)}"`));
  const shown = range[0] < 0 && range[1] > 0 ? [range[1], 0, range[0]] : [range[1], range[0]];
  shown.forEach((value, i) => {
    parts.push(text(barX + 20, TOP + 5 + i * (barHeight - 1) / (shown.length - 1), brief(value), "start"));
  });
  parts.push(upright(barX + 76, TOP + barHeight / 2, valueLabel));
  return svgElement(Math.ceil(barX + 96), Math.ceil(TOP + Math.max(barHeight, height) + 50), title, parts);
}

function sixDigits(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** Round numbers below `count`, at most about `most`. */
function marks(count: number, most: number): number[] {
  const step = count <= Math.min(12, most) ? 1 : Math.max(1, niceStep(count / Math.min(12, most)));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}
