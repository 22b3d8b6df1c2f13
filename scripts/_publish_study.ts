import { readPublishedStudy, studyReport, trialReport } from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { readLongEvidence } from "./_publish_long_study.ts";
import { filesIn, listOf, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds the study. */
const STUDY_FOLDER = "study";
/** Its file of what was done otherwise than registered, written by hand. */
const DEVIATIONS = "deviations.md";
/** Its folder of held-out trials, and their page. */
const TRIALS = "trials";

/** Renders what is in the results folder about the study; null where there is nothing of it. */
export async function renderStudy(folder: string): Promise<PublishedPart | null> {
  const here = `${folder}/${STUDY_FOLDER}`;
  if (await ifThere(() => Deno.stat(here)) === null) return null;
  const records = await readPublishedStudy(`${here}/records`);
  const deviations = await ifThere(() => Deno.readTextFile(`${here}/${DEVIATIONS}`));
  const trials = await readPublishedStudy(`${here}/${TRIALS}`);
  const beside = { deviations: deviations ?? "", trials, long: await readLongEvidence(folder) };
  const { files, answer } = await studyReport(records, beside);
  const pages = new Map(files);
  if (trials.length > 0) pages.set(`${TRIALS}.md`, await trialReport(trials));
  const link = `results/${STUDY_FOLDER}`;
  const found = answer.length === 0
    ? "No verdict yet: no data set has all five seeds of every comparison.\n"
    : listOf(answer);
  return {
    files: filesIn(STUDY_FOLDER, pages),
    block:
      `${found}\nQuestions and tests were [written down](${link}/preregistration.md) before the runs that answer them. Verdict, ` +
      `[what to choose when](${link}/README.md#what-to-choose), every row and comparison: [${link}](${link}/README.md).\n`,
  };
}
