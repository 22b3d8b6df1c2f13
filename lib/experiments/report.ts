import { learningCurvesPage } from "../display/mod.ts";
import { learningCurves } from "./curves.ts";
import { epochNotes } from "./epoch_notes.ts";
import { defaultOperators, operatorOrder } from "./operators.ts";
import { type ProfileName, profiles } from "./profiles.ts";
import { readingNotes, resultsTable, tableLegend } from "./results_table.ts";
import { tableRows } from "./rows.ts";
import type { RunRecord } from "./types.ts";

/**
 * Writes the page of an experiment: learning curves, table and what to read from it.
 *
 * @param records of one experiment, at least one with a complete epoch
 * @param options.command the command that makes the records
 * @param options.plotly text of the plotly program; null: the figure is static
 * @returns one self-contained HTML page
 * @throws {RangeError} if no record has a complete epoch
 *
 * Cost O(epochs) a record, and the size of plotly.
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
export function resultsPage(
  records: readonly RunRecord[],
  options: { readonly command: string; readonly plotly: string | null },
): string {
  const panels = learningCurves(records);
  const rows = tableRows(records);
  const { question, profile, code, machine } = records[0];
  const commit = code.commit === null ? "" : `, commit ${code.commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, "$1")}`;
  return learningCurvesPage(panels, {
    title: `Attention operators at equal epochs, profile ${profile}`,
    command: options.command,
    lead: [
      question,
      `Version ${code.version}${commit}; Deno ${machine.deno} on ${machine.cpu}, ${
        records[0].options.workers
      } workers.`,
    ],
    table: resultsTable(rows),
    notes: [...readingNotes(rows), ...epochNotes(rows), tableLegend],
    plotly: options.plotly,
  });
}

/**
 * Writes the command that makes the records of a profile again.
 *
 * @param records of one experiment and one profile, at least one
 * @returns `deno task reproduce --profile ...` with data sets, operators and seeds where they are not the profile's own
 * @throws {RangeError} if there is no record
 *
 * Cost O(records).
 * Source: none needed.
 *
 * @example One operator, one seed
 * ```ts
 * import { commandOf, exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(commandOf([exampleRecord()]), "deno task reproduce --profile smoke --only example --operators mha");
 * ```
 */
export function commandOf(records: readonly RunRecord[]): string {
  if (records.length === 0) throw new RangeError("Cannot name the command: there is no record");
  const [, profile, epochs, doubled] = records[0].profile.match(/^(.*?)(?:-(\d+)-epochs)?(-double-softmax)?$/) ?? [];
  const own = Object.hasOwn(profiles, profile) ? profiles[profile as ProfileName] : undefined;
  const data = [...new Set(records.map((record) => record.data.name))];
  const used = (records: readonly RunRecord[]) => {
    const names = new Set(records.map((record) => record.operator));
    return operatorOrder.filter((operator) => names.has(operator));
  };
  const operators = used(records);
  const usual = data.every((name) => {
    const ran = used(records.filter((record) => record.data.name === name));
    return ran.join() === defaultOperators(name, own ?? { peers: false }).join();
  });
  const seeds = [...new Set(records.map((record) => record.seed))].sort((a, b) => a - b);
  const parts = ["deno task reproduce", `--profile ${profile}`];
  if (data.toSorted().join() !== own?.data.toSorted().join()) parts.push(`--only ${data.join(",")}`);
  if (!usual) parts.push(`--operators ${operators.join(",")}`);
  if (seeds.join() !== own?.seeds.join()) {
    const counted = seeds.every((seed, i) => seed === i + 1);
    parts.push(`--seeds ${counted ? seeds.length : seeds.join(",") + (seeds.length === 1 ? "," : "")}`);
  }
  if (epochs !== undefined) parts.push(`--epochs ${epochs}`);
  if (doubled !== undefined) parts.push("--text-head doubleSoftmax");
  if (records.some(({ data }) => data.text && "features" in data.text)) parts.push("--features");
  return parts.join(" ");
}
