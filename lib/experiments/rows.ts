import type { OperatorName } from "../training/mod.ts";
import { operatorOrder } from "./operators.ts";
import { PAPER_EPOCHS, publishedAt } from "./published.ts";
import type { RunRecord } from "./types.ts";
import { incomparable, spread, type Verdict, verdict } from "./verdict.ts";

/** One run as `--json` prints it; accuracies in percent. */
export interface ResultRow {
  /** Name of the data set. */
  readonly data: string;
  /** The data set as tables name it, subset and origin included. */
  readonly dataTitle: string;
  /** True if our own code drew the pictures. */
  readonly synthetic: boolean;
  /** Name of the operator. */
  readonly operator: OperatorName;
  /** Size of the experiment. */
  readonly profile: string;
  /** Complete epochs. */
  readonly epochs: number;
  /** Seed of the run. */
  readonly seed: number;
  /** Test accuracy after the last complete epoch, percent; null before the first. */
  readonly lastAccuracy: number | null;
  /** Best test accuracy of all epochs, percent; null before the first. */
  readonly bestAccuracy: number | null;
  /** The paper's final accuracy, percent, best of 50 epochs on the full set; null where it has none. */
  readonly paperAccuracy: number | null;
  /** The text of the run's own verdict. */
  readonly verdict: string;
}

/** The runs of one configuration that differ in their seed only, with what is reported beside them. */
export interface TableRow {
  /** Name of the data set. */
  readonly data: string;
  /** The data set as tables name it. */
  readonly dataTitle: string;
  /** Number of test pictures. */
  readonly testCount: number;
  /** Name of the operator. */
  readonly operator: OperatorName;
  /** Epochs of every run. */
  readonly epochs: number;
  /** Seeds of the runs, ascending. */
  readonly seeds: readonly number[];
  /** Test accuracy after the last epoch, percent, one a run. */
  readonly lastAccuracies: readonly number[];
  /** Best test accuracy, percent, one a run. */
  readonly bestAccuracies: readonly number[];
  /** Test accuracy after every epoch, percent, `[epochs][runs]`. */
  readonly accuracies: readonly (readonly number[])[];
  /** Sample standard deviation of `lastAccuracies`; null for one run. */
  readonly spread: number | null;
  /** The paper's final accuracy, percent; null where it has none. */
  readonly paperAccuracy: number | null;
  /** True if the runs may stand beside published ones: full, real data and the paper's settings. */
  readonly comparable: boolean;
  /** What the re-creation had at this epoch, percent; null where it has none or none of it may be compared. */
  readonly recreated: number | null;
  /** Mean share of chosen (head, token) pairs after the last epoch; null where nothing is chosen. */
  readonly density: number | null;
  /** Trainable numbers in the model. */
  readonly parameters: number;
  /** The comparison with the paper. */
  readonly verdict: Verdict;
}

/**
 * Makes one row a record, as `--json` prints them.
 *
 * @param records any records
 * @returns rows in the order of the records
 *
 * Cost O(epochs) a record.
 * Source: `publishedValues`.
 *
 * @example Percent, not shares
 * ```ts
 * import { exampleRecord, resultRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(resultRows([exampleRecord()])[0].lastAccuracy, 80);
 * ```
 */
export function resultRows(records: readonly RunRecord[]): ResultRow[] {
  return records.map((record) => {
    const { last, best } = accuraciesOf(record);
    const completed = record.ending === "completed";
    return {
      data: record.data.name,
      dataTitle: record.data.title,
      synthetic: record.data.synthetic,
      operator: record.operator,
      profile: record.profile,
      epochs: record.epochs.length,
      seed: record.seed,
      lastAccuracy: last,
      bestAccuracy: best,
      paperAccuracy: paperFinal(record),
      verdict: last === null || best === null
        ? "not comparable (interrupted)"
        : verdict({ ...record, lastAccuracies: [last], bestAccuracies: [best], completed }).text,
    };
  });
}

/**
 * Puts together the runs that differ in their seed only, in the order of tables: by data set, then operator.
 *
 * Runs before their first epoch are left out; an interrupted run makes a row of its own, under the epochs it has.
 *
 * @param records any records
 * @returns rows; data sets in the order of the records, operators in `operatorOrder`
 *
 * Cost O(records * rows).
 * Source: `publishedValues`.
 *
 * @example Two seeds make one row
 * ```ts
 * import { exampleRecord, tableRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(tableRows([exampleRecord(), exampleRecord({ seed: 2 })])[0].seeds, [1, 2]);
 * ```
 */
export function tableRows(records: readonly RunRecord[]): TableRow[] {
  const groups = new Map<string, RunRecord[]>();
  const titles: string[] = [];
  for (const record of records) {
    if (record.epochs.length === 0) continue;
    if (!titles.includes(record.data.title)) titles.push(record.data.title);
    const { workers: _workers, ...options } = record.options;
    const key = JSON.stringify([record.data.title, record.operator, options, record.epochs.length]);
    groups.set(key, [...groups.get(key) ?? [], record]);
  }
  const rows = [...groups.values()].map(rowOf);
  const place = (row: TableRow) => titles.indexOf(row.dataTitle) * 100 + operatorOrder.indexOf(row.operator);
  return rows.sort((a, b) => place(a) - place(b) || b.epochs - a.epochs);
}

function rowOf(group: RunRecord[]): TableRow {
  const runs = group.toSorted((a, b) => a.seed - b.seed);
  const { data, operator, options, parameters } = runs[0];
  const completed = runs.every((run) => run.ending === "completed");
  const lastAccuracies = runs.map((run) => accuraciesOf(run).last ?? 0);
  const bestAccuracies = runs.map((run) => accuraciesOf(run).best ?? 0);
  const densities = runs.map((run) => run.epochs.at(-1)?.density ?? null).filter((density) => density !== null);
  const epochs = runs[0].epochs.length;
  const comparable = incomparable(data, options, completed) === null;
  return {
    data: data.name,
    dataTitle: data.title,
    testCount: data.test,
    operator,
    epochs,
    seeds: runs.map((run) => run.seed),
    lastAccuracies,
    bestAccuracies,
    accuracies: Array.from({ length: epochs }, (_, i) => runs.map((run) => percent(run.epochs[i].testAccuracy))),
    spread: spread(lastAccuracies),
    paperAccuracy: paperFinal(runs[0]),
    comparable,
    recreated: comparable ? publishedAt(data.name, operator, epochs, "re-creation")?.accuracy ?? null : null,
    density: densities.length === 0 ? null : densities.reduce((sum, density) => sum + density, 0) / densities.length,
    parameters,
    verdict: verdict({ data, operator, options, lastAccuracies, bestAccuracies, completed }),
  };
}

function accuraciesOf({ epochs }: RunRecord): { last: number | null; best: number | null } {
  if (epochs.length === 0) return { last: null, best: null };
  const percents = epochs.map((epoch) => percent(epoch.testAccuracy));
  return { last: percents[percents.length - 1], best: Math.max(...percents) };
}

function percent(share: number): number {
  // shares such as 0.57 times 100 are not whole in binary
  return Math.round(share * 1e8) / 1e6;
}

function paperFinal({ data, operator }: RunRecord): number | null {
  if (data.synthetic) return null;
  return publishedAt(data.name, operator, PAPER_EPOCHS, "paper")?.accuracy ?? null;
}
