import { checkInteger, isList } from "./_check.ts";
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
  /** The most rows that are shown; of more the first half of so many and the last half. @default {100} */
  readonly rows?: number;
}

/**
 * Makes a value that a notebook shows as a table; a danfojs DataFrame can be given as it is.
 *
 * Columns that hold only numbers stand right; those that hold only integers have no decimals; numbers that would round to
 * nothing but zeros are written with an exponent.
 *
 * @param table columns and rows, a danfojs DataFrame, or rows as objects
 * @param options decimals of numbers, and how many rows
 * @returns a value to be left at the end of a cell: HTML, Markdown and plain text
 * @throws {TypeError} if a row is no array
 * @throws {RangeError} if there is no column, rows is no count, or a row has more or fewer entries than there are columns
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
export function showTable(
  table: TableSource | readonly TableRow[],
  { decimals = 3, rows: most = 100 }: ShowTableOptions = {},
): Shown {
  checkInteger("Cannot show the table", "rows", most, 2);
  const source = isList(table) ? fromRows(table) : fromSource(table);
  const all = Array.from(source.values, (row, r) => {
    if (!Array.isArray(row)) throw new TypeError(`Cannot show the table: row ${r} is no array`);
    const entries: readonly unknown[] = row;
    if (entries.length !== source.columns.length) {
      throw new RangeError(
        `Cannot show the table: row ${r} has ${entries.length} entries for ${source.columns.length} columns`,
      );
    }
    return entries;
  });
  const half = Math.floor(most / 2);
  const left = all.length > most ? all.length - 2 * half : 0;
  const rows = left === 0 ? all : [...all.slice(0, half), ...all.slice(-half)];
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
  if (left > 0) entries.splice(half, 0, columns.map((_, c) => c === 0 ? `... ${left} more` : "..."));
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

/** A Series of danfojs has its values one by one, and names for the rows. */
function fromSource(
  source: TableSource & { readonly $isSeries?: boolean; readonly index?: ArrayLike<unknown> },
): TableSource {
  if (source.$isSeries !== true) return source;
  const { index = [], values } = source;
  return { columns: ["", ...source.columns], values: Array.from(values, (value, i) => [index[i] ?? i, value]) };
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
