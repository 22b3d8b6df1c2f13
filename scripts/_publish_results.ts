import { durationText, learningCurvesSvg, markdownTable } from "../lib/display/mod.ts";
import {
  commandOf,
  learningCurves,
  profiles,
  recordDigest,
  recordFileName,
  resultsMarkdown,
  type RunRecord,
  seedTable,
  tableRows,
} from "../lib/experiments/mod.ts";

/** Names of profiles, the largest first. */
export const PROFILE_ORDER: readonly string[] = ["paper", "standard", "quick", "smoke"];

const DATA_ORDER = [...profiles.paper.data, "glyphs"];

/** The file of the results folder that is written by hand. */
export const NOTES_FILE = "notes.md";

/** Records by data set, in the order in which every page shows them. */
export function inDataOrder(records: readonly RunRecord[]): RunRecord[] {
  return records.toSorted((a, b) => DATA_ORDER.indexOf(a.data.name) - DATA_ORDER.indexOf(b.data.name));
}

/** Text of the notes in a results folder; empty where there are none. */
export async function readNotes(folder: string): Promise<string> {
  return await Deno.readTextFile(`${folder}/${NOTES_FILE}`).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
}

/**
 * The files that are rendered from records, by their names in the results folder: a README and a figure a profile. The notes
 * stand in the README as they are.
 */
export async function renderResults(unordered: readonly RunRecord[], notes = ""): Promise<Map<string, string>> {
  const records = inDataOrder(unordered);
  if (records.length === 0) throw new RangeError("Cannot render the results: there is no record");
  const files = new Map<string, string>();
  const groups = [...Map.groupBy(records, (record) => record.profile)]
    .sort(([a], [b]) => PROFILE_ORDER.indexOf(a) - PROFILE_ORDER.indexOf(b));
  const sections: string[] = [];
  for (const [profile, ofProfile] of groups) {
    const figure = `learning_curves_${profile}.svg`;
    const { epochs } = ofProfile[0].options;
    files.set(figure, learningCurvesSvg(learningCurves(ofProfile), { title: `Learning curves, profile ${profile}` }));
    sections.push(
      `## Profile ${profile}: ${epochs} ${epochs === 1 ? "epoch" : "epochs"}\n\n` +
        `Made by \`${commandOf(ofProfile)}\`${madeOn(ofProfile)}.\n\n` +
        `![Test accuracy and test loss against epochs, one row a data set](${figure})\n\n` +
        `${resultsMarkdown(tableRows(ofProfile))}${runsOf(ofProfile)}`,
    );
  }
  const digests = await Promise.all(records.map(async (record) => [
    recordFileName(record),
    record.code.commit ?? "-",
    await recordDigest(record),
  ]));
  files.set(
    "README.md",
    "# Results\n\n" +
      "Every number and figure here is rendered from the records in `records/` by `deno task results`; none is typed in" +
      (notes === "" ? ". " : `, except under [Notes](#notes), which are written by hand in \`${NOTES_FILE}\`. `) +
      "`deno task results --check` fails where a rendered file and the records differ.\n\n" +
      `${records[0].question}\n\n` +
      `${sections.join("\n")}\n${notes === "" ? "" : `## Notes\n\n${notes.trim()}\n\n`}## Records\n\n` +
      "The digest is the SHA-256 of everything that a rerun of the command must give again: data, options, seed, every epoch and " +
      "the final weights, but no clock and no machine.\n\n" +
      markdownTable([{ title: "record" }, { title: "commit" }, { title: "digest" }], digests),
  );
  return files;
}

function runsOf(records: readonly RunRecord[]): string {
  const { columns, rows } = seedTable(tableRows(records));
  return `\n### Every run\n\nTest accuracy after the last epoch, one column a seed.\n\n${markdownTable(columns, rows)}`;
}

function madeOn(records: readonly RunRecord[]): string {
  const cpus = [...new Set(records.map(({ machine }) => `Deno ${machine.deno} on ${machine.cpu}`))];
  const totalMs = records.reduce((sum, { clocks }) => sum + clocks.trainMs + clocks.evaluateMs, 0);
  return ` with ${cpus.join("; ")}, in ${durationText(totalMs)}`;
}

/** Names the rendered files that differ from what is in the folder, or are not there. */
export async function staleFiles(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, text] of files) {
    const found = await Deno.readTextFile(`${folder}/${name}`).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (found !== text) stale.push(name);
  }
  return stale;
}
