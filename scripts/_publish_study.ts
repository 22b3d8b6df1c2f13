import { readPublishedStudy, studyReport } from "../lib/experiments/mod.ts";

/** The part of the results folder that holds the study. */
export const STUDY_FOLDER = "study";
/** Its file of what was done otherwise than registered, written by hand. */
const DEVIATIONS = "deviations.md";

/** What is rendered from records of the study. */
export interface StudyResults {
  /** Text by file name in the results folder. */
  readonly files: ReadonlyMap<string, string>;
  /** A part of the front page, without heading; links start from there. */
  readonly block: string;
}

/** Renders what is in the results folder about the study; null where there is nothing of it. */
export async function renderStudy(folder: string): Promise<StudyResults | null> {
  const here = `${folder}/${STUDY_FOLDER}`;
  if (await ifThere(() => Deno.stat(here)) === null) return null;
  const records = await readPublishedStudy(`${here}/records`);
  const deviations = await ifThere(() => Deno.readTextFile(`${here}/${DEVIATIONS}`));
  const { files, summary } = await studyReport(records, deviations ?? "");
  const link = `results/${STUDY_FOLDER}`;
  const found = summary.length === 0
    ? "No verdict yet: no family of comparisons has all five seeds.\n"
    : summary.map((text) => `- ${text}\n`).join("");
  return {
    files: new Map([...files].map(([name, text]) => [`${STUDY_FOLDER}/${name}`, text])),
    block:
      `${found}\nThe questions and tests were [written down](${link}/preregistration.md) before the first training; every row, ` +
      `comparison and swapped selection: [${link}](${link}/README.md).\n`,
  };
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
