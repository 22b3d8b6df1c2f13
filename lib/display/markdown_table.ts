/** A column of a table. */
export interface Column {
  /** What stands above it. */
  readonly title: string;
  /** Where its entries stand. @default {"left"} */
  readonly align?: "left" | "right";
}

/**
 * Writes a table in Markdown, its columns padded so that it reads well as plain text too.
 *
 * A bar in an entry is escaped, a line break becomes a space.
 *
 * @param columns at least one
 * @param rows entries in the order of the columns
 * @returns the lines, each with its line break
 * @throws {RangeError} if there is no column, or a row has more or fewer entries than there are columns
 *
 * Cost O(characters) time.
 * Source: GitHub Flavored Markdown, tables.
 *
 * @example Numbers stand right
 * ```ts
 * import { markdownTable } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * const table = markdownTable([{ title: "n" }, { title: "E", align: "right" }], [["a|b", "-1"]]);
 * assertEquals(table, "| n    |  E |\n| ---- | -: |\n| a\\|b | -1 |\n");
 * ```
 */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (columns.length === 0) throw new RangeError("Cannot write a table: there is no column");
  const cells = [columns.map((column) => column.title), ...rows].map((row, i) => {
    if (row.length !== columns.length) {
      throw new RangeError(
        `Cannot write a table: row ${i} has ${row.length} entries for ${columns.length} columns`,
      );
    }
    return row.map((entry) => entry.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " "));
  });
  const widths = columns.map((_, c) => Math.max(2, ...cells.map((row) => row[c].length)));
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |\n`;
  const pad = (row: readonly string[]) =>
    line(row.map((entry, c) => columns[c].align === "right" ? entry.padStart(widths[c]) : entry.padEnd(widths[c])));
  const rule = line(
    columns.map(({ align }, c) => align === "right" ? "-".repeat(widths[c] - 1) + ":" : "-".repeat(widths[c])),
  );
  return pad(cells[0]) + rule + cells.slice(1).map(pad).join("");
}
