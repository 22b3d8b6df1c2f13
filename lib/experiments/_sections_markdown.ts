import { markdownTable, type ReportSection } from "../display/mod.ts";

/**
 * Writes the sections of a page as Markdown: what they say and their tables, with pictures in place of their figures.
 *
 * @param sections as for `reportPage`
 * @param pictures for sections that have one, by title: file name and what it shows
 * @returns Markdown, headings from the second level
 *
 * Cost O(characters).
 */
export function sectionsMarkdown(
  sections: readonly ReportSection[],
  pictures: ReadonlyMap<string, { readonly file: string; readonly shows: string }>,
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
