import { markdownTable, type ReportSection } from "../display/mod.ts";
import type { Exhibit } from "./exhibit.ts";
import { lengthSections } from "./_length_sections.ts";
import type { LengthBench } from "./length_record.ts";
import type { SoftSelectionRecord } from "./soft_record.ts";
import { softSection } from "./_soft_section.ts";
import { commandOf } from "./command.ts";
import { energySection, matchExhibits, missingExhibits, overlapSections } from "./_report_sections.ts";
import type { RunRecord } from "./types.ts";

/**
 * Writes what the exhibits and the records beside them tell, in Markdown: overlaps, energies, time and memory, soft weights, and
 * what is missing.
 *
 * @param records of one experiment
 * @param beside exhibits, time and memory against length, and soft weights against their bits
 * @returns Markdown, a part a subject
 *
 * Cost O(exhibits).
 * Source: none needed.
 *
 * @example What is missing is named with its command
 * ```ts
 * import { exampleRecord, exhibitsMarkdown } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * const text = exhibitsMarkdown([exampleRecord({ operator: "qamaV2" })], { exhibits: [], lengths: null, soft: null });
 * assertStringIncludes(text, "Missing: exhibits of QAMA v2 (published)");
 * ```
 */
export function exhibitsMarkdown(
  records: readonly RunRecord[],
  beside: {
    readonly exhibits: readonly Exhibit[];
    readonly lengths: LengthBench | null;
    readonly soft: SoftSelectionRecord | null;
  },
): string {
  const { found, lacking } = matchExhibits(records, beside.exhibits);
  const missing = missingExhibits(lacking, commandOf);
  const [overlap] = overlapSections(found, missing);
  // what is missing is said once
  const measured = [overlap, energySection(found, [])].filter(({ tables = [], missing = [] }) =>
    tables.length + missing.length > 0
  );
  return [...measured, ...lengthSections(beside.lengths), softSection(beside.soft)].map(textOf).join("\n");
}

function textOf({ title, level = 2, paragraphs = [], tables = [], notes = [], missing = [] }: ReportSection): string {
  const parts = [
    `${"#".repeat(level)} ${title}`,
    ...paragraphs,
    ...tables.flatMap(({ caption, columns, rows }) => [
      ...caption === undefined ? [] : [`${caption}:`],
      markdownTable(columns, rows).trimEnd(),
    ]),
    ...notes,
    ...missing.map(({ what, command }) => `Missing: ${what}. It is made by \`${command}\`.`),
  ];
  return `${parts.join("\n\n")}\n`;
}
