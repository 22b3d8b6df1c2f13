import { durationText, learningCurvesSvg, markdownTable } from "../lib/display/mod.ts";
import {
  commandOf,
  type Exhibit,
  exhibitsMarkdown,
  learningCurves,
  type LengthBench,
  matchExhibits,
  profiles,
  readExhibits,
  readLengthBench,
  readSoftSelection,
  type Reasons,
  recordDigest,
  recordFileName,
  resultsMarkdown,
  resultsPage,
  type RunRecord,
  seedTable,
  type SoftSelectionRecord,
  tableRows,
} from "../lib/experiments/mod.ts";
import { chosenTokens } from "./_chosen_tokens.ts";
import { ifThere } from "./_files.ts";

/** Names of profiles, the largest first. */
export const PROFILE_ORDER: readonly string[] = ["paper", "standard", "quick", "smoke"];

/** Place of a profile among the others, the largest first; one whose epochs were changed comes after its own. */
export function profileRank(profile: string): number {
  const base = PROFILE_ORDER.findIndex((name) => profile === name || profile.startsWith(`${name}-`));
  return 2 * (base < 0 ? PROFILE_ORDER.length : base) + (PROFILE_ORDER.includes(profile) ? 0 : 1);
}

const DATA_ORDER = [...profiles.paper.data, "glyphs", "reviews"];

/** The file of the results folder that is written by hand. */
export const NOTES_FILE = "notes.md";
/** The file of the results folder that says, by hand, why rows differ from the paper: `{ "mnist-qamaV2-50": "..." }`. */
export const REASONS_FILE = "reasons.json";
/** Most bytes of the page, so that the repository stays small. */
export const PAGE_BYTES = 2_000_000;

/** What is shown beside the records. */
export interface Beside {
  /** Text written by hand. @default {none} */
  readonly notes?: string;
  /** Why rows differ from the paper. @default {none known} */
  readonly reasons?: Reasons;
  /** What trained models do. @default {none} */
  readonly exhibits?: readonly Exhibit[];
  /** Time and memory against length. @default {null} */
  readonly lengths?: LengthBench | null;
  /** Errors of soft weights against their bits. @default {null} */
  readonly soft?: SoftSelectionRecord | null;
}

/** Records by data set, in the order in which every page shows them. */
export function inDataOrder(records: readonly RunRecord[]): RunRecord[] {
  return records.toSorted((a, b) => DATA_ORDER.indexOf(a.data.name) - DATA_ORDER.indexOf(b.data.name));
}

/** Everything in a results folder that is shown beside its records. */
export async function readBeside(folder: string): Promise<Required<Beside>> {
  return {
    notes: await ifThere(() => Deno.readTextFile(`${folder}/${NOTES_FILE}`)) ?? "",
    reasons: await readReasons(`${folder}/${REASONS_FILE}`),
    exhibits: await readExhibits(`${folder}/exhibits`),
    lengths: await readLengthBench(`${folder}/bench/length.json`),
    soft: await readSoftSelection(`${folder}/soft_selection.json`),
  };
}

async function readReasons(path: string): Promise<Reasons> {
  const text = await ifThere(() => Deno.readTextFile(path)) ?? "{}";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read the reasons ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const entries = typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : [["", 0]];
  if (!entries.every(([, reason]) => typeof reason === "string")) {
    throw new TypeError(
      `Cannot read the reasons ${path}: expected an object of strings, a key a row: "mnist-qamaV2-50"`,
    );
  }
  return Object.fromEntries(entries);
}

/**
 * The files that are rendered from records, by their names in the results folder: a README, a figure a profile, and one
 * self-contained page with everything. The notes stand in the README as they are.
 */
export async function renderResults(
  unordered: readonly RunRecord[],
  beside: Beside = {},
): Promise<Map<string, string>> {
  const { notes = "", reasons = {}, exhibits = [], lengths = null, soft = null } = beside;
  const records = inDataOrder(unordered);
  if (records.length === 0) throw new RangeError("Cannot render the results: there is no record");
  const files = new Map<string, string>();
  const groups = [...Map.groupBy(records, (record) => record.profile)]
    .sort(([a], [b]) => profileRank(a) - profileRank(b));
  const sections: string[] = [];
  for (const [profile, ofProfile] of groups) {
    const figure = `learning_curves_${profile}.svg`;
    const { epochs } = ofProfile[0].options;
    files.set(figure, learningCurvesSvg(learningCurves(ofProfile), { title: `Learning curves, profile ${profile}` }));
    sections.push(
      `## Profile ${profile}: ${epochs} ${epochs === 1 ? "epoch" : "epochs"}\n\n` +
        `Made by \`${commandOf(ofProfile)}\`${madeOn(ofProfile)}.\n\n` +
        `![Test accuracy and test loss against epochs, one row a data set](${figure})\n\n` +
        `${resultsMarkdown(tableRows(ofProfile), reasons)}${runsOf(ofProfile)}`,
    );
  }
  const inOrder = groups.flatMap(([, ofProfile]) => ofProfile);
  const page = resultsPage(inOrder, { command: "deno task results", plotly: null, exhibits, lengths, soft, reasons });
  if (new TextEncoder().encode(page).length > PAGE_BYTES) {
    throw new RangeError(`Cannot render the results: the page has more than ${PAGE_BYTES} bytes; keep fewer exhibits`);
  }
  files.set("index.html", page);
  const chosen = chosenTokens(matchExhibits(inOrder, exhibits).found);
  for (const [name, text] of chosen.files) files.set(name, text);
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
      "Everything below, and chosen tokens head by head, is on one page that needs no network: [index.html](index.html), to be " +
      "opened from a copy of the folder.\n\n" +
      `${sections.join("\n")}\n${chosen.markdown}${exhibitsMarkdown(inOrder, { exhibits, lengths, soft })}\n${
        notes === "" ? "" : `## Notes\n\n${notes.trim()}\n\n`
      }## Records\n\n` +
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
    if (await ifThere(() => Deno.readTextFile(`${folder}/${name}`)) !== text) stale.push(name);
  }
  return stale;
}
