import { readPublishedStudy, studyReport } from "../lib/experiments/mod.ts";

/** The part of the results folder that holds the study. */
export const STUDY_FOLDER = "study";
/** Its file of what was done otherwise than registered, written by hand. */
const DEVIATIONS = "deviations.md";

/** Renders what is in the results folder about the study; null where there is nothing of it. */
export async function renderStudy(
  folder: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly summary: readonly string[] } | null> {
  const there = await Deno.stat(`${folder}/${STUDY_FOLDER}`).catch(() => null);
  if (there === null) return null;
  const records = await readPublishedStudy(`${folder}/${STUDY_FOLDER}/records`);
  const deviations = await Deno.readTextFile(`${folder}/${STUDY_FOLDER}/${DEVIATIONS}`).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const { files, summary } = await studyReport(records, deviations);
  return { files: new Map([...files].map(([name, text]) => [`${STUDY_FOLDER}/${name}`, text])), summary };
}
