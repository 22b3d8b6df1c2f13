import { exampleLongStudyRecord, type LongStudyRecord } from "./long_study_record.ts";
import { exampleLongTimesRecord, type LongTimesRecord } from "./long_times_record.ts";

/** A run of so many right of 400, at chance with a half. */
export function right(row: string, testAccuracy: number, task = "parity"): LongStudyRecord {
  const { epochs: [epoch], data } = exampleLongStudyRecord();
  return exampleLongStudyRecord({
    ...{ row, task, data: { ...data, name: `${task} (drawn)`, test: 400 }, epochs: [{ ...epoch, testAccuracy }] },
  });
}

/** Runs of a row with the seeds 1, 2, and so on. */
export function seeds(row: string, ...shares: number[]): LongStudyRecord[] {
  return shares.map((share, at) => ({ ...right(row, share), seed: at + 1 }));
}

/** The times of softmax attention, of a tenth of the keys by a QUBO and by the largest fields, and of `more`. */
export function timesWithTop(tokens = 64, ...more: LongTimesRecord["rows"]): LongTimesRecord {
  const top = { row: "selectedTopField10", settings: {}, stepMs: [2, 2, 2], attentionBytes: 1000 };
  return exampleLongTimesRecord({ tokens, rows: [...exampleLongTimesRecord().rows, top, ...more] });
}
