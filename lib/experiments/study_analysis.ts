import {
  changeDifference,
  type Difference,
  holm,
  mcnemar,
  meanInterval,
  pairedBootstrap,
  pairedDifference,
  testDifference,
  testEquivalence,
} from "../analysis/mod.ts";
import { ADDED_NAMES, isAddedName, type OperatorName } from "../training/mod.ts";
import { pairedCells } from "./_paired_cells.ts";
import { refuseTrials } from "./_refuse_trials.ts";
import {
  ADDED_QUESTION,
  REPEATED_QUESTIONS,
  STUDY_QUESTIONS,
  STUDY_SWAPS,
  studyMargin,
  type StudyQuestionName,
} from "./study_comparisons.ts";
import { rightItems, type StudyVariant } from "./study_evaluation.ts";
import { STUDY_OPERATORS, STUDY_SEEDS } from "./study_plan.ts";
import type { StudyRecord } from "./study_record.ts";

/** One row of the study on one data set; accuracies in percent. */
export interface StudyAccuracy {
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Seeds that are there, ascending. */
  readonly seeds: readonly number[];
  /** Accuracy of each. */
  readonly accuracies: readonly number[];
  /** Their mean, and half its 95 % t interval over seeds; null for one seed. NaN where there is none. */
  readonly mean: number;
  /** See `mean`. */
  readonly halfWidth: number | null;
  /** Mean share of (head, token) pairs chosen; null where nothing is chosen. */
  readonly density: number | null;
  /** Trainable numbers; null where there is no run. */
  readonly parameters: number | null;
}

/** What a test of the study came to. */
export type StudyVerdict = "higher" | "lower" | "equivalent" | "higher, equivalent" | "lower, equivalent" | "undecided";

/** A comparison of the study on one data set; differences in points. */
export interface StudyComparison {
  /** What is compared: two rows, or a row and its swapped self. */
  readonly first: OperatorName;
  /** The other row, or the swap. */
  readonly second: OperatorName | StudyVariant["kind"];
  /** Seeds that both have. */
  readonly seeds: readonly number[];
  /** Shares of the keys that each of two rows chooses, a neighbour not counted, mean over its own seeds; null where nothing is chosen, and of swaps. */
  readonly densities: readonly [first: number | null, second: number | null];
  /** Mean difference; NaN where there is no seed. */
  readonly difference: number;
  /** Difference of each seed. */
  readonly bySeed: readonly number[];
  /** Its 95 % interval, not corrected; null with fewer than two seeds. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Two-sided p of no difference, not corrected; null with fewer than two seeds. */
  readonly p: number | null;
  /** Percentile bootstrap interval, hierarchical over seeds and items; null for swaps and fewer than two seeds. */
  readonly bootstrap: readonly [low: number, high: number] | null;
  /** McNemar's exact p of each seed. */
  readonly mcnemar: readonly number[];
  /** Adjusted p of the difference, and of not being equivalent; null until every seed of the family is there. */
  readonly adjusted: { readonly difference: number; readonly equivalence: number } | null;
  /** Null until every seed of the family is there. */
  readonly verdict: StudyVerdict | null;
}

/** What the records say of one data set. */
export interface StudyDataAnalysis {
  /** Name of the data set. */
  readonly data: string;
  /** The data set as tables name it. */
  readonly title: string;
  /** Test items. */
  readonly items: number;
  /** Difference in points that is too small to matter. */
  readonly margin: number;
  /** Every row of the study, and the added ones that have runs. */
  readonly rows: readonly StudyAccuracy[];
  /** Comparisons by question, Q1 to Q4; Q5 where an added row has a run, Q6 and Q7 where both rows have one with a seed of theirs. */
  readonly questions: ReadonlyMap<StudyQuestionName, readonly StudyComparison[]>;
}

const ALPHA = 0.05;

