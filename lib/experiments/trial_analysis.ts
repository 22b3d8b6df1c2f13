import { pairedDifference, testDifference } from "../analysis/mod.ts";
import { type OperatorName, TRIAL_NAMES } from "../training/mod.ts";
import { pairedCells } from "./_paired_cells.ts";
import { recordFileName } from "./record_file.ts";
import { accuracyOf, type StudyAccuracy } from "./study_analysis.ts";
import type { StudyRecord } from "./study_record.ts";
import { TRIAL_DATA, TRIAL_OPERATORS, TRIAL_SEEDS } from "./trial_plan.ts";

/** Keys that a design may choose, a share: the neighbour, one more at most, is not counted. */
export const TRIAL_KEYS = 0.25;
/** How far a design's parameters may be from those of softmax attention, a share. */
export const TRIAL_PARAMETERS = 0.02;

/** What the rows of trials are compared with. */
export type TrialReference = "mha" | "qamaNear";

/** A row less another one, points, over the seeds that both have. */
export interface TrialDifference {
  /** Mean over seeds. */
  readonly difference: number;
  /** Each seed. */
  readonly bySeed: readonly number[];
  /** 95 % interval over seeds and items, not corrected; null with fewer than two seeds. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** A row of the trials on one data set. */
export interface TrialRow extends StudyAccuracy {
  /** Its differences; null to itself, and where no seed is common. */
  readonly against: Readonly<Record<TrialReference, TrialDifference | null>>;
}

/** The trials of one data set. */
export interface TrialTable {
  /** Name of the data set. */
  readonly data: string;
  /** The data set as tables name it, which says what was trained and tested on. */
  readonly title: string;
  /** Held-out training items that were tested on. */
  readonly items: number;
  /** Every row that has a run, in the order of `TRIAL_OPERATORS`. */
  readonly rows: readonly TrialRow[];
}

/** What is said of a design. */
export interface TrialChoice {
  /** The design. */
  readonly operator: OperatorName;
  /**
   * Its lowest mean difference to softmax attention, points, and where, over the data sets on which both have every seed; null if
   * there is none. Further data sets can only lower it: at 0 or below it rules the design out.
   */
  readonly lowest: { readonly difference: number; readonly title: string } | null;
  /** What else rules it out on those data sets, in words; empty if nothing does. */
  readonly against: readonly string[];
  /** Whether it can no longer be chosen, whatever the runs that are missing may bring. */
  readonly out: boolean;
  /** Whether it is the design that is chosen. */
  readonly chosen: boolean;
}

/** What the trials say. */
export interface TrialAnalysis {
  /** A table a data set, in the order of `TRIAL_DATA`. */
  readonly tables: readonly TrialTable[];
  /** Every design that has a run: `qamaNear` and the rows that were tried. */
  readonly choices: readonly TrialChoice[];
}

/**
 * Analyses held-out trials: differences to softmax attention and to `qamaNear`, and which design is chosen by them.
 *
 * Chosen is the design whose lowest mean difference to softmax attention over **all** data sets is highest, if it is above 0, of those that
 * choose less than a quarter of the keys and have parameters within 2 % of softmax attention's on every data set. A design is
 * out as soon as one data set with every seed says so, which no other data set can take back; nothing is chosen before every design that
 * was begun and is not out has every seed on every data set. The choice is no test: the winner of many comparisons is too good by chance, and its
 * test is another training on other data.
 *
 * @param records evaluations of trials, in any order
 * @returns tables and choices
 * @throws {RangeError} if a record is no trial, or two are of the same run
 *
 * Cost O(rows * seeds * items) a data set.
 * Source: `pairedDifference` and `testDifference` for the intervals.
 *
 * @example Nothing was tried
 * ```ts
 * import { analyseTrials } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(analyseTrials([]), { tables: [], choices: [] });
 * ```
 */
export function analyseTrials(records: readonly StudyRecord[]): TrialAnalysis {
  const files = new Set<string>();
  for (const { run } of records) {
    const file = recordFileName(run);
    if (run.data.testFrom !== "training") {
      throw new RangeError(
        `Cannot analyse the trials: ${file} was tested on the test set; it belongs into results/study/records`,
      );
    }
    if (files.has(file)) throw new RangeError(`Cannot analyse the trials: ${file} is there twice`);
    files.add(file);
  }
  const tables = TRIAL_DATA.flatMap((data) => {
    const own = records.filter(({ run }) => run.data.name === data);
    return own.length === 0 ? [] : [tableOf(data, own)];
  });
  return { tables, choices: choicesOf(tables) };
}

function tableOf(data: string, records: readonly StudyRecord[]): TrialTable {
  const of = (operator: OperatorName) =>
    records.filter(({ run }) => run.operator === operator).sort((a, b) => a.run.seed - b.run.seed);
  const [{ items, run }] = records;
  const rows = TRIAL_OPERATORS.filter((operator) => of(operator).length > 0).map((operator): TrialRow => {
    const less = (other: TrialReference) => operator === other ? null : differenceOf(of(operator), of(other));
    return { ...accuracyOf(operator, of(operator)), against: { mha: less("mha"), qamaNear: less("qamaNear") } };
  });
  return { data, title: run.data.title, items, rows };
}

function differenceOf(a: readonly StudyRecord[], b: readonly StudyRecord[]): TrialDifference | null {
  const shared = pairedCells(a, b);
  if (shared === null) return null;
  const estimate = pairedDifference(shared.cells, shared.seeds.length);
  const test = testDifference(estimate);
  return {
    difference: 100 * estimate.difference,
    bySeed: estimate.bySeed.map((value) => 100 * value),
    interval: test && [100 * test.low, 100 * test.high],
  };
}

function choicesOf(tables: readonly TrialTable[]): TrialChoice[] {
  const designs = (["qamaNear", ...TRIAL_NAMES] as const).filter((operator) =>
    tables.some(({ rows }) => rows.some((row) => row.operator === operator))
  );
  const said = designs.map((operator) => {
    const found = tables.flatMap(({ title, rows }) => {
      const row = rows.find((row) => row.operator === operator), softmax = rows.find((row) => row.operator === "mha");
      const whole = isWhole(rows, operator) && isWhole(rows, "mha");
      return whole ? [{ title, row: row!, softmax: softmax!, ...row!.against.mha! }] : [];
    });
    const against = found.flatMap(({ title, row, softmax }) => [
      ...row.density !== null && row.density >= TRIAL_KEYS
        ? [`chooses ${(100 * row.density).toFixed(1)} % of the keys on ${title}`]
        : [],
      ...Math.abs(row.parameters! / softmax.parameters! - 1) > TRIAL_PARAMETERS
        ? [`has ${row.parameters!.toLocaleString("en")} parameters on ${title}`]
        : [],
    ]);
    const [lowest = null] = found.toSorted((a, b) => a.difference - b.difference);
    return {
      ...{ operator, against, lowest: lowest && { difference: lowest.difference, title: lowest.title } },
      out: against.length > 0 || lowest !== null && lowest.difference <= 0,
    };
  });
  const open = said.filter(({ out }) => !out), needed = ["mha", ...open.map(({ operator }) => operator)];
  const whole = tables.length === TRIAL_DATA.length &&
    tables.every(({ rows }) => needed.every((operator) => isWhole(rows, operator)));
  const able = whole ? open : [];
  const best = able.toSorted((a, b) => b.lowest!.difference - a.lowest!.difference).at(0);
  return said.map((one) => ({ ...one, chosen: one === best }));
}

function isWhole(rows: readonly TrialRow[], operator: string): boolean {
  const seeds = rows.find((row) => row.operator === operator)?.seeds ?? [];
  return TRIAL_SEEDS.every((seed) => seeds.includes(seed));
}
