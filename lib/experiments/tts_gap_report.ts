import {
  JUPYTER_DISPLAY,
  markdownTable,
  reportPage,
  type ReportSection,
  scatterGrid,
  sectionsMarkdown,
  type Shown,
} from "../display/mod.ts";
import { lengthExponents } from "./_length_exponents.ts";
import { lengthSections } from "./_length_sections.ts";
import type { LengthBench } from "./length_record.ts";
import { gapPanel } from "./_tts_gap_charts.ts";
import { type GapKind, gapKinds } from "./_tts_gap_kinds.ts";
import { scalingSection } from "./_tts_gap_scaling_section.ts";
import {
  alikeSection,
  boundsSection,
  familySection,
  foundSection,
  gapSections,
  instancesSection,
  kindsOf,
  TIME_AXIS,
  timesSection,
} from "./_tts_gap_sections.ts";
import { counted } from "./_tts_gap_words.ts";
import { cellsOf, solutionTimes, solverNames, type TtsGapCell } from "./tts_gap_analysis.ts";
import { ttsGapFileName } from "./tts_gap_file.ts";
import { ttsGapDigest, type TtsGapRecord } from "./tts_gap_record.ts";
import { scalingOf } from "./tts_gap_scaling.ts";
import { mergeSeeds } from "./tts_gap_seeds.ts";

/** The command that makes the records. */
export const TTS_GAP_COMMAND = "deno task tts-gap";

/** What a report of time to solution against gap shows beside the records. */
export interface TtsGapReportOptions {
  /** The command that makes the page. @default {"deno task tts-gap"} */
  readonly command?: string;
  /**
   * The command that renders a published folder, whose records are joined and whose `index.html` is not kept; null: the files are
   * those of a run. @default {null}
   */
  readonly publishedBy?: string | null;
  /** Text of the plotly program, from `plotlySource`; null: figures are static. @default {null} */
  readonly plotly?: string | null;
  /** Time and memory of the operator against length, from `readLengthBench`. @default {null} */
  readonly lengths?: LengthBench | null;
  /** Number of bootstrap replicates of every interval; of those within families, of quantiles and of growth half. @default {400} */
  readonly replicates?: number;
}

/** The report of time to solution against gap. */
export interface TtsGapReport {
  /** Text by file name: `index.html`, one self-contained page; `README.md`; `tts_gap_<gap>.svg`, every solver against one gap. */
  readonly files: ReadonlyMap<string, string>;
  /** What was found, in Markdown: a sentence a gap and the table of rank correlations. */
  readonly summary: string;
}

/**
 * Renders the report of time to solution against spectral gap: a page, the same in Markdown, and its figures.
 *
 * Every word about a relation is chosen by the interval of what was measured.
 *
 * @param given in any order; of one instance several that differ in their seeds are joined by `mergeSeeds`
 * @param options see {@link TtsGapReportOptions}
 * @returns the files, and what was found
 * @throws {RangeError} if there is no record, an instance has records of two profiles, or no solver has both a time and a gap above 0
 *
 * Cost O(replicates) an instance and solver: some seconds for two hundred instances and ten solvers.
 * Source: none needed.
 *
 * @example The files of the invented record
 * ```ts
 * import { exampleTtsGapRecord, ttsGapReport } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { files } = await ttsGapReport([exampleTtsGapRecord()], { replicates: 10 });
 * assertEquals([...files.keys()].slice(0, 2), ["index.html", "README.md"]);
 * ```
 */
