import {
  type LongEvidence,
  longStudyReport,
  readLongStudyRecords,
  readLongTimesRecords,
  readSelectedBench,
} from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, listOf, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds the study of long sequences. */
const LONG_FOLDER = "long";

/** Reads what is in the results folder about long sequences; empty lists where that was never tried. */
export async function readLongEvidence(
  folder: string,
): Promise<LongEvidence> {
  return {
    records: await ifThere(() => readLongStudyRecords(`${folder}/${LONG_FOLDER}/records`)) ?? [],
    times: await ifThere(() => readLongTimesRecords(`${folder}/${LONG_FOLDER}/times/records`)) ?? [],
  };
}

/** Renders what is in the results folder about long sequences; null where that was never tried. */
export async function renderLongStudy(folder: string): Promise<PublishedPart | null> {
  const { records, times } = await readLongEvidence(folder);
  if (records.length + times.length === 0) return null;
  const { files, short } = await longStudyReport(
    ...[records, times, await readSelectedBench(`${folder}/bench/selected.json`)] as const,
  );
  const link = `results/${LONG_FOLDER}`;
  return {
    files: filesIn(LONG_FOLDER, files),
    block:
      `Selected softmax that reads 5, 10 and 20 % of the keys, compared in accuracy, processor time and memory:\n\n${
        listOf(short)
      }\nEvery row: [${link}](${link}/README.md).\n`,
  };
}
