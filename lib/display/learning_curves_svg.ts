import { checkPanels } from "./_check.ts";
import { chart, dash, marker, text, titleText } from "./_chart.ts";
import { svgElement } from "./_svg.ts";
import { type CurvePanel, curveStyles } from "./learning_curve.ts";

const WIDTH = 960;
const PLOT_WIDTH = 380;
const PLOT_HEIGHT = 240;
const ROW_HEIGHT = 348;
const LEGEND_LINE = 22;
const LEGEND_COLUMNS = 3;

/**
 * Draws learning curves as a static SVG: a row of two charts a data set, test accuracy and test loss against epochs.
 *
 * One legend stands above all rows. A band spans the lowest and highest run where there are several; an open marker is
 * a published value. Curves differ in colour, marker and dash. Losses that are not finite are left out.
 *
 * @param panels one a data set, at least one, each with at least one sample
 * @param options.title the first line of the drawing. @default {"Learning curves"}
 * @returns an `<svg>` element, 960 wide, on a white ground, with no reference to anything outside it
 * @throws {RangeError} if there is no panel, a panel has no sample, or a slot, epoch or accuracy cannot be drawn
 *
 * Cost O(samples) time.
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example One run of two epochs
 * ```ts
 * import { learningCurvesSvg } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const svg = learningCurvesSvg([{ title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] }]);
 * assertStringIncludes(svg, "test accuracy (%)");
 * ```
 */
export function learningCurvesSvg(panels: readonly CurvePanel[], options: { readonly title?: string } = {}): string {
  checkPanels(panels);
  const title = options.title ?? "Learning curves";
  const labels = new Map<number, string>();
  let anyPublished = false;
  for (const { curves } of panels) {
    for (const curve of curves) {
      if (curve.samples.length > 0) labels.set(curve.slot, curve.label);
      anyPublished ||= (curve.published ?? []).length > 0;
    }
  }
  const entries = [...labels].sort(([a], [b]) => a - b);
  const columnStarts = legendColumns(entries.map(([, label]) => label));
  const parts = [text(20, 30, title, "start", ' font-size="18" font-weight="600"')];
  entries.forEach(([slot, label], i) => {
    const x = columnStarts[i % LEGEND_COLUMNS];
    const y = 56 + Math.floor(i / LEGEND_COLUMNS) * LEGEND_LINE;
    const style = curveStyles[slot];
    parts.push(`<path d="M${x} ${y - 4}h36" stroke="${style.colour}" stroke-width="2"${dash(style)}/>`);
    parts.push(marker(x + 18, y - 4, style, true), text(x + 44, y, label, "start"));
  });
  let top = 56 + Math.ceil(entries.length / LEGEND_COLUMNS) * LEGEND_LINE;
  if (anyPublished) {
    parts.push(text(20, top, "Open markers: published values of the same colour and shape.", "start"));
    top += LEGEND_LINE;
  }
  for (const panel of panels) {
    parts.push(titleText(20, top + 14, panel.title));
    if (panel.note !== undefined) parts.push(text(20, top + 32, panel.note, "start", ' fill="#555555"'));
    const box = { top: top + 48, width: PLOT_WIDTH, height: PLOT_HEIGHT };
    parts.push(chart(panel, "accuracy", { ...box, left: 70 }), chart(panel, "loss", { ...box, left: 550 }));
    top += ROW_HEIGHT;
  }
  return svgElement(WIDTH, top, title, parts);
}

function legendColumns(labels: readonly string[]): number[] {
  const starts = [20];
  for (let column = 0; column < LEGEND_COLUMNS - 1; column++) {
    const longest = Math.max(0, ...labels.filter((_, i) => i % LEGEND_COLUMNS === column).map((label) => label.length));
    // at 13 px a character of a sans-serif face is 7 px wide or less on average
    starts.push(starts[column] + 64 + 7 * longest);
  }
  return starts;
}
