import { type GradientStudyRecord, gradientStudyReport, readGradientStudyRecords } from "../lib/experiments/mod.ts";

/** The part of the results folder that holds the gradient study. */
export const GRADIENTS_FOLDER = "gradients";

/** What is rendered from records of the gradient study. */
export interface GradientResults {
  /** Text by file name in the results folder. */
  readonly files: ReadonlyMap<string, string>;
  /** A part of the front page, without heading; links start from there. */
  readonly block: string;
}

/** Renders what is in the results folder about gradient estimators; null where that was never tried. */
export async function renderGradients(folder: string): Promise<GradientResults | null> {
  let records: GradientStudyRecord[];
  try {
    records = await readGradientStudyRecords(`${folder}/${GRADIENTS_FOLDER}/records`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (records.length === 0) return null;
  const { files, summary } = await gradientStudyReport(records);
  const here = `results/${GRADIENTS_FOLDER}`;
  return {
    files: new Map([...files].map(([name, text]) => [`${GRADIENTS_FOLDER}/${name}`, text])),
    block:
      `Gradient estimators as values of the layer, against the exact gradient of the expected readout and in equal time:\n\n${summary}\n\n` +
      `Every row, variances and intervals: [${here}](${here}/README.md).\n`,
  };
}
