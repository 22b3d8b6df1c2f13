import { escapeHtml } from "./_text.ts";
import { type Column, markdownTable } from "./markdown_table.ts";
import { makeShown } from "./_make_shown.ts";
import type { Shown } from "./shown.ts";

/** Named columns and rows: what a DataFrame of danfojs is, among others. */
export interface TableSource {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Rows, entries in the order of the columns. */
  readonly values: ArrayLike<unknown>;
}

/** A row as an object: names of columns and their entries. */
export type TableRow = Readonly<Record<string, unknown>>;

/** How {@link showTable} writes numbers. */
export interface ShowTableOptions {
  /** Decimals in columns that do not hold integers only; a record sets them by column. @default {3} */
  readonly decimals?: number | Readonly<Record<string, number>>;
}

/**
 * Makes a value that a notebook shows as a table; a danfojs DataFrame can be given as it is.
 *
 * Columns that hold only numbers stand right; those that hold only integers have no decimals; numbers that would round to
 * nothing but zeros are written with an exponent.
 *
 * @param table columns and rows, a danfojs DataFrame, or rows as objects
 * @param options.decimals decimals of numbers
 * @returns a value to be left at the end of a cell: HTML, Markdown and plain text
 * @throws {TypeError} if a row is no array
 * @throws {RangeError} if there is no column, or a row has more or fewer entries than there are columns
 *
 * Cost O(entries).
 * Source: the rich display protocol of Jupyter.
 *
 * @example Numbers get their decimals
 * ```ts
 * import { JUPYTER_DISPLAY, showTable } from "qama/display";
 * import { assertStringIncludes } from "@std/assert";
 * const shown = showTable({ columns: ["E"], values: [[-1.23456], [2]] })[JUPYTER_DISPLAY]();
 * assertStringIncludes(String(shown["text/html"]), "-1.235");
 * ```
 */
export function showTable(table: TableSource | readonly TableRow[], { decimals = 3 }: ShowTableOptions = {}): Shown {
  const source = isSource(table) ? table : fromRows(table);
  const rows = Array.from(source.values, (row, r) => {
    if (!Array.isArray(row)) throw new TypeError(`Cannot show the table: row ${r} is no array`);
    const entries: readonly unknown[] = row;
    if (entries.length !== source.columns.length) {
      throw new RangeError(
        `Cannot show the table: row ${r} has ${entries.length} entries for ${source.columns.length} columns`,
      );
    }
    return entries;
  });
  const columns: Column[] = source.columns.map((title, c) => ({
    title,
    align: rows.every((row) => typeof row[c] === "number") ? "right" : "left",
  }));
  const digits = source.columns.map((title, c) => {
    const numbers = rows.map((row) => row[c]).filter((value) => typeof value === "number");
    // in a column of words a number stands alone, and an integer is written as one
    const whole = columns[c].align === "left" || numbers.every((value) => Number.isInteger(value));
    return { whole, decimals: typeof decimals === "number" ? decimals : decimals[title] ?? 3 };
  });
  const entries = rows.map((row) => row.map((value, c) => entryText(value, digits[c])));
  const markdown = markdownTable(columns, entries);
  const cell = (tag: string, words: string, c: number) =>
    `<${tag} style="text-align:${columns[c].align}">${escapeHtml(words)}</${tag}>`;
  const line = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((entry, c) => cell(tag, entry, c)).join("")}</tr>`;
  const html = `<table><thead>${line("th", source.columns)}</thead><tbody>${
    entries.map((row) => line("td", row)).join("")
  }</tbody></table>`;
  return makeShown({ html, markdown, text: markdown });
}

function isSource(table: TableSource | readonly TableRow[]): table is TableSource {
  return !Array.isArray(table);
}

/** The columns of all rows in the order in which they first come. */
function fromRows(rows: readonly TableRow[]): TableSource {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns, values: rows.map((row) => columns.map((column) => row[column] ?? "")) };
}

function entryText(value: unknown, { whole, decimals }: { whole: boolean; decimals: number }): string {
  if (typeof value !== "number" || !Number.isFinite(value) || (whole && Number.isInteger(value))) return String(value);
  const fixed = value.toFixed(decimals);
  return value !== 0 && Number(fixed) === 0 ? value.toExponential(1) : fixed;
}
