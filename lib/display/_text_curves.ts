import { markerSign } from "./_text_signs.ts";
import { textPlot } from "./_text_plot.ts";
import { type CurvePanel, curveStyles } from "./learning_curve.ts";

/** Learning curves in characters, one picture a quantity. */
export function textCurves(panels: readonly CurvePanel[], quantities: readonly ("accuracy" | "loss")[]): string {
  return panels.flatMap((panel) =>
    quantities.map((quantity) =>
      textPlot(
        panel.curves.map(({ label, slot, samples }) => ({
          sign: markerSign(curveStyles[slot].marker, false),
          label,
          points: samples.map((sample) => [sample.epoch, sample[quantity]] as const),
        })),
        {
          title: panel.title,
          xLabel: "epoch",
          yLabel: quantity === "accuracy" ? "test accuracy (%)" : "test loss (nats)",
        },
      )
    )
  ).join("\n\n");
}
