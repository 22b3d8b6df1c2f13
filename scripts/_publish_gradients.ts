import { gradientStudyReport, readGradientStudyRecords } from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds the gradient study. */
const GRADIENTS_FOLDER = "gradients";

/** Renders what is in the results folder about gradient estimators; null where that was never tried. */
export async function renderGradients(folder: string): Promise<PublishedPart | null> {
  const records = await ifThere(() => readGradientStudyRecords(`${folder}/${GRADIENTS_FOLDER}/records`));
  if (records === null || records.length === 0) return null;
  const { files, summary } = await gradientStudyReport(records);
  const here = `results/${GRADIENTS_FOLDER}`;
  return {
    files: filesIn(GRADIENTS_FOLDER, files),
    block:
      `Gradient estimators as values of the layer, against the exact gradient of the expected readout and in equal time:\n\n${summary}\n\n` +
      `Every row, variances and intervals: [${here}](${here}/README.md).\n`,
  };
}
