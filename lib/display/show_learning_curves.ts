import type { EpochResult } from "../training/mod.ts";
import { isList } from "./_check.ts";
import { makeShown } from "./_make_shown.ts";
import { textCurves } from "./_text_curves.ts";
import type { CurvePanel, LearningCurve } from "./learning_curve.ts";
import { learningCurvesSvg } from "./learning_curves_svg.ts";
import { plotlyFigure } from "./plotly_figure.ts";
import type { Shown } from "./shown.ts";

/** A training as `train` gives it, with its name. */
export interface TrainedCurve {
  /** What the legend says. @default {"training"} */
  readonly label?: string;
  /** What each epoch came to. */
  readonly epochs: readonly Pick<EpochResult, "epoch" | "testAccuracy" | "testLoss">[];
}

/** What {@link showLearningCurves} takes. */
export type CurveSource = CurvePanel | TrainedCurve;

/** How {@link showLearningCurves} shows curves. */
export interface ShowLearningCurvesOptions {
  /** The line above. @default {"Learning curves", and the data set} */
  readonly title?: string;
}

/**
 * Makes a value that shows learning curves: test accuracy and test loss against epochs.
 *
 * Three forms of one figure: plotly's, HTML and a static SVG, so that a viewer without scripts shows it too; and one of characters.
 *
 * @param curves the curves of one data set, or of several, one below the other; or trainings of one data set
 * @param options see {@link ShowLearningCurvesOptions}
 * @returns a value to be left at the end of a cell; plotly for one data set
 * @throws {RangeError} if there is no curve, a data set has no sample, or a slot, epoch or accuracy cannot be drawn
 *
 * Cost O(samples).
 * Source: the rich display protocol of Jupyter.
 *
 * @example What the kernel asks for
 * ```ts
 * import { JUPYTER_DISPLAY, showLearningCurves } from "qama/display";
 * import { assert } from "@std/assert";
 * const shown = showLearningCurves({ epochs: [{ epoch: 1, testAccuracy: 0.8, testLoss: 0.7 }] });
 * assert("image/svg+xml" in shown[JUPYTER_DISPLAY]());
 * ```
 */
export function showLearningCurves(
  curves: CurveSource | readonly CurveSource[],
  options: ShowLearningCurvesOptions = {},
): Shown {
  const sources = isList(curves) ? curves : [curves];
  const trained = sources.filter((source) => "epochs" in source);
  const panels = [
    ...sources.filter((source) => "curves" in source),
    ...(trained.length === 0 ? [] : [{ title: "training", curves: trained.map(curveOf) }]),
  ];
  const one = panels.length === 1 && trained.length === 0 ? `, ${panels[0].title}` : "";
  const svg = learningCurvesSvg(panels, { title: options.title ?? `Learning curves${one}` });
  const pictures = textCurves(panels, ["accuracy", "loss"]);
  const text = options.title === undefined ? pictures : `${options.title}\n\n${pictures}`;
  return makeShown({ svg, text, ...(panels.length === 1 && { plotly: plotlyFigure(panels[0]) }) });
}

function curveOf({ label, epochs }: TrainedCurve, slot: number, all: readonly TrainedCurve[]): LearningCurve {
  const samples = epochs.map(({ epoch, testAccuracy, testLoss: loss }) => {
    const accuracy = 100 * testAccuracy;
    return { epoch, accuracy, loss, accuracyRange: [accuracy, accuracy] as const };
  });
  return { label: label ?? (all.length === 1 ? "training" : `training ${slot + 1}`), slot, runs: 1, samples };
}
