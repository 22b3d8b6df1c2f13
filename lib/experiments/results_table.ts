import { meanInterval } from "../analysis/mod.ts";
import { type Column, markdownTable } from "../display/mod.ts";
import { FIXED_BIT_DENSITY, FIXED_DENSITY, FIXED_IN_TEXTS, type OperatorName } from "../training/mod.ts";
import { ENOUGH_SEEDS, epochNotes } from "./epoch_notes.ts";
import { operatorTitles } from "./operators.ts";
import { PAPER_EPOCHS } from "./published.ts";
import type { TableRow } from "./rows.ts";
import { accuracyTolerance, WIDEST_TOLERANCE } from "./verdict.ts";

/** A table as columns and text entries. */
export interface TextTable {
  /** The columns. */
  readonly columns: readonly Column[];
  /** Entries in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

const columns: readonly Column[] = [
  { title: "data" },
  { title: "operator" },
  { title: "epochs", align: "right" },
  { title: "seeds (n)", align: "right" },
  { title: "last, %", align: "right" },
  { title: "best, %", align: "right" },
  { title: "paper final, %", align: "right" },
  { title: "paper here, %", align: "right" },
  { title: "re-creation, %", align: "right" },
  { title: "chosen, %", align: "right" },
  { title: "against its controls, points" },
  { title: "verdict and reason" },
];

/** Why ours differs from the paper, as somebody found out: by data, operator and epochs, `mnist-qamaV2-50`. */
export type Reasons = Readonly<Record<string, string>>;

/**
 * Writes the rows of a results table as text: means over seeds with their 95 % intervals, and every QAMA row beside its controls.
 *
 * @param rows from {@link tableRows}
 * @param reasons for rows that differ from the paper by more than chance explains. @default {none known}
 * @returns columns and entries; a dash where there is nothing
 *
 * Cost O(rows^2).
 * Source: `meanInterval` for the intervals.
 *
 * @example The operator has its human name
 * ```ts
 * import { exampleRecord, resultsTable, tableRows } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(resultsTable(tableRows([exampleRecord()])).rows[0][1], "MHA (softmax)");
 * ```
 */
export function resultsTable(rows: readonly TableRow[], reasons: Reasons = {}): TextTable {
  const entries = rows.map((row) => [
    row.dataTitle,
    operatorTitles[row.operator],
    String(row.epochs),
    `${row.seeds.join(", ")} (${row.seeds.length})`,
    withInterval(row.lastAccuracies),
    withInterval(row.bestAccuracies),
    row.paperAccuracy?.toFixed(2) ?? "-",
    row.verdict.published === null
      ? "-"
      : `${row.verdict.published.toFixed(1)} (± ${row.verdict.tolerance?.toFixed(1)})`,
    row.recreated?.toFixed(1) ?? "-",
    row.density === null ? "-" : (100 * row.density).toFixed(1),
    againstControls(row, rows),
    verdictWords(row, reasons),
  ]);
  return { columns, rows: entries };
}

function withInterval(accuracies: readonly number[]): string {
  const { mean, halfWidth } = meanInterval(accuracies);
  return mean.toFixed(2) + (halfWidth === null ? " (one seed)" : ` ± ${halfWidth.toFixed(2)}`);
}

/** The difference of a QAMA row to each of its controls, or that there is none. */
function againstControls(row: TableRow, rows: readonly TableRow[]): string {
  const controls = contrasts.filter(([qama, control]) => qama === row.operator && control !== "mha");
  const parts = controls.map(([, control]) => {
    const words = control === "none" ? "no attention" : "fixed random";
    const other = rows.find(({ operator, dataTitle, epochs }) =>
      operator === control && dataTitle === row.dataTitle && epochs === row.epochs
    );
    return other === undefined
      ? `${words}: not run`
      : `${signed(mean(row.lastAccuracies) - mean(other.lastAccuracies))} ${words}`;
  });
  return parts.length === 0 ? "-" : parts.join("; ");
}

function verdictWords(
  { verdict, data, operator, epochs, bestAccuracies, lastAccuracies }: TableRow,
  reasons: Reasons,
): string {
  const { word, text, published, tolerance } = verdict;
  if (published === null || tolerance === null) return text;
  const ours = epochs === PAPER_EPOCHS ? bestAccuracies : lastAccuracies;
  const points = `${signed(mean(ours) - published)} points at the ${epochs === PAPER_EPOCHS ? "best" : "last"} epoch`;
  if (word === "agrees") return `${text}: ${points}, chance explains ± ${tolerance.toFixed(1)}`;
  const reason = reasons[`${data}-${operator}-${epochs}`] ?? "the reason is not known";
  return `${text}: ${points}, beyond the ± ${tolerance.toFixed(1)} of chance; ${reason}`;
}

function signed(points: number): string {
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)}`;
}

/** What stands in the slot of a control, as {@link readingNotes} names it where a QAMA row is below both. */
const controlWords: Partial<Record<OperatorName, string>> = {
  none: "no attention",
  qamaV2Fixed: "its own random control",
  qamaSelectedFixed: "its own random control",
  qamaV1Fixed: "its own random control",
};

const contrasts: readonly (readonly [qama: OperatorName, control: OperatorName, words: string])[] = [
  ["qamaV2", "none", "no attention"],
  ["qamaV2", "qamaV2Fixed", "the same readout with a fixed random selection"],
  ["qamaSelected", "none", "no attention"],
  ["qamaSelected", "qamaSelectedFixed", "the same readout with a fixed random selection"],
  ["qamaV1", "none", "no attention"],
  ["qamaV1", "qamaV1Fixed", "the same readout with fixed random weights"],
  ["qamaV2", "mha", "softmax attention"],
  ["qamaSelected", "mha", "softmax attention"],
  ["qamaV1", "mha", "softmax attention"],
];

/**
 * Says what to read from a table: the difference of each QAMA row to its controls, and whether chance explains it.
 *
 * A difference counts as beyond chance if it exceeds {@link accuracyTolerance} of the two rows. That is said for full data
 * sets under the paper's settings, where the spread over seeds is known, and elsewhere for rows of three seeds or more.
 * A row whose mean is below both of its controls is said to be.
 *
 * @param rows from {@link tableRows}
 * @returns one note a data set and QAMA row whose control is in the table; empty if no row has its control
 *
 * Cost O(rows).
 * Source: none needed.
 *
 * @example A difference that chance explains
 * ```ts
 * import { exampleRecord, readingNotes, tableRows } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * const runs = [1, 2, 3].flatMap((seed) => (["qamaV2", "none"] as const).map((operator) => exampleRecord({ operator, seed })));
 * assertStringIncludes(readingNotes(tableRows(runs))[0], "+0.00 points against no attention (within chance");
 * ```
 */
export function readingNotes(rows: readonly TableRow[]): string[] {
  const tables = Map.groupBy(rows, (row) => `${row.dataTitle}, ${row.epochs} ${row.epochs === 1 ? "epoch" : "epochs"}`);
  const notes: string[] = [];
  for (const [title, table] of tables) {
    for (const operator of new Set(contrasts.map(([qama]) => qama))) {
      const ours = table.find((row) => row.operator === operator);
      if (ours === undefined) continue;
      let unknown = false;
      const parts = contrasts.flatMap(([qama, control, words]) => {
        const other = qama === operator ? table.find((row) => row.operator === control) : undefined;
        if (other === undefined) return [];
        const judged = [ours, other].every((row) => row.comparable || row.seeds.length >= ENOUGH_SEEDS);
        unknown ||= !judged;
        return [difference(ours, other, words, judged)];
      });
      const caution = unknown ? `; how much of it is chance takes ${ENOUGH_SEEDS} seeds to tell` : "";
      if (parts.length === 0) continue;
      notes.push(`${title}: ${operatorTitles[operator]} ${parts.join(", ")}${caution}.${belowBoth(ours, table)}`);
    }
  }
  return notes;
}

function belowBoth(ours: TableRow, table: readonly TableRow[]): string {
  const below = contrasts.flatMap(([qama, control]) => {
    const words = controlWords[control];
    const other = table.find((row) => row.operator === control);
    if (qama !== ours.operator || words === undefined || other === undefined) return [];
    return mean(ours.lastAccuracies) < mean(other.lastAccuracies) ? [`below ${words}`] : [];
  });
  return below.length < 2 ? "" : ` ${operatorTitles[ours.operator]} is ${below.join(" and ")}.`;
}

function difference(ours: TableRow, other: TableRow, words: string, judged: boolean): string {
  const points = mean(ours.lastAccuracies) - mean(other.lastAccuracies);
  const text = `${signed(points)} points against ${words}`;
  if (!judged) return text;
  const limit = accuracyTolerance(ours.lastAccuracies, other.lastAccuracies, ours.testCount);
  return `${text} (${Math.abs(points) <= limit ? "within" : "beyond"} chance, ± ${limit.toFixed(1)})`;
}

/**
 * Writes the results table in Markdown, what to read from it, and how its verdicts are passed.
 *
 * @param rows from {@link tableRows}, at least one
 * @param reasons for rows that differ from the paper by more than chance explains. @default {none known}
 * @returns Markdown
 * @throws {RangeError} if there is no row
 *
 * Cost O(rows).
 * Source: none needed.
 *
 * @example Synthetic data are named
 * ```ts
 * import { exampleRecord, resultsMarkdown, tableRows } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(resultsMarkdown(tableRows([exampleRecord()])), "not comparable (synthetic data)");
 * ```
 */
export function resultsMarkdown(rows: readonly TableRow[], reasons: Reasons = {}): string {
  if (rows.length === 0) throw new RangeError("Cannot write the results: no run has a complete epoch");
  const { columns, rows: entries } = resultsTable(rows, reasons);
  const notes = [...readingNotes(rows), ...epochNotes(rows)].map((note) => `- ${note}\n`).join("");
  const reading = notes === "" ? "" : `What to read from it (last accuracy where no epoch is named):\n\n${notes}\n`;
  return `${markdownTable(columns, entries)}\n${reading}${tableLegend}\n`;
}

const share = (density: number) => `${Math.round(100 * density)} %`;
const { sentences, longTexts } = FIXED_IN_TEXTS.qamaV2Fixed;

/** What the fixed selections choose, from the constants that they are made by. */
const fixedWords =
  `The fixed random selections choose of each head ${
    share(FIXED_DENSITY.qamaV2Fixed)
  } of a picture's tokens (QAMA v2: ` +
  `${fixedCounts("qamaV2Fixed")}) and ${share(FIXED_DENSITY.qamaSelectedFixed)} (selected softmax: ` +
  `${fixedCounts("qamaSelectedFixed")}); of texts ${share(sentences)} of a sentence's tokens and ${
    share(longTexts)
  } of a long ` +
  `text's (QAMA v2), and ${FIXED_IN_TEXTS.qamaSelectedFixed.count} tokens (selected softmax): about what was seen to be chosen ` +
  `where it is learnt. Those of revision 1 set ${share(FIXED_BIT_DENSITY)} of the bits of the weights.`;