/**
 * Analyses the records of one data set as registered: rows, comparisons, corrected tests and verdicts.
 *
 * A family is tested when all of its comparisons have all seeds of the study; before that there are means and intervals only. Q6 and
 * Q7 have seeds of their own, which nothing else reads.
 *
 * @param records evaluations of one data set, one a row and seed
 * @param seeds what a whole family has. @default {STUDY_SEEDS}
 * @returns every row and comparison, those without runs among them
 * @throws {RangeError} if there is no record, two are of the same row and seed, they are of different data, or one is a trial that was
 *   tested on training items
 *
 * Cost O(comparisons * seeds * items), and 10,000 bootstrap replicates a comparison.
 * Source: the page of questions; `pairedDifference`, `changeDifference`, `testEquivalence`, `holm`.
 */
export function analyseStudy(
  records: readonly StudyRecord[],
  seeds: readonly number[] = STUDY_SEEDS,
): StudyDataAnalysis {
  const [first] = records;
  if (!first) throw new RangeError("Cannot analyse the study: there is no record");
  refuseTrials("Cannot analyse the study", records);
  const { name: data, title } = first.run.data;
  const byRow = Map.groupBy(records, ({ run }) => run.operator);
  for (const { run, items } of records) {
    if (run.data.title !== title || items !== first.items) {
      throw new RangeError(`Cannot analyse the study: records are of ${title} and of ${run.data.title}`);
    }
    const same = byRow.get(run.operator)!.filter((other) => other.run.seed === run.seed);
    if (same.length > 1) {
      throw new RangeError(`Cannot analyse the study: ${run.operator} on ${title} is there twice for seed ${run.seed}`);
    }
  }
  const of = (operator: OperatorName, among = seeds) =>
    (byRow.get(operator) ?? []).filter(({ run }) => among.includes(run.seed)).sort((a, b) => a.run.seed - b.run.seed);
  const margin = studyMargin(data);
  const family = (comparisons: readonly Raw[]) => judged(comparisons, seeds.length, margin);
  const added = records.some(({ run }) => seeds.includes(run.seed) && isAddedName(run.operator));
  const pairs = [...STUDY_QUESTIONS, ...added ? [ADDED_QUESTION] : []].map(({ name, pairs }) =>
    [name, family(pairs.map(([a, b]) => rowsCompared(of(a), of(b), a, b)))] as const
  );
  const repeated = REPEATED_QUESTIONS.filter((question) => question.data.includes(data)).flatMap((question) => {
    const { name, pairs, seeds, data: { length: sets } } = question;
    const again = pairs.map(([a, b]) => rowsCompared(of(a, seeds), of(b, seeds), a, b));
    if (again.every(({ seeds }) => seeds.length === 0)) return [];
    // Bonferroni's correction: each data set is judged by itself
    const overSets = (ps: readonly number[]) => ps.map((p) => Math.min(1, sets * p));
    return [[name, judged(again, seeds.length, margin, overSets)] as const];
  });
  const swaps = STUDY_SWAPS.operators.flatMap((operator) =>
    STUDY_SWAPS.kinds.map((kind) => swapCompared(of(operator), operator, kind))
  );
  const [q1, ...rest] = pairs;
  return {
    ...{ data, title, items: first.items, margin },
    rows: [...STUDY_OPERATORS, ...ADDED_NAMES.filter((name) => of(name).length > 0)].map((operator) =>
      accuracyOf(operator, of(operator))
    ),
    questions: new Map<StudyQuestionName, readonly StudyComparison[]>([
      ...[q1, ["Q2", family(swaps)] as const, ...rest],
      ...repeated,
    ]),
  };
}

/** Accuracies of a row on one data set, from its records in the order of their seeds. */
export function accuracyOf(operator: OperatorName, records: readonly StudyRecord[]): StudyAccuracy {
  const accuracies = records.map((record) =>
    100 * rightItems(record).reduce((sum, bit) => sum + bit, 0) / record.items
  );
  return {
    ...{ operator, accuracies, seeds: records.map(({ run }) => run.seed) },
    ...accuracies.length === 0 ? { mean: NaN, halfWidth: null } : meanInterval(accuracies),
    density: densityOf(records),
    parameters: records[0]?.run.parameters ?? null,
  };
}