export async function ttsGapReport(
  given: readonly TtsGapRecord[],
  options: TtsGapReportOptions = {},
): Promise<TtsGapReport> {
  const { command = TTS_GAP_COMMAND, publishedBy = null, plotly = null, lengths = null, replicates = 400 } = options;
  const records = mergeSeeds(given);
  const times = solutionTimes(records, "spinUpdates");
  const cells = cellsOf(times, replicates);
  if (cells.length === 0) {
    throw new RangeError("Cannot write the report: no solver of the records has both a time and a gap above 0");
  }
  const half = Math.max(2, Math.round(replicates / 2));
  const found = foundSection(cells);
  const alike = alikeSection(cells);
  const sections: ReportSection[] = [
    found,
    ...alike,
    ...gapSections(cells),
    familySection(records, times, half),
    boundsSection(records),
    timesSection(records, half),
    scalingSection(scalingOf(records, times, half), TTS_GAP_COMMAND),
    ...lengthSections(lengths),
    ...lengthExponents(lengths),
    instancesSection(records),
  ];
  const title = "Time to solution against spectral gap";
  const lead = leadOf(records);
  const figures = kindsOf(cells).map((kind): [string, string] => [
    figureName(kind),
    String(ttsGapFigure(cells, kind)[JUPYTER_DISPLAY]()["image/svg+xml"]),
  ]);
  const pictures = new Map(
    kindsOf(cells).map((kind) => [
      `Against the gap of the ${gapKinds[kind].title}`,
      {
        file: figureName(kind),
        shows: `Time to solution of every solver against the gap of the ${gapKinds[kind].title}`,
      },
    ]),
  );
  const digests = await Promise.all(given.map(async (record) => [
    ...[ttsGapFileName(record), commitsOf(record), await ttsGapDigest(record)],
  ]));
  const files = new Map([
    ["index.html", reportPage(sections, { title, command, lead, plotly })],
    [
      "README.md",
      `# ${title}\n\n${lead.join("\n\n")}\n\nMade by \`${command}\`; the same with every chart is ${
        whereText(publishedBy)
      }.\n\n${sectionsMarkdown(sections, pictures)}\n## Records\n\n` +
      "The digest is the SHA-256 of everything in a record that a rerun must give again: all but times, machine, code, dates and " +
      "additions. Commits: of the program that began the record, and of those that added to it.\n\n" +
      markdownTable([{ title: "record" }, { title: "commits" }, { title: "digest" }], digests),
    ],
    ...figures,
  ]);
  // without its heading, and without how to read it
  const { title: _title, reading: _reading, ...said } = found;
  // of what is alike the words alone: their table is on the page
  const words = alike.map(({ paragraphs }) => ({ title: "", paragraphs }));
  const summary = sectionsMarkdown([{ title: "", ...said }, ...words], new Map()).replace(/^#+ *\n+/gm, "");
  return { files, summary };
}

/**
 * Draws every solver against one gap, side by side: points with intervals, lower bounds as arrows, the fitted power laws.
 *
 * @param cells from `analyseTtsGap`
 * @param kind which gap
 * @returns a value to be left at the end of a notebook's cell: HTML and SVG
 * @throws {RangeError} if no cell has that gap
 *
 * Cost O(instances) a solver.
 * Source: none needed.
 *
 * @example Three solvers
 * ```ts
 * import { analyseTtsGap, exampleTtsGapRecord, ttsGapFigure } from "qama/experiments";
 * import { JUPYTER_DISPLAY } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const figure = ttsGapFigure(analyseTtsGap([exampleTtsGapRecord()], { replicates: 10 }), "transverse");
 * assertStringIncludes(String(figure[JUPYTER_DISPLAY]()["image/svg+xml"]), ">annealing</text>");
 * ```
 */
export function ttsGapFigure(cells: readonly TtsGapCell[], kind: GapKind): Shown {
  const panels = cells.filter((cell) => cell.kind === kind).map((cell) => gapPanel(cell, TIME_AXIS));
  return scatterGrid(panels, { title: `Time to solution against the gap of the ${gapKinds[kind].title}` });
}

/** Where the page is, and the records where they are not what their names say, in Markdown. */
function whereText(publishedBy: string | null): string {
  return publishedBy === null
    ? "[one page](index.html), to be opened from a copy of the folder"
    : `one page, \`index.html\`, which \`${publishedBy}\` writes into this folder of a copy. The records are in \`records/\`, a file a ` +
      "family; a run keeps each in a file of its own, of the names [below](#records)";
}

/** The first ten digits of every commit that a record comes from. */
function commitsOf({ code, additions }: TtsGapRecord): string {
  return [...new Set([code, ...additions.map((one) => one.code)].map(({ commit }) => commit?.slice(0, 10) ?? "-"))]
    .join(", ");
}

function figureName(kind: GapKind): string {
  return `tts_gap_${kind}.svg`;
}

function leadOf(records: readonly TtsGapRecord[]): string[] {
  const sizes = records.map(({ instance }) => instance.n);
  const families = new Set(records.map(({ instance }) => instance.family)).size;
  const reads = records.flatMap(({ solvers }) => solvers.flatMap(({ lengths }) => lengths.map(({ trials }) => trials)))
    .reduce((sum, trials) => sum + trials, 0);
  const { question, code, machine } = records[0];
  const commit = code.commit === null ? "" : `, commit ${code.commit.slice(0, 12)}`;
  const profiles = [...new Set(records.map(({ profile }) => profile))].join(", ");
  return [
    question,
    `${counted(records.length, "instance")} of ${counted(families, "family", "families")}, ${Math.min(...sizes)} to ` +
    `${Math.max(...sizes)} spins, ${
      counted(solverNames(records).length, "solver")
    }, ${reads} reads. Profile ${profiles}. First ` +
    `record: version ${code.version}${commit}; Deno ${machine.deno} on ${machine.cpu}. Every number and every word about a relation ` +
    "is computed from run records.",
  ];
}
