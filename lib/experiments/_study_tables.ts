import { meanInterval } from "../analysis/mod.ts";
import type { Column, ReportTable } from "../display/mod.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyComparison, StudyDataAnalysis } from "./study_analysis.ts";
import { NEAR_SWEEPS, type OperatorName } from "../training/mod.ts";
import { KNOWN_BEFORE } from "./study_comparisons.ts";
import type { StudyVariant } from "./study_evaluation.ts";
import type { StudyRecord } from "./study_record.ts";

const number = (title: string): Column => ({ title, align: "right" });

/** What each way of changing a selection is called. */
export const variantTitles: Readonly<Record<StudyVariant["kind"], string>> = {
  other: "the next item's selection",
  mask: "the mean mask",
  random: "as many random tokens",
  greedy: "greedy descent",
  seed: "another solver seed",
  sweeps: "sweeps",
  noise: "noise on the couplings",
  bits: "bits",
};

/** Accuracies of every row, those without runs among them. */
export function accuracyTable({ title, rows }: StudyDataAnalysis, seeds: readonly number[]): ReportTable {
  return {
    caption: `${title}, accuracy after the last epoch, %`,
    columns: [
      { title: "row" },
      number("keys chosen, %"),
      number("parameters"),
      number("mean"),
      ...seeds.map((seed) => number(`seed ${seed}`)),
    ],
    rows: rows.map((row) => [
      operatorTitles[row.operator],
      row.density === null ? "-" : (100 * row.density).toFixed(1),
      row.parameters === null ? "-" : row.parameters.toLocaleString("en"),
      row.seeds.length === 0
        ? "missing"
        : `${row.mean.toFixed(2)}${row.halfWidth === null ? " (one seed)" : ` ± ${row.halfWidth.toFixed(2)}`}` +
          (row.seeds.length < seeds.length && row.seeds.length > 1 ? ` (${row.seeds.length} seeds)` : ""),
      ...seeds.map((seed) => row.accuracies[row.seeds.indexOf(seed)]?.toFixed(2) ?? "-"),
    ]),
  };
}

/** Comparisons of a question on one data set. */
export function comparisonTable(
  { title, margin }: StudyDataAnalysis,
  comparisons: readonly StudyComparison[],
  seeds: readonly number[],
): ReportTable {
  const swaps = comparisons.some(({ second }) => isSwap(second));
  return {
    caption: `${title}, points, margin ${margin}`,
    columns: [
      { title: swaps ? "own selection less" : "first less second" },
      number("difference [95 %]"),
      ...swaps ? [] : [number("bootstrap")],
      number("each seed"),
      number("McNemar p < 0.05, above and below"),
      number("p, corrected"),
      number("p of equivalence, corrected"),
      { title: "verdict" },
    ],
    rows: comparisons.map((comparison) => {
      const { first, second, difference, interval, bootstrap, bySeed, adjusted, verdict, mcnemar } = comparison;
      const name = isSwap(second)
        ? `${operatorTitles[first]}: ${variantTitles[second]}`
        : `${operatorTitles[first]} less ${operatorTitles[second]}${knownBefore(comparison)}`;
      if (bySeed.length === 0) return [name, "missing", ...swaps ? [] : ["-"], "-", "-", "-", "-", "missing"];
      return [
        name,
        signed(difference) + (interval === null ? "" : ` ${between(interval)}`),
        ...swaps ? [] : [bootstrap === null ? "-" : between(bootstrap)],
        bySeed.map(signed).join(", "),
        adjusted === null ? "-" : mcnemarText(mcnemar, bySeed),
        adjusted === null ? "-" : pText(adjusted.difference),
        adjusted === null ? "-" : pText(adjusted.equivalence),
        verdict ?? `interim, ${bySeed.length} of ${seeds.length} seeds`,
      ];
    }),
  };
}

/** What trained models choose: means over seeds. */
export function selectionTable(title: string, records: readonly StudyRecord[]): ReportTable | null {
  const measured = byOperator(records, ({ measures }) => measures !== null);
  if (measured.length === 0) return null;
  const mean = (values: readonly (number | null | undefined)[], digits: number, factor = 1) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? "-" : (factor * known.reduce((a, b) => a + b, 0) / known.length).toFixed(digits);
  };
  return {
    caption: title,
    columns: [
      { title: "row" },
      number("seeds"),
      number("keys chosen, %"),
      number("empty (item, head), %"),
      number("heads that never change"),
      number("overlap of heads"),
      number("like the mean mask"),
      number("like the next item's"),
      number("like another seed's"),
    ],
    rows: measured.map(([operator, own]) => [
      operatorTitles[operator],
      String(own.length),
      mean(own.map(({ measures }) => measures?.density), 1, 100),
      mean(own.map(({ measures }) => measures?.empty), 2, 100),
      mean(own.map(({ measures }) => measures?.constantHeads), 1),
      mean(own.map(({ measures }) => measures?.overlap), 3),
      mean(own.map(({ measures }) => measures?.likenessToMask), 3),
      mean(own.map(({ measures }) => measures?.likenessToOther), 3),
      mean(own.map((record) => variantOf(record, "seed")?.likeness), 3),
    ]),
  };
}

/** What other selections do to the accuracy of trained models: change in points, mean over seeds. */
export function variantTable(title: string, records: readonly StudyRecord[]): ReportTable | null {
  const changed = byOperator(records, ({ variants }) => variants.length > 0);
  return tableOfVariants(title, changed, (own, kind, value) => {
    const points = own.flatMap((record) => variantOf(record, kind, value) ?? []).map(pointsOf);
    return points.length === 0
      ? "-"
      : `${signed(points.reduce((a, b) => a + b, 0) / points.length)}${spreadOf(points)}`;
  });
}

