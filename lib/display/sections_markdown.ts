import { markdownTable } from "./markdown_table.ts";
import type { ReportSection } from "./report_page.ts";

/**
 * Writes the sections of a report in Markdown: headings, sentences, tables, and pictures that lie beside.
 *
 * @param sections in their order
 * @param pictures by the title of a section, the file that stands for its figures, and what it shows @default {none}
 * @returns the text; sections are apart by a blank line
 * @throws {RangeError} if a row of a table does not fit its columns
 *
 * Cost O(characters).
 * Source: GitHub Flavored Markdown.
 *
 * @example One sentence
 * ```ts
 * import { sectionsMarkdown } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sectionsMarkdown([{ title: "What", paragraphs: ["This."] }]), "## What\n\nThis.\n");
 * ```
 */
export function sectionsMarkdown(
  sections: readonly ReportSection[],
  pictures: ReadonlyMap<string, { readonly file: string; readonly shows: string }> = new Map(),
): string {
  return sections.map((section) => {
    const picture = pictures.get(section.title);
    const blocks = [
      `${"#".repeat(section.level ?? 2)} ${section.title}`,
      ...(section.paragraphs ?? []),
      ...(picture === undefined ? [] : [`![${picture.shows}](${picture.file})`]),
      ...(section.tables ?? []).flatMap(({ caption, columns, rows }) => [
        ...(caption === undefined ? [] : [`${caption}:`]),
        markdownTable(columns, rows).trimEnd(),
      ]),
      ...(section.notes ?? []),
      ...(section.reading === undefined ? [] : [section.reading]),
      ...(section.missing ?? []).map(({ what, command }) => `Missing: ${what}. It is made by \`${command}\`.`),
    ];
    return `${blocks.join("\n\n")}\n`;
  }).join("\n");
}
