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

/** Throws unless a number is an integer from `least`. */
export function checkInteger(cannot: string, name: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${cannot}: ${name} must be an integer from ${least}, got ${value}`);
  }
}

/** Throws unless there is such a problem in the batch. */
export function checkProblemIndex(cannot: string, index: number, batch: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= batch) {
    throw new RangeError(`${cannot}: problems are numbered from 0 to ${batch - 1}, got ${index}`);
  }
}

/** Curves of one chart that are still told apart. */
const MOST_CURVES = 7;

/** Throws if there is no curve, or too many, or labels that do not fit. */
export function checkCurves(cannot: string, count: number, labels?: readonly string[], what = "curves"): void {
  if (count < 1 || count > MOST_CURVES) {
    throw new RangeError(`${cannot}: expected 1 to ${MOST_CURVES} ${what}, got ${count}`);
  }
  if (labels !== undefined && labels.length !== count) {
    throw new RangeError(`${cannot}: expected a label for each of ${count} ${what}, got ${labels.length}`);
  }
}

/** True for a list; `Array.isArray` alone does not tell TypeScript that a read-only one is meant. */
export function isList<One, Entry>(value: One | readonly Entry[]): value is readonly Entry[] {
  return Array.isArray(value);
}