function fixedCounts(name: keyof typeof FIXED_DENSITY): string {
  const of = (tokens: number) => `${Math.round(FIXED_DENSITY[name] * tokens)} of ${tokens}`;
  return `${of(49)} of MNIST and Fashion-MNIST, ${of(64)} of CIFAR-10`;
}

/** How the columns and verdicts of a results table are to be read. */
export const tableLegend: string =
  "Last and best: test accuracy after the last and the best epoch, mean over seeds ± half of its 95 % t interval over seeds, which " +
  "one seed does not have and two or three have wide; the best epoch is chosen on the test set, as the paper does. Paper final: " +
  "best of 50 epochs, one seed, full data set (arXiv 2504.11083). Paper here, re-creation: the paper's curve, and that of an " +
  "independent program, at this epoch. Chosen: share of (head, token) pairs that the operator selects on the test items. " +
  `${fixedWords} ` +
  "The verdict compares our last epoch with the paper's curve at the same epoch (at 50 epochs the best epoch with the paper's " +
  "final), for full data sets under the paper's settings only; ± is the difference that chance alone exceeds about once in " +
  "twenty times: twice the spread over seeds (at least 0.94 points, from three-seed runs of the independent program) and over " +
  `test items, of both numbers. Where it exceeds ${WIDEST_TOLERANCE} points, agreement tells nothing, and the verdict says so.`;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
