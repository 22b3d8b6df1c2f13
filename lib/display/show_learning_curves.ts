import type { CurvePanel } from "./learning_curve.ts";
import { learningCurvesSvg } from "./learning_curves_svg.ts";
import { plotlyFigure } from "./plotly_figure.ts";

/** The name of the method by which a Jupyter kernel asks a value for what to show. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** A value that a notebook shows as a figure. */
export interface Shown {
  /** What is shown, by MIME type; called by the kernel. */
  [JUPYTER_DISPLAY](): Record<string, unknown>;
}

/**
 * Makes a value that a notebook shows as the learning curves of one data set.
 *
 * Three forms of one figure: plotly's, HTML and a static SVG, so that a viewer without scripts shows it too.
 *
 * @param panel the curves of one data set
 * @returns a value to be left at the end of a cell
 * @throws {RangeError} if the panel has no sample, or a slot, epoch or accuracy cannot be drawn
 *
 * Cost O(samples).
 * Source: the rich display protocol of Jupyter.
 *
 * @example What the kernel asks for
 * ```ts
 * import { JUPYTER_DISPLAY, showLearningCurves } from "qama/display";
 * import { assert } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const shown = showLearningCurves({ title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] });
 * assert("image/svg+xml" in shown[JUPYTER_DISPLAY]());
 * ```
 */
export function showLearningCurves(panel: CurvePanel): Shown {
  const svg = learningCurvesSvg([panel], { title: `Learning curves, ${panel.title}` });
  const bundle = {
    "application/vnd.plotly.v1+json": plotlyFigure(panel),
    "text/html": svg,
    "image/svg+xml": svg,
  };
  return { [JUPYTER_DISPLAY]: () => bundle };
}
