import type { CurvePanel, CurveSample, LearningCurve } from "../display/mod.ts";
import { operatorOrder, operatorTitles } from "./operators.ts";
import { publishedValues } from "./published.ts";
import type { RunRecord } from "./types.ts";
import { incomparable } from "./verdict.ts";

/**
 * Makes the learning curves of records: one panel a data set, one curve an operator, means over seeds.
 *
 * The paper's curve points are there only where runs may be compared with them; the note of a panel says why they are not.
 *
 * @param records at least one with a complete epoch
 * @returns panels in the order of the records
 * @throws {RangeError} if no record has a complete epoch
 *
 * Cost O(epochs) a record.
 * Source: `publishedValues`.
 *
 * @example Accuracies in percent
 * ```ts
 * import { exampleRecord, learningCurves } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const [panel] = learningCurves([exampleRecord()]);
 * assertEquals(panel.curves[0].samples.map((sample) => sample.accuracy), [75, 80]);
 * ```
 */
export function learningCurves(records: readonly RunRecord[]): CurvePanel[] {
  const begun = records.filter((record) => record.epochs.length > 0);
  if (begun.length === 0) throw new RangeError("Cannot draw learning curves: no run has a complete epoch");
  return [...Map.groupBy(begun, (record) => record.data.title)].map(([title, runs]) => {
    const { data, options } = runs[0];
    const reason = incomparable(data, options, true);
    const curves = operatorOrder.flatMap((operator, slot) => {
      const ofOperator = runs.filter((run) => run.operator === operator);
      return ofOperator.length === 0 ? [] : [curveOf(ofOperator, slot, reason === null)];
    });
    const note = reason === null ? {} : { note: noteFor(reason) };
    return { title, curves, ...note };
  });
}

function noteFor(reason: string): string {
  const known: Readonly<Record<string, string>> = {
    "synthetic data": "Pictures drawn by this project: nothing published to compare with.",
    subset: "A part of the data set: the published values are of the whole and are not drawn.",
  };
  return known[reason] ?? `Not the paper's settings (${reason}): published values are not drawn.`;
}

function curveOf(runs: readonly RunRecord[], slot: number, comparable: boolean): LearningCurve {
  const { operator, data } = runs[0];
  const last = Math.max(...runs.map((run) => run.epochs.length));
  const samples = Array.from({ length: last }, (_, i): CurveSample => {
    const epochs = runs.flatMap((run) => run.epochs.slice(i, i + 1));
    const accuracies = epochs.map((epoch) => 100 * epoch.testAccuracy);
    return {
      epoch: i + 1,
      accuracy: accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / epochs.length,
      loss: epochs.reduce((sum, epoch) => sum + epoch.testLoss, 0) / epochs.length,
      accuracyRange: [Math.min(...accuracies), Math.max(...accuracies)],
    };
  });
  const published = comparable
    ? publishedValues.filter((value) =>
      value.data === data.name && value.operator === operator && value.source === "paper" && value.statistic === "last"
    )
    : [];
  return { label: operatorTitles[operator], slot, runs: runs.length, samples, published };
}
