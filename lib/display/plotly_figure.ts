import { checkPanels } from "./_check.ts";
import { type CurvePanel, curveStyles, type LearningCurve } from "./learning_curve.ts";

/** A figure as plotly takes it, with no value in it that JSON cannot hold. */
export interface PlotlyFigure {
  /** Traces. */
  readonly data: readonly Readonly<Record<string, unknown>>[];
  /** Layout. */
  readonly layout: Readonly<Record<string, unknown>>;
}

/**
 * Makes a plotly figure of the learning curves of one data set: test accuracy on the left, test loss on the right.
 *
 * A click on a name in the legend hides its curve in both charts. Open markers are published values.
 *
 * @param panel the curves of one data set
 * @returns traces and layout, ready for `Plotly.newPlot` and for a notebook's `application/vnd.plotly.v1+json`
 * @throws {RangeError} if the panel has no sample, or a slot, epoch or accuracy cannot be drawn
 *
 * Cost O(samples) time.
 * Source: the plotly.js figure reference.
 *
 * @example One curve gives a trace for accuracy and one for loss
 * ```ts
 * import { plotlyFigure } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
 * const figure = plotlyFigure({ title: "MNIST", curves: [{ label: "MHA", slot: 0, runs: 1, samples }] });
 * assertEquals(figure.data.length, 2);
 * ```
 */
export function plotlyFigure(panel: CurvePanel): PlotlyFigure {
  checkPanels([panel]);
  const drawn = panel.curves.filter((curve) => curve.samples.length > 0);
  const lastEpoch = Math.max(...drawn.flatMap((curve) => curve.samples.map((sample) => sample.epoch)));
  const axis = { showgrid: true, gridcolor: "#dddddd", linecolor: "#222222", zeroline: false };
  const epochs = { ...axis, showgrid: false, title: { text: "epoch" }, ...(lastEpoch <= 10 ? { dtick: 1 } : {}) };
  return {
    data: drawn.flatMap((curve) => traces(curve, lastEpoch)),
    layout: {
      height: 460,
      margin: { l: 60, r: 20, t: 20, b: 150 },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      font: { color: "#222222", size: 13 },
      hovermode: "closest",
      modebar: { orientation: "v" },
      legend: { orientation: "h", y: -0.28, yanchor: "top" },
      xaxis: { ...epochs, domain: [0, 0.46], anchor: "y" },
      yaxis: { ...axis, title: { text: "test accuracy (%)" } },
      xaxis2: { ...epochs, domain: [0.54, 1], anchor: "y2" },
      yaxis2: { ...axis, title: { text: "test loss (nats)" }, anchor: "x2" },
    },
  };
}

function traces(curve: LearningCurve, lastEpoch: number): Record<string, unknown>[] {
  const { colour, marker, dashed } = curveStyles[curve.slot];
  const shared = {
    type: "scatter",
    name: curve.label,
    legendgroup: curve.label,
    mode: "lines+markers",
    line: { color: colour, width: 2, dash: dashed ? "dash" : "solid" },
    marker: { symbol: marker, size: 8, color: colour },
  };
  const x = curve.samples.map((sample) => sample.epoch);
  const range = {
    type: "data",
    symmetric: false,
    array: curve.samples.map((sample) => sample.accuracyRange[1] - sample.accuracy),
    arrayminus: curve.samples.map((sample) => sample.accuracy - sample.accuracyRange[0]),
    thickness: 1,
  };
  const result: Record<string, unknown>[] = [{
    ...shared,
    x,
    y: curve.samples.map((sample) => sample.accuracy),
    ...(curve.runs > 1 ? { error_y: range } : {}),
    hovertemplate: "epoch %{x}: %{y:.2f} %",
  }, {
    ...shared,
    x,
    y: curve.samples.map((sample) => Number.isFinite(sample.loss) ? sample.loss : null),
    xaxis: "x2",
    yaxis: "y2",
    showlegend: false,
    hovertemplate: "epoch %{x}: %{y:.3f} nats",
  }];
  const published = (curve.published ?? []).filter((point) => point.epoch <= lastEpoch);
  if (published.length > 0) {
    result.push({
      ...shared,
      name: `${curve.label}, published`,
      showlegend: false,
      mode: "markers",
      marker: { symbol: `${marker}-open`, size: 14, color: colour, line: { width: 2 } },
      x: published.map((point) => point.epoch),
      y: published.map((point) => point.accuracy),
      hovertemplate: "published, epoch %{x}: %{y:.2f} %",
    });
  }
  return result;
}
