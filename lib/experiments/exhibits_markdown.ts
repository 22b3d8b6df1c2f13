import { markdownTable, type ReportSection } from "../display/mod.ts";
import type { Exhibit } from "./exhibit.ts";
import type { LengthBench } from "./length_record.ts";
import { commandOf } from "./command.ts";
import { energySection, lengthSections, matchExhibits, missingExhibits, overlapSections } from "./_report_sections.ts";
import type { RunRecord } from "./types.ts";

/**
 * Writes what the exhibits and the length record tell, in Markdown: overlaps, energies, time and memory, and what is missing.
 *
 * @param records of one experiment
 * @param beside exhibits, and time and memory against length
 * @returns Markdown, a part a subject
 *
 * Cost O(exhibits).
 * Source: none needed.
 *
 * @example What is missing is named with its command
 * ```ts
 * import { exampleRecord, exhibitsMarkdown } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * const text = exhibitsMarkdown([exampleRecord({ operator: "qamaV2" })], { exhibits: [], lengths: null });
 * assertStringIncludes(text, "Missing: exhibits of QAMA v2 (published)");
 * ```
 */
export function exhibitsMarkdown(
  records: readonly RunRecord[],
  beside: { readonly exhibits: readonly Exhibit[]; readonly lengths: LengthBench | null },
): string {
  const { found, lacking } = matchExhibits(records, beside.exhibits);
  const missing = missingExhibits(lacking, commandOf);
  const [overlap] = overlapSections(found, missing);
  // what is missing is said once
  const measured = [overlap, energySection(found, [])].filter(({ tables = [], missing = [] }) =>
    tables.length + missing.length > 0
  );
  return [...measured, ...lengthSections(beside.lengths)].map(textOf).join("\n");
}

function textOf({ title, level = 2, paragraphs = [], tables = [], missing = [] }: ReportSection): string {
  const parts = [
    `${"#".repeat(level)} ${title}`,
    ...paragraphs,
    ...tables.flatMap(({ caption, columns, rows }) => [
      ...caption === undefined ? [] : [`${caption}:`],
      markdownTable(columns, rows).trimEnd(),
    ]),
    ...missing.map(({ what, command }) => `Missing: ${what}. It is made by \`${command}\`.`),
  ];
  return `${parts.join("\n\n")}\n`;
}
