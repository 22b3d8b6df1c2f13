import { JUPYTER_DISPLAY, lineChart, type ReportSection, type ReportTable, sectionsMarkdown } from "../display/mod.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Rows of the chart; the others are in the table. */
const DRAWN = ["qamaSelected5", "qamaSelected10", "qamaSelected20", "selectedDense", "longformer", "performer"];

/** The section about times, and its figure. */
export interface LongTimesSection {
  readonly section: ReportSection;
  /** SVG. */
  readonly figure: string;
  /** What the figure shows. */
  readonly shows: string;
}

/** Renders times of all lengths as a section of a page; null without any. */
export function longTimesSection(records: readonly LongTimesRecord[]): LongTimesSection | null {
  if (records.length === 0) return null;
  const lengths = records.map(({ tokens }) => tokens), titles = titlesOf(records);
  const series = titles.filter(({ row }) => DRAWN.includes(row)).map(({ row, title }) => ({
    label: title,
    values: records.map((record) => relativeTime(record, row)?.speedUp.median ?? NaN),
  }));
  const drawn = series.some(({ values }) => values.some(Number.isFinite));
  const all = <T>(of: (record: LongTimesRecord) => T) => [...new Set(records.map(of))].join(" and ");
  const chart = !drawn ? null : lineChart(series, {
    ...{ title: "Training steps, speed-up over softmax attention", x: lengths, xLabel: "tokens" },
    ...{ yLabel: "times as fast", yScale: "log", compact: true },
  });
  return {
    section: {
      title: "Time and memory",
      paragraphs: [
        `A training step of one sequence from starting weights, forward, backward and Adam, ${
          all(({ heads }) => heads)
        } heads, on one thread (${all(({ machine: { cpu } }) => cpu)}): every row in turn, ${
          all(({ rows: [{ stepMs }] }) => stepMs.length)
        } rounds, every second one in the opposite order. The ratio is softmax ` +
        "attention's time over the row's within a round: median, smallest to largest.",
      ],
      tables: [timeTable(records), memoryTable(records)],
    },
    figure: chart === null ? "" : String(chart[JUPYTER_DISPLAY]()["image/svg+xml"]),
    shows: "How many times as fast as softmax attention a training step is, against tokens",
  };
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
  return found === null ? "" : sectionsMarkdown([found.section]);
}

function timeTable(records: readonly LongTimesRecord[]): ReportTable {
  return {
    caption: "Softmax attention's time over the row's, and the row's time, ms",
    columns: lengthColumns(records),
    rows: titlesOf(records).map(({ row, title }) => [
      title,
      ...records.map((record) => {
        const found = relativeTime(record, row);
        if (found === null) return "-";
        const { medianMs, speedUp: { median, least, most } } = found;
        const ratio = Number.isFinite(median)
          ? `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}), `
          : "";
        return `${ratio}${medianMs.toFixed(medianMs < 100 ? 1 : 0)} ms`;
      }),
    ]),
  };
}

function memoryTable(records: readonly LongTimesRecord[]): ReportTable {
  return {
    caption: "Memory of the attention block for one sequence, what backward needs included, MiB",
    columns: lengthColumns(records),
    rows: titlesOf(records).map(({ row, title }) => [
      title,
      ...records.map(({ rows }) => {
        const own = rows.find((one) => one.row === row);
        return own === undefined ? "-" : (own.attentionBytes / 2 ** 20).toFixed(1);
      }),
    ]),
  };
}

function lengthColumns(records: readonly LongTimesRecord[]) {
  return [
    { title: "row" },
    ...records.map(({ tokens }) => ({ title: `${tokens.toLocaleString("en-US")} tokens`, align: "right" as const })),
  ];
}

/** Rows that were timed at some length, in the order of the study. */
function titlesOf(records: readonly LongTimesRecord[]): { row: string; title: string }[] {
  return longStudyRows(records[0].tokens, 1).filter(({ row }) =>
    records.some(({ rows }) => rows.some((one) => one.row === row))
  );
}
