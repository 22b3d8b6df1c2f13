import { mcnemar } from "../analysis/mod.ts";
import { rightItems } from "./study_evaluation.ts";
import type { StudyRecord } from "./study_record.ts";

/** What two rows were right on, of the seeds that both have. */
export interface PairedCells {
  /** Seeds of both, in the order of the first row's records. */
  readonly seeds: readonly number[];
  /** 1 where only the first is right, -1 where only the second is, `[seeds, items]`. */
  readonly cells: Int8Array;
  /** McNemar's exact p of each seed. */
  readonly mcnemar: readonly number[];
}

/** Compares two rows on one data set, item by item and seed by seed; null where they have no seed in common. */
export function pairedCells(a: readonly StudyRecord[], b: readonly StudyRecord[]): PairedCells | null {
  const shared = a.flatMap((one) => {
    const other = b.find(({ run }) => run.seed === one.run.seed);
    return other ? [[one, other] as const] : [];
  });
  if (shared.length === 0) return null;
  const [{ items }] = shared[0];
  const cells = new Int8Array(shared.length * items);
  const ps = shared.map(([one, other], s) => {
    const [right, wrong] = [rightItems(one), rightItems(other)];
    let only = 0, otherOnly = 0;
    for (let i = 0; i < items; i++) {
      const cell = cells[s * items + i] = right[i] - wrong[i];
      if (cell > 0) only++;
      else if (cell < 0) otherOnly++;
    }
    return mcnemar(only, otherOnly);
  });
  return { seeds: shared.map(([one]) => one.run.seed), cells, mcnemar: ps };
}
