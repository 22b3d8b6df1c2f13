import { type MachineStudyRecord, machineStudyReport, readMachineStudyRecords } from "../lib/experiments/mod.ts";

/** The part of the results folder that holds the machine study. */
export const MACHINE_STUDY_FOLDER = "machine";

/** What is rendered from records of the machine study. */
export interface MachineStudyResults {
  /** Text by file name in the results folder. */
  readonly files: ReadonlyMap<string, string>;
  /** A part of the front page, without heading; links start from there. */
  readonly block: string;
}

/** Renders what is in the results folder about a machine behind the layer; null where that was never tried. */
export async function renderMachineStudy(folder: string): Promise<MachineStudyResults | null> {
  let records: MachineStudyRecord[];
  try {
    records = await readMachineStudyRecords(`${folder}/${MACHINE_STUDY_FOLDER}/records`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (records.length === 0) return null;
  const { files, summary, figure } = await machineStudyReport(records);
  const here = `results/${MACHINE_STUDY_FOLDER}`;
  const picture = figure === null ? "" : `![Energies behind the layer against bits](${here}/${figure})\n\n`;
  return {
    files: new Map([...files].map(([name, text]) => [`${MACHINE_STUDY_FOLDER}/${name}`, text])),
    block: `${picture}An emulated machine, no real one:\n\n${summary}\n\n` +
      `Every row, what rounding alone does, loop noise, times and jobs: [${here}](${here}/README.md).\n`,
  };
}
