import { machineStudyReport, readMachineStudyRecords } from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds the machine study. */
const MACHINE_STUDY_FOLDER = "machine";

/** Renders what is in the results folder about a machine behind the layer; null where that was never tried. */
export async function renderMachineStudy(folder: string): Promise<PublishedPart | null> {
  const records = await ifThere(() => readMachineStudyRecords(`${folder}/${MACHINE_STUDY_FOLDER}/records`));
  if (records === null || records.length === 0) return null;
  const { files, summary, figure } = await machineStudyReport(records);
  const here = `results/${MACHINE_STUDY_FOLDER}`;
  const picture = figure === null ? "" : `![Energies behind the layer against bits](${here}/${figure})\n\n`;
  return {
    files: filesIn(MACHINE_STUDY_FOLDER, files),
    block: `${picture}An emulated machine, no real one:\n\n${summary}\n\n` +
      `Every row, what rounding alone does, loop noise, times and jobs: [${here}](${here}/README.md).\n`,
  };
}
