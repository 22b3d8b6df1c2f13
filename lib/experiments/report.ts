import { commandOf } from "./command.ts";
import { reportPage } from "../display/mod.ts";
import type { Exhibit } from "./exhibit.ts";
import { lengthSections } from "./_length_sections.ts";
import type { LengthBench } from "./length_record.ts";
import type { SoftSelectionRecord } from "./soft_record.ts";
import { softSection } from "./_soft_section.ts";
import {
  accuracySection,
  chosenSections,
  curvesSection,
  energySection,
  matchExhibits,
  missingExhibits,
  overlapSections,
} from "./_report_sections.ts";
import type { Reasons } from "./results_table.ts";
import type { RunRecord } from "./types.ts";

/** What a page of results shows beside the records. */
export interface ResultsPageOptions {
  /** The command that makes the records. */
  readonly command: string;
  /** Text of the plotly program; null: figures are static. */
  readonly plotly: string | null;
  /** What trained models do, from `readExhibits`; those of other weights than the records' are passed over. @default {none} */
  readonly exhibits?: readonly Exhibit[];
  /** Time and memory against length, from `readLengthBench`. @default {null} */
  readonly lengths?: LengthBench | null;
  /** Errors of soft weights against their bits, from `readSoftSelection`. @default {null} */
  readonly soft?: SoftSelectionRecord | null;
  /** Why rows differ from the paper. @default {none known} */
  readonly reasons?: Reasons;
}

/**
 * Writes the page of an experiment: tables beside the paper, learning curves, chosen tokens, overlap between heads, energies,
 * time and memory against length, soft weights against their bits. What is not there is named, with the command that makes it.
 *
 * @param records of one experiment, at least one with a complete epoch
 * @param options see {@link ResultsPageOptions}
 * @returns one self-contained HTML page
 * @throws {RangeError} if no record has a complete epoch
 *
 * Cost O(epochs) a record, O(pixels) an exhibit, and the size of plotly.
 * Source: none needed.
 *
 * @example The page names its command
 * ```ts
 * import { exampleRecord, resultsPage } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * const page = resultsPage([exampleRecord()], { command: "deno task reproduce", plotly: null });
 * assertStringIncludes(page, "<code>deno task reproduce</code>");
 * ```
 */
export function resultsPage(records: readonly RunRecord[], options: ResultsPageOptions): string {
  const { command, plotly, exhibits = [], lengths = null, soft = null, reasons = {} } = options;
  const begun = records.filter(({ epochs }) => epochs.length > 0);
  if (begun.length === 0) throw new RangeError("Cannot write the page: no run has a complete epoch");
  const groups = [...Map.groupBy(begun, ({ profile }) => profile)];
  const named = (title: string, profile: string) => groups.length === 1 ? title : `${title}, profile ${profile}`;
  const { found, lacking } = matchExhibits(records, exhibits);
  const missing = missingExhibits(lacking, commandOf);
  const sections = [
    ...groups.map(([profile, runs]) => accuracySection(named("Accuracy beside the paper", profile), runs, reasons)),
    ...groups.map(([profile, runs]) => curvesSection(named("Learning curves", profile), runs)),
    ...chosenSections(found, missing),
    ...overlapSections(found, missing),
    energySection(found, missing),
    ...lengthSections(lengths),
    softSection(soft),
  ];
  const { question, code, machine, options: { workers } } = begun[0];
  const commit = code.commit === null ? "" : `, commit ${code.commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, "$1")}`;
  const profiles = groups.map(([profile, runs]) => `${profile} (${runs[0].options.epochs} epochs)`);
  return reportPage(sections, {
    title: "QAMA beside softmax attention",
    command,
    lead: [
      question,
      `Profiles: ${
        profiles.join(", ")
      }. First record: version ${code.version}${commit}; Deno ${machine.deno} on ${machine.cpu}, ` +
      `${workers} workers. Every number is rendered from run records.`,
    ],
    plotly,
  });
}
