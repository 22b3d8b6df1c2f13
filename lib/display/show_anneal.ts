import { axisOver } from "./_axis.ts";
import { text, titleText, upright } from "./_chart.ts";
import { makeShown } from "./_make_shown.ts";
import { indexedPngAddress } from "./_png.ts";
import { INSET, lineStroke, scatterPlot } from "./_scatter_plot.ts";
import { svgElement } from "./_svg.ts";
import { textPlot } from "./_text_plot.ts";
import { axisLabel } from "./quantity.ts";
import type { Shown } from "./shown.ts";
import { counted, short, wrapped } from "./_text.ts";

/** What an annealer did, sweep by sweep. */
export interface AnnealTrace {
  /** E after each sweep, `[T]`. */
  readonly energies: ArrayLike<number>;
  /** Inverse temperature of each sweep, `[T]`, in 1/energy. @default {not drawn} */
  readonly betas?: ArrayLike<number>;
  /** States after each sweep, `[T, n]`, -1 and +1 or 0 and 1. @default {not drawn} */
  readonly states?: Int8Array;
}

/** How {@link showAnneal} shows an anneal. */
export interface ShowAnnealOptions {
  /** The line above. @default {"An anneal of 100 sweeps"} */
  readonly title?: string;
  /** The unit of energy, and of temperature. @default {none} */
  readonly unit?: string;
  /** An energy to be marked: the optimum. @default {none} */
  readonly target?: number;
}

const [LEFT, WIDTH] = [66, 420];
const MOST_POINTS = 420;
const MOST_ROWS = 256;
const CANNOT = "Cannot show the anneal";

/**
 * Makes a value that shows an anneal over its sweeps: energy, temperature `1 / beta`, and the variables as rows of light and dark.
 *
 * Of more than 420 sweeps every so many are drawn, of more than 256 variables every so many rows; the caption says so.
 *
 * @param trace energies, and where wanted betas and states
 * @param options see {@link ShowAnnealOptions}
 * @returns a value to be left at the end of a cell: HTML, SVG and text
 * @throws {RangeError} if there is no sweep, or an energy or beta is not finite
 * @throws {TypeError} if betas or states are not as many as sweeps
 *
 * Cost O(T n).
 * Source: none needed.
 *
 * @example Three sweeps of two spins
 * ```ts
 * import { showAnneal } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = showAnneal({ energies: [1, 0, -1], betas: [0.1, 1, 10], states: Int8Array.of(1, -1, 1, -1, 1, 1) });
 * assertStringIncludes(shown.svg ?? "", "temperature");
 * ```
 */
export function showAnneal(trace: AnnealTrace, options: ShowAnnealOptions = {}): Shown {
  const { energies, betas, states } = trace;
  const { unit, target } = options;
  const sweeps = energies.length;
  const n = checkTrace(trace);
  const every = Math.ceil(sweeps / MOST_POINTS);
  const drawn = Array.from({ length: Math.ceil(sweeps / every) }, (_, k) => Math.min(sweeps - 1, k * every));
  const title = options.title ?? `An anneal of ${counted(sweeps, "sweep")}`;
  const heading = wrapped(title, 54);
  const parts = heading.map((line, i) => titleText(16, 24 + 18 * i, line));
  let top = 22 + 18 * heading.length;
  const last = Math.max(1, sweeps - 1);
  const panel = (label: string, of: (sweep: number) => number, height: number, mark?: number) => {
    const points = drawn.map((sweep) => [sweep, of(sweep)] as const);
    if (points.length === 1) points.push([1, points[0][1]]);
    const lines = [
      { label, points },
      ...(mark === undefined
        ? []
        : [{ label: "target", dash: "dash" as const, slot: 1, points: [[0, mark], [last, mark]] as const }]),
    ];
    const axes = { title, xLabel: "", yLabel: label, xScale: "linear" as const, yScale: "linear" as const, lines };
    parts.push(...scatterPlot([], axes, { left: LEFT, top, width: WIDTH, height }));
    top += height + 34;
  };
  panel(axisLabel({ name: "energy", unit }), (sweep) => energies[sweep], 150, target);
  if (target !== undefined) {
    parts.push(
      `<path d="M${LEFT + WIDTH - 150} ${top - 196}h24" fill="none" ${
        lineStroke({ label: "", points: [], dash: "dash", slot: 1 })
      }/>`,
    );
    parts.push(
      text(LEFT + WIDTH - 120, top - 192, `target ${Number(target.toPrecision(5))}`, "start", ' font-size="12"'),
    );
  }
  if (betas !== undefined) panel(axisLabel({ name: "temperature", unit }), (sweep) => 1 / betas[sweep], 100);
  if (states !== undefined) {
    const x = axisOver([0, last], [LEFT + INSET, LEFT + WIDTH - INSET], Math.floor(WIDTH / 46));
    const { image, height, note } = rasterOf(states, n, drawn, { left: x.at(0), right: x.at(last), top });
    parts.push(...image);
    top += height + 22;
    if (note !== "") parts.push(text(16, top + 22, note, "start", ' font-size="12" fill="#555555"'));
  }
  parts.push(text(LEFT + WIDTH / 2, top + 4, "sweep", "middle"));
  const says = `energy from ${energies[0]} to ${energies[sweeps - 1]} in ${sweeps} sweeps`;
  const svg = svgElement(LEFT + WIDTH + 18, top + 32, title, parts, says);
  const picture = textPlot(
    [{ sign: "●", points: drawn.map((sweep) => [sweep, energies[sweep]] as const) }],
    { title, xLabel: "sweep", yLabel: axisLabel({ name: "energy", unit }) },
  );
  return makeShown({ svg, text: `${picture}\n${says}` });
}

