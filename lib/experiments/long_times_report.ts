import { JUPYTER_DISPLAY, lineChart, type ReportSection, type ReportTable, sectionsMarkdown } from "../display/mod.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Rows of the chart; the others are in the table. */
const DRAWN = [
  ...["qamaSelected5", "qamaSelected10", "qamaSelected20", "qamaNear10", "selectedDense"],
  ...["longformer", "performer"],
];

/** Renders times of all lengths as a section of a page; null without any. */
export function longTimesSection(records: readonly LongTimesRecord[]): ReportSection | null {
  if (records.length === 0) return null;
  const all = <T>(of: (record: LongTimesRecord) => T) => [...new Set(records.map(of))].join(" and ");
  return {
    title: "Time and memory",
    paragraphs: [
      `A training step of one sequence from starting weights, forward, backward and Adam, ${
        all(({ heads }) => heads)
      } heads, on one thread (${all(({ machine: { cpu } }) => cpu)}): every row in turn, ${
        roundsOf(records)
      }, every second one in the opposite order. The ratio is softmax ` +
      "attention's time over the row's within a round: median, smallest to largest.",
    ],
    tables: [
      lengthTable("Softmax attention's time over the row's, and the row's time, ms", records, timeEntry),
      lengthTable(
        "Memory of the attention block for one sequence, what backward needs included, MiB",
        records,
        memoryEntry,
      ),
    ],
  };
}

/** How many rounds there were, and at which lengths where not at all. */
function roundsOf(records: readonly LongTimesRecord[]): string {
  const byRounds = [...Map.groupBy(records, ({ rows: [{ stepMs }] }) => stepMs.length)];
  return byRounds.map(([rounds, own]) =>
    byRounds.length === 1
      ? `${rounds} rounds`
      : `${rounds} rounds at ${own.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", ")} tokens`
  ).join(" and ");
}

/** Draws how many times as fast as softmax attention rows are against tokens, as SVG; null where nothing can be compared. */
export function longTimesChart(records: readonly LongTimesRecord[]): string | null {
  const series = (records.length === 0 ? [] : titlesOf(records)).filter(({ row }) => DRAWN.includes(row))
    .map(({ row, title }) => ({
      label: title,
      values: records.map((record) => relativeTime(record, row)?.speedUp.median ?? NaN),
    }));
  if (!series.some(({ values }) => values.some(Number.isFinite))) return null;
  const chart = lineChart(series, {
    ...{
      title: "Training steps, speed-up over softmax attention",
      x: records.map(({ tokens }) => tokens),
      xLabel: "tokens",
    },
    ...{ yLabel: "times as fast", yScale: "log", compact: true },
  });
  return String(chart[JUPYTER_DISPLAY]()["image/svg+xml"]);
}

/**
 * Writes times of the study of long sequences in Markdown: tables of time and of memory, a column a length.
 *
 * @param records times of any lengths
 * @returns Markdown, empty for no records
 *
 * Cost O(records).
 * Source: none needed.
 *
 * @example Twice as fast
 * ```ts
 * import { exampleLongTimesRecord, longTimesMarkdown } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(longTimesMarkdown([exampleLongTimesRecord()]), "2.00 (2.00 to 2.00)");
 * ```
 */
export function longTimesMarkdown(records: readonly LongTimesRecord[]): string {
  const found = longTimesSection(records);
  return found === null ? "" : sectionsMarkdown([found]);
}

function timeEntry(record: LongTimesRecord, row: string): string | null {
  const found = relativeTime(record, row);
  if (found === null) return null;
  const { medianMs, speedUp: { median, least, most } } = found;
  const ratio = Number.isFinite(median) ? `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}), ` : "";
  return `${ratio}${medianMs.toFixed(medianMs < 100 ? 1 : 0)} ms`;
}

function memoryEntry({ rows }: LongTimesRecord, row: string): string | null {
  const own = rows.find((one) => one.row === row);
  return own === undefined ? null : (own.attentionBytes / 2 ** 20).toFixed(1);
}

/** A table with a column a length. */
function lengthTable(
  caption: string,
  records: readonly LongTimesRecord[],
  entry: (record: LongTimesRecord, row: string) => string | null,
): ReportTable {
  return {
    caption,
    columns: [
      { title: "row" },
      ...records.map(({ tokens }) => ({ title: `${tokens.toLocaleString("en-US")} tokens`, align: "right" as const })),
    ],
    rows: titlesOf(records).map(({ row, title }) => [title, ...records.map((record) => entry(record, row) ?? "-")]),
  };
}

/** Rows that were timed at some length, in the order of the study. */
function titlesOf(records: readonly LongTimesRecord[]): { row: string; title: string }[] {
  return longStudyRows(records[0].tokens, 1).filter(({ row }) =>
    records.some(({ rows }) => rows.some((one) => one.row === row))
  );
}
