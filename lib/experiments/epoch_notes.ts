import type { OperatorName } from "../training/mod.ts";
import { operatorTitles } from "./operators.ts";
import type { TableRow } from "./rows.ts";
import { accuracyTolerance } from "./verdict.ts";

/** Epochs before the last at which {@link epochNotes} compares operators. */
export const comparedEpochs: readonly number[] = [3];

const pairs: readonly (readonly [OperatorName, OperatorName])[] = [["qamaSelected", "mha"]];

/** Fewest runs whose own spread is taken for what it is. */
export const ENOUGH_SEEDS = 3;

/**
 * Compares selected softmax with softmax attention during the run: at `comparedEpochs` and after the last epoch, run by run.
 *
 * Only for full data sets under the paper's settings, and where both rows have the same three seeds or more.
 *
 * @param rows from `tableRows`
 * @returns one sentence a data set and epoch, means and each seed's value in percent; empty if no rows qualify
 *
 * Cost O(rows^2).
 * Source: `accuracyTolerance` for what chance explains.
 *
 * @example Invented pictures are not compared
 * ```ts
 * import { epochNotes, exampleRecord, tableRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const runs = [1, 2, 3].flatMap((seed) => (["qamaSelected", "mha"] as const).map((operator) => exampleRecord({ operator, seed })));
 * assertEquals(epochNotes(tableRows(runs)), []);
 * ```
 */
export function epochNotes(rows: readonly TableRow[]): string[] {
  return rows.flatMap((row) =>
    pairs.filter(([operator]) => operator === row.operator).flatMap(([, against]) => {
      const other = rows.find((found) => found.operator === against && sameRuns(found, row));
      if (other === undefined || !row.comparable || !other.comparable || row.seeds.length < ENOUGH_SEEDS) return [];
      const epochs = [...comparedEpochs.filter((epoch) => epoch < row.epochs), row.epochs];
      return epochs.map((epoch) => noteAt(epoch, row, other));
    })
  );
}

function sameRuns(a: TableRow, b: TableRow): boolean {
  return a.dataTitle === b.dataTitle && a.epochs === b.epochs && a.seeds.join() === b.seeds.join();
}

function noteAt(epoch: number, row: TableRow, other: TableRow): string {
  const [a, b] = [row, other].map(({ accuracies }) => accuracies[epoch - 1]);
  const points = mean(a) - mean(b);
  const limit = accuracyTolerance(a, b, row.testCount);
  const chance = Math.abs(points) <= limit ? "within" : "beyond";
  const each = [[row, a], [other, b]] as const;
  const values = each.map(([{ operator }, runs]) =>
    `${operatorTitles[operator]} ${mean(runs).toFixed(2)} (${runs.map((run) => run.toFixed(2)).join(", ")})`
  );
  return `${row.dataTitle}, epoch ${epoch}, mean of seeds ${row.seeds.join(", ")}: ${values.join(", ")}; ` +
    `difference ${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)} (${chance} chance, ± ${limit.toFixed(1)}).`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
