import type { Column, ReportTable, Shown } from "../lib/display/mod.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

/** Whether a number that was wanted was reached. */
export interface Verdict {
  /** What was wanted. */
  readonly wanted: string;
  /** What was measured. */
  readonly measured: string;
  /** How it came out. */
  readonly state: "reached" | "missed" | "not measured";
}

/** A section as rendered from its records. */
export interface RenderedSection {
  readonly tables: readonly ReportTable[];
  readonly figures: readonly { readonly file: string; readonly alt: string; readonly shown: Shown }[];
  readonly verdicts: readonly Verdict[];
  readonly notes: readonly string[];
}

/** A record with a result. */
export type FoundRecord = CellRecord & { readonly found: NonNullable<CellRecord["found"]> };

/** The records that have a result. */
export function withResult(records: readonly CellRecord[]): FoundRecord[] {
  return records.filter((record): record is FoundRecord => record.found !== undefined);
}

/** Three significant digits, plain notation where it is short. */
export function digits(value: number, count = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-";
  const text = value.toPrecision(count);
  return text.includes("e") ? String(Number(text)) : text;
}

/** The middle of a list; Infinity counts. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1
    ? sorted[half]
    : sorted[half - 1] === sorted[half]
    ? sorted[half]
    : (sorted[half - 1] + sorted[half]) / 2;
}

/** The mean of a list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How far an energy lies above the best known, in percent of its size. */
export function gapPercent({ found }: FoundRecord): number {
  if (found.best === null) return NaN;
  return 100 * (found.bestEnergy - found.best) / Math.max(1, Math.abs(found.best));
}

/** Columns: the first left, the others right. */
export function columnsOf(first: string, ...others: string[]): Column[] {
  return [{ title: first }, ...others.map((title): Column => ({ title, align: "right" }))];
}

/** What failed, in a sentence each; nothing is left out of a table without a word. */
export function failureNotes(records: readonly CellRecord[]): string[] {
  const failed = records.filter((record) => record.failure !== undefined);
  const groups = Map.groupBy(failed, ({ cell, failure }) => `${cell.contestant}: ${failure}`);
  return [...groups].map(([what, cells]) => {
    const names = [...new Set(cells.map(({ cell }) => cell.instance))];
    const some = names.slice(0, 5).join(", ") + (names.length > 5 ? `, and ${names.length - 5} more` : "");
    return `No result of ${what} (${some}).`;
  });
}