function densityOf(records: readonly StudyRecord[]): number | null {
  const densities = records.map(({ run }) => run.epochs.at(-1)?.density ?? null).filter((density) => density !== null);
  return densities.length === 0 ? null : densities.reduce((sum, value) => sum + value, 0) / densities.length;
}

type Raw = Omit<StudyComparison, "adjusted" | "verdict" | "interval" | "p"> & { readonly estimate: Difference | null };

function rowsCompared(
  a: readonly StudyRecord[],
  b: readonly StudyRecord[],
  first: OperatorName,
  second: OperatorName,
): Raw {
  const shared = pairedCells(a, b);
  if (shared === null) return nothing(first, second);
  const { seeds, cells, mcnemar } = shared;
  const estimate = pairedDifference(cells, seeds.length);
  const several = seeds.length > 1 ? pairedBootstrap(cells, seeds.length) : null;
  return {
    ...{ first, second, seeds, mcnemar, estimate, densities: [densityOf(a), densityOf(b)] },
    difference: 100 * estimate.difference,
    bySeed: estimate.bySeed.map((value) => 100 * value),
    bootstrap: several === null ? null : [100 * several.low, 100 * several.high],
  };
}

function swapCompared(records: readonly StudyRecord[], first: OperatorName, kind: StudyVariant["kind"]): Raw {
  const swapped = records.flatMap(({ run, variants }) => {
    const variant = variants.find((one) => one.kind === kind);
    return variant ? [{ seed: run.seed, variant }] : [];
  });
  if (swapped.length === 0) return nothing(first, kind);
  const estimate = changeDifference(swapped.map(({ variant }) => variant));
  return {
    ...{ first, second: kind, seeds: swapped.map(({ seed }) => seed), estimate, bootstrap: null, densities: NOTHING },
    difference: 100 * estimate.difference,
    bySeed: estimate.bySeed.map((value) => 100 * value),
    mcnemar: swapped.map(({ variant }) => mcnemar(variant.lost, variant.gained)),
  };
}

function nothing(first: OperatorName, second: Raw["second"]): Raw {
  const none = { seeds: [], bySeed: [], mcnemar: [], estimate: null, bootstrap: null };
  return { first, second, difference: NaN, densities: NOTHING, ...none };
}

const NOTHING = [null, null] as const;

/** Adds intervals, and verdicts where the family is whole. */
function judged(comparisons: readonly Raw[], seeds: number, margin: number, corrected = holm): StudyComparison[] {
  const tests = comparisons.map(({ estimate }) => estimate && testDifference(estimate));
  const whole = seeds > 1 && comparisons.every((comparison) => comparison.seeds.length === seeds);
  const different = whole ? corrected(tests.map((test) => test!.p)) : null;
  const apart = whole ? corrected(comparisons.map(({ estimate }) => testEquivalence(estimate!, margin / 100)!)) : null;
  return comparisons.map(({ estimate: _, ...comparison }, i) => {
    const test = tests[i];
    const adjusted = different && apart ? { difference: different[i], equivalence: apart[i] } : null;
    const interval = test ? [100 * test.low, 100 * test.high] as const : null;
    const verdict = adjusted && verdictOf(comparison.difference, adjusted);
    return { ...comparison, interval, p: test?.p ?? null, adjusted, verdict };
  });
}

function verdictOf(
  difference: number,
  { difference: p, equivalence }: NonNullable<StudyComparison["adjusted"]>,
): StudyVerdict {
  const side = p < ALPHA ? (difference > 0 ? "higher" : "lower") : null;
  if (equivalence >= ALPHA) return side ?? "undecided";
  return side === null ? "equivalent" : `${side}, equivalent`;
}
