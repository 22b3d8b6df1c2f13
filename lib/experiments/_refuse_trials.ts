import { recordFileName } from "./record_file.ts";
import type { StudyRecord } from "./study_record.ts";

/** Throws if an evaluation is a trial: tested on training items, it says nothing about the test set. */
export function refuseTrials(cannot: string, records: readonly StudyRecord[]): void {
  const trial = records.find(({ run }) => run.data.testFrom !== undefined);
  if (trial === undefined) return;
  throw new RangeError(
    `${cannot}: ${
      recordFileName(trial.run)
    } is a trial, tested on training items; trials belong into results/study/trials`,
  );
}
