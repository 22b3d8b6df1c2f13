import { checkPanels } from "./_check.ts";
import { chart, type CurveQuantity, dash, marker, text } from "./_chart.ts";
import { svgElement } from "./_svg.ts";
import { escapeHtml, wrapped } from "./_text.ts";
import { textCurves } from "./_text_curves.ts";
import { type CurvePanel, curveStyles } from "./learning_curve.ts";
import { plotlyFigure } from "./plotly_figure.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

/**
 * Makes a value that shows one quantity of one data set against epochs, small enough to be read on a telephone.
 *
 * It has no legend: {@link curveLegend} makes one for all charts of a page.
 *
 * @param panel the curves of one data set
 * @param quantity test accuracy in percent, or test loss in nats
 * @returns a value for a report or the end of a notebook's cell: plotly, HTML and SVG, 440 wide
 * @throws {RangeError} if the panel has no sample, or a slot, epoch or accuracy cannot be drawn
 *
 * Cost O(samples).
 * Source: colours of Okabe and Ito, Color Universal Design (2008).
 *
 * @example One run of one epoch
 * ```ts
 * import { curveChart, JUPYTER_DISPLAY } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const panel = { title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] };
 * assertStringIncludes(String(curveChart(panel, "loss")[JUPYTER_DISPLAY]()["image/svg+xml"]), "test loss (nats)");
 * ```
 */
export function curveChart(panel: CurvePanel, quantity: CurveQuantity): Shown {
  checkPanels([panel]);
  const title = `${panel.title}, test ${quantity}`;
  const lines = wrapped(title, 48);
  const down = 18 * (lines.length - 1);
  const heading = lines.map((line, i) => text(10, 22 + 18 * i, line, "start", ' font-size="14" font-weight="600"'));
  const drawing = chart(panel, quantity, { left: 62, top: 40 + down, width: 362, height: 230 });
  const svg = svgElement(440, 316 + down, title, [...heading, drawing]);
  const { data, layout } = plotlyFigure(panel);
  const traces = data.filter((trace) => (trace.xaxis === "x2") === (quantity === "loss"))
    .map(({ xaxis: _x, yaxis: _y, ...trace }) => ({ ...trace, showlegend: false }));
  const axes = quantity === "loss" ? [layout.xaxis2, layout.yaxis2] : [layout.xaxis, layout.yaxis];
  const [xaxis, yaxis] = axes.map((axis) => {
    const { domain: _domain, anchor: _anchor, ...rest } = axis as Record<string, unknown>;
    return rest;
  });
  const { xaxis2: _x2, yaxis2: _y2, legend: _legend, ...rest } = layout;
  const figure = {
    data: traces,
    layout: { ...rest, title: { text: title }, height: 360, margin: { l: 60, r: 20, t: 50, b: 50 }, xaxis, yaxis },
  };
  return makeShown({ svg, plotly: figure, text: textCurves([panel], [quantity]) });
}

/**
 * Makes the legend of all learning curves of a page: line, marker and name of each operator, flowing with the width.
 *
 * @param panels the panels that are drawn
 * @returns a value for a report: HTML with a small SVG an entry
 * @throws {RangeError} if there is no panel, or one cannot be drawn
 *
 * Cost O(curves).
 * Source: none needed.
 *
 * @example One entry
 * ```ts
 * import { curveLegend, JUPYTER_DISPLAY } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const shown = curveLegend([{ title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] }]);
 * assertStringIncludes(String(shown[JUPYTER_DISPLAY]()["text/html"]), "MHA");
 * ```
 */
export function curveLegend(panels: readonly CurvePanel[]): Shown {
  checkPanels(panels);
  const drawn = panels.flatMap(({ curves }) => curves.filter(({ samples }) => samples.length > 0));
  const labels = new Map(drawn.toSorted((a, b) => a.slot - b.slot).map(({ slot, label }) => [slot, label]));
  const entries = [...labels].map(([slot, label]) => {
    const style = curveStyles[slot];
    const line = `<path d="M2 8h36" stroke="${style.colour}" stroke-width="2"${dash(style)}/>`;
    return `<li><svg width="40" height="16" viewBox="0 0 40 16" aria-hidden="true">${line}${
      marker(20, 8, style, true)
    }</svg>` +
      `${escapeHtml(label)}</li>`;
  });
  const published = drawn.some((curve) => (curve.published ?? []).length > 0);
  const several = drawn.some(({ runs }) => runs > 1);
  const notes = [
    ...published ? ["Open markers: published values of the same colour and shape."] : [],
    ...several ? ["Bands: lowest to highest run."] : [],
  ];
  const html = `<ul class="legend">${entries.join("")}</ul>${
    notes.length === 0 ? "" : `<p class="note">${notes.join(" ")}</p>`
  }`;
  return makeShown({ html, text: [...labels.values(), ...notes].join("\n") });
}