/** How far the energies of other selections are above those of solving again, in % of their mean size over the models: mean over seeds. */
export function energyTable(title: string, records: readonly StudyRecord[]): ReportTable | null {
  const solved = byOperator(records, (record) => variantOf(record, "greedy") !== undefined);
  return tableOfVariants(title, solved, (own, kind, value) => {
    const gaps = own.flatMap((record) => energyGap(record, kind, value) ?? []);
    const size = gaps.reduce((sum, gap) => sum + gap.size, 0) / gaps.length;
    if (!(size > 0)) return "-";
    const { mean, halfWidth } = meanInterval(gaps.map(({ above }) => 100 * above / size));
    return `${signed(mean)}${halfWidth === null ? "" : ` ± ${halfWidth.toFixed(2)}`}`;
  });
}

/** Some of the records by their operator, in the order in which they come. */
export function byOperator(records: readonly StudyRecord[], wanted: (record: StudyRecord) => boolean) {
  return [...Map.groupBy(records.filter(wanted), ({ run }) => run.operator)];
}

/** One row a way of changing a selection, one column an operator; null without operators. */
function tableOfVariants(
  caption: string,
  operators: ReturnType<typeof byOperator>,
  entry: (own: readonly StudyRecord[], kind: StudyVariant["kind"], value: number | null) => string,
): ReportTable | null {
  if (operators.length === 0) return null;
  return {
    caption,
    columns: [{ title: "selection" }, ...operators.map(([operator]) => number(operatorTitles[operator]))],
    rows: operators[0][1][0].variants.map(({ kind, value }) => [
      kind === "sweeps" || kind === "noise"
        ? `${variantTitles[kind]} ${value}`
        : kind === "bits"
        ? `coefficients of ${value} bits`
        : variantTitles[kind],
      ...operators.map(([operator, own]) => isTried(operator, kind, value) ? entry(own, kind, value) : "-"),
    ]),
  };
}

/** Whether a way of changing a selection is one for a row: blocks with a neighbour make no more sweeps than they were trained with, however many are asked for. */
export function isTried(operator: OperatorName, kind: StudyVariant["kind"], value: number | null): boolean {
  return kind !== "sweeps" || operator !== "qamaNear" || (value ?? 0) <= NEAR_SWEEPS;
}

/** A model with its selection changed in one way; undefined where that was not tried. */
export function variantOf(
  { variants }: Pick<StudyRecord, "variants">,
  kind: StudyVariant["kind"],
  value: number | null = null,
): StudyVariant | undefined {
  return variants.find((one) => one.kind === kind && one.value === value);
}

/** Sweeps that energies on the first test items are held against: those of training, by blocks as many as are made there. */
const OWN_SWEEPS = 20;

/** A difference of energies, and the size of the one that it is a difference to. */
export interface EnergyGap {
  readonly above: number;
  readonly size: number;
}

/**
 * How far the mean energy of a changed selection is above that of a solution of the same problems: of another solver seed where all test items
 * were changed, of {@link OWN_SWEEPS} where the first ones were. Null where one of the two was not tried on these items.
 */
export function energyGap(
  record: Pick<StudyRecord, "variants">,
  kind: StudyVariant["kind"],
  value: number | null = null,
): EnergyGap | null {
  const found = variantOf(record, kind, value);
  const own = ["sweeps", "noise", "bits"].includes(kind)
    ? variantOf(record, "sweeps", OWN_SWEEPS)
    : variantOf(record, "seed");
  if (found === undefined || own === undefined || found.items !== own.items) return null;
  return { above: found.energy - own.energy, size: Math.abs(own.energy) };
}

function spreadOf(points: readonly number[]): string {
  return points.length < 2 ? "" : ` (${signed(Math.min(...points))} to ${signed(Math.max(...points))})`;
}

function isSwap(second: StudyComparison["second"]): second is StudyVariant["kind"] {
  return Object.hasOwn(variantTitles, second);
}

/** That both rows were known, with what the seeds that were not come to by themselves. */
function knownBefore({ first, second, seeds, bySeed }: StudyComparison): string {
  const rows: readonly string[] = KNOWN_BEFORE.operators;
  if (!rows.includes(first) || !rows.includes(second)) return "";
  const others = bySeed.filter((_, s) => !KNOWN_BEFORE.seeds.includes(seeds[s]));
  const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
  const unknown = seeds.filter((seed) => !KNOWN_BEFORE.seeds.includes(seed)).join(" and ");
  return others.length === 0 ? " (partly known)" : ` (partly known; seeds ${unknown} alone ${signed(mean)})`;
}

/** Of how many seeds McNemar's test is below 0.05, above and below apart. */
function mcnemarText(ps: readonly number[], bySeed: readonly number[]): string {
  const count = (sign: number) => ps.filter((p, s) => p < 0.05 && Math.sign(bySeed[s]) === sign).length;
  return `${count(1)} and ${count(-1)} of ${ps.length}`;
}

/** Points with their sign. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return text === "0.00" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** What another selection changes, points. */
export function pointsOf({ lost, gained, items }: Pick<StudyVariant, "lost" | "gained" | "items">): number {
  return 100 * (gained - lost) / items;
}

/** The two ends of an interval. */
export function between([low, high]: readonly [number, number]): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
