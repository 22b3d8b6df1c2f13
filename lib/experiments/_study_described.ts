import { shortTitle } from "./_study_words.ts";
import { pointsOf, signed } from "./_study_tables.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyDataAnalysis } from "./study_analysis.ts";
import type { StudyVariant } from "./study_evaluation.ts";
import type { StudyRecord } from "./study_record.ts";

/** A data set with its evaluations. */
export interface DescribedSet {
  readonly analysis: StudyDataAnalysis;
  readonly records: readonly StudyRecord[];
}

/** The rows that sentences are about: the published operator and selected softmax. */
const ROWS = ["qamaV2", "qamaSelected"] as const;

/**
 * What trained models choose and what a worse solver does to them, in sentences: heads without keys, overlap, agreement of two solver
 * seeds, sweeps, noise, few bits. Described, not tested; empty without models that were measured.
 */
export function studyDescribed(sets: readonly DescribedSet[]): string[] {
  return [
    sentence(
      "Heads without a key",
      sets,
      "% of (item, head) pairs",
      ({ measures }) => measures && 100 * measures.empty,
      1,
    ),
    sentence(
      "Overlap of two heads",
      sets,
      "mean Jaccard index, 0 for no key in common",
      ({ measures }) => measures?.overlap ?? null,
      2,
    ),
    sentence(
      "Agreement of two solver seeds",
      sets,
      "mean Jaccard index, 1 for the same keys",
      ({ variants }) => variants.find(({ kind }) => kind === "seed")?.likeness ?? null,
      2,
    ),
    ...([
      ["Another solver seed", "seed", null],
      ["No sweep, descent alone", "sweeps", 0],
      ["Noise as large as the couplings", "noise", 1],
      ["Coefficients of 8 bits", "bits", 8],
      ["Coefficients of 4 bits", "bits", 4],
    ] as const).map(([title, kind, value]) =>
      sentence(title, sets, "change of accuracy, points", (record) => changeOf(record, kind, value), null)
    ),
  ].flat();
}

/** "**Title** (unit): row a on X, b on Y; other row c on X.": means over seeds; none where nothing was measured. */
function sentence(
  title: string,
  sets: readonly DescribedSet[],
  unit: string,
  of: (record: StudyRecord) => number | null,
  digits: number | null,
): string[] {
  const rows = ROWS.flatMap((operator) => {
    const parts = sets.flatMap(({ analysis, records }) => {
      const found = records.filter(({ run }) => run.operator === operator).flatMap((record) => of(record) ?? []);
      if (found.length === 0) return [];
      const mean = found.reduce((a, b) => a + b, 0) / found.length;
      return [`${digits === null ? signed(mean) : mean.toFixed(digits)} on ${shortTitle(analysis)}`];
    });
    return parts.length === 0 ? [] : [`${operatorTitles[operator]} ${parts.join(", ")}`];
  });
  return rows.length === 0 ? [] : [`**${title}** (${unit}): ${rows.join("; ")}.`];
}

function changeOf({ variants }: StudyRecord, kind: StudyVariant["kind"], value: number | null): number | null {
  const found = variants.find((one) => one.kind === kind && one.value === value);
  return found ? pointsOf(found) : null;
}