/** Rows of variables over sweeps, as a picture of two colours. */
function rasterOf(
  states: Int8Array,
  n: number,
  drawn: readonly number[],
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
) {
  const every = Math.ceil(n / MOST_ROWS);
  const rows = Math.ceil(n / every);
  const pixels = new Uint8Array(rows * drawn.length);
  for (let r = 0; r < rows; r++) {
    drawn.forEach((sweep, c) => pixels[r * drawn.length + c] = states[sweep * n + r * every] > 0 ? 1 : 0);
  }
  const height = Math.max(24, Math.min(220, rows * 8));
  const address = indexedPngAddress(pixels, rows, drawn.length, ["#f0e6c8", "#0b5394"]);
  // the middle of a column stands under its sweep
  const half = (right - left) / Math.max(1, drawn.length - 1) / 2;
  const [from, width] = [short(left - half), short(right - left + 2 * half)];
  const image = [
    `<image x="${from}" y="${top}" width="${width}" height="${height}" preserveAspectRatio="none" href="${address}" style="image-rendering:pixelated"/>`,
    `<path d="M${from} ${top}h${width}v${height}h-${width}z" fill="none" stroke="#222222"/>`,
    upright(20, top + height / 2, counted(n, "variable")),
  ];
  const note = every > 1 ? `dark: up or 1; one in ${every} of ${n} variables` : "dark: up or 1";
  return { image, height, note };
}

function checkTrace({ energies, betas, states }: AnnealTrace): number {
  const sweeps = energies.length;
  if (sweeps < 1) throw new RangeError(`${CANNOT}: there is no sweep`);
  for (let i = 0; i < sweeps; i++) {
    if (!Number.isFinite(energies[i])) throw new RangeError(`${CANNOT}: the energy after sweep ${i} is ${energies[i]}`);
  }
  if (betas !== undefined && betas.length !== sweeps) {
    throw new TypeError(`${CANNOT}: got ${betas.length} betas for ${sweeps} sweeps`);
  }
  for (let i = 0; betas !== undefined && i < sweeps; i++) {
    if (!(betas[i] > 0) || !Number.isFinite(betas[i])) {
      throw new RangeError(`${CANNOT}: beta of sweep ${i} must be above 0, got ${betas[i]}`);
    }
  }
  const n = states === undefined ? 0 : states.length / sweeps;
  if (!Number.isInteger(n) || (states !== undefined && n < 1)) {
    throw new TypeError(
      `${CANNOT}: ${states?.length} entries are no whole number of variables in each of ${sweeps} sweeps`,
    );
  }
  return n;
}
