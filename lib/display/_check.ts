import { type CurvePanel, curveStyles } from "./learning_curve.ts";

/** Throws if the panels cannot be drawn; what every drawing function checks at its door. */
export function checkPanels(panels: readonly CurvePanel[]): void {
  if (panels.length === 0) throw new RangeError("Cannot draw learning curves: there is no panel");
  for (const { title, curves } of panels) {
    if (!curves.some((curve) => curve.samples.length > 0)) {
      throw new RangeError(`Cannot draw learning curves of ${title}: no curve has a sample`);
    }
    for (const { label, slot, samples } of curves) {
      if (!Number.isInteger(slot) || slot < 0 || slot >= curveStyles.length) {
        throw new RangeError(
          `Cannot draw the curve ${label}: slot must be from 0 to ${curveStyles.length - 1}, got ${slot}`,
        );
      }
      for (const { epoch, accuracy } of samples) {
        if (!Number.isFinite(epoch) || !Number.isFinite(accuracy)) {
          throw new RangeError(
            `Cannot draw the curve ${label}: epoch and accuracy must be finite, got ${epoch}, ${accuracy}`,
          );
        }
      }
    }
  }
}
