import { shortTitle } from "./_study_words.ts";
import { type EnergyGap, energyGap, pointsOf, signed, variantOf } from "./_study_tables.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyDataAnalysis } from "./study_analysis.ts";
import type { StudyVariant } from "./study_evaluation.ts";
import type { StudyRecord } from "./study_record.ts";

/** A data set with its evaluations. */
export interface DescribedSet {
  readonly analysis: StudyDataAnalysis;
  readonly records: readonly StudyRecord[];
}

/** The rows that sentences are about: the published operator, selected softmax, and the same by blocks. */
const ROWS = ["qamaV2", "qamaSelected", "qamaNear"] as const;

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
      (record) => variantOf(record, "seed")?.likeness ?? null,
      2,
    ),
    ...([
      ["Another solver seed", "seed", null],
      ["Greedy descent from no key", "greedy", null],
      ["No sweep, descent from a random selection", "sweeps", 0],
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

/** How far solving was from better solutions, and whether trials had those; none without models that were solved in another way. */
export function solveLimits(sets: readonly DescribedSet[], trials: readonly StudyRecord[]): string[] {
  const own = (operators: readonly string[]) =>
    sets.flatMap(({ records }) => records).filter(({ run }) => operators.includes(run.operator));
  const selected = own(["qamaSelected", "qamaSelected6", "qamaSelected4"]), near = own(["qamaNear"]);
  const more = selected.flatMap((record) => energyGap(record, "sweeps", 100) ?? []);
  const greedy = near.flatMap((record) => energyGap(record, "greedy") ?? []);
  if (more.length === 0) return [];
  const blocks = greedy.length === 0 ? "" : ` By blocks, five sweeps, a greedy descent is ${lowerIn(greedy)}.`;
  return [
    `**Short solves.** With 100 sweeps in place of the 20 of selected softmax the energy is ${
      lowerIn(more)
    }.${blocks} What is said of solving is said of solving so: that a trained model is not shown to be worse with other solutions ` +
    `does not tell what it would have learned from them.${
      trials.some(({ run }) => run.operator === "nearGreedy" || run.operator === "near100Sweeps")
        ? " By blocks, models that learned from better ones are among the [trials](trials.md)."
        : " No model was trained with better ones."
    }`,
  ];
}

/** In how many models energies are lower, and there by how much of their size. */
function lowerIn(gaps: readonly EnergyGap[]): string {
  const percents = gaps.filter(({ above }) => above < 0).map(({ above, size }) => -100 * above / size);
  const [low, high] = [Math.min(...percents), Math.max(...percents)].map((value) => value.toFixed(1));
  const by = percents.length === 0 ? "" : `, by ${low === high ? low : `${low} to ${high}`} %`;
  return `lower in ${percents.length} of ${gaps.length} models${by}`;
}

function changeOf(record: StudyRecord, kind: StudyVariant["kind"], value: number | null): number | null {
  const found = variantOf(record, kind, value);
  return found ? pointsOf(found) : null;
}
