import { type Column, lineChart, type ReportSection } from "../display/mod.ts";
import type { LengthBench } from "./length_record.ts";

/** The command that measures time and memory against length. */
export const LENGTH_COMMAND = "deno task bench --only crossing --record results/bench/length.json";

const right = (title: string): Column => ({ title, align: "right" });

/** Time and memory against sequence length: a pair of charts and of tables for each number of heads. */
export function lengthSections(bench: LengthBench | null): ReportSection[] {
  const title = "Time and memory against sequence length";
  if (bench === null) {
    return [{ title, missing: [{ what: "time and memory of dense, factored and softmax", command: LENGTH_COMMAND }] }];
  }
  const parts = [...Map.groupBy(bench.rows, ({ heads }) => heads)].map(([heads, rows]): ReportSection => {
    const time = byMethod(rows, ({ stepMs }) => stepMs);
    const [touched, reserved] = (["touchedBytes", "bytes"] as const).map((kind) =>
      byMethod(rows, (row) => (row[kind] ?? NaN) / 2 ** 20)
    );
    const shown: (Lines & { title: string; unit: string; caption: string; beside?: Lines["series"] })[] = [
      { ...time, title: "Time of a step", unit: "time, ms", caption: "Time of a step, ms" },
      ...memoryOf(touched, reserved),
    ];
    return {
      title: heads === 1 ? "1 head" : `${heads} heads`,
      level: 3,
      figures: shown.map(({ lengths, series, title, unit }) =>
        lineChart(series, { x: lengths, xLabel: "tokens", yLabel: unit, yScale: "log", compact: true, title })
      ),
      tables: shown.map(({ lengths, series, caption, beside }) => ({
        caption,
        columns: [{ title: "tokens" }, ...series.map(({ label }) => right(label))],
        rows: lengths.map((
          tokens,
          i,
        ) => [String(tokens), ...series.map(({ values }, s) => both(values[i], beside?.[s].values[i]))]),
      })),
    };
  });
  return [{
    title,
    paragraphs: [
      `Forward and backward. ${bench.machine}. Up to 1,023 tokens softmax and qamaSelected keep their probabilities for the way back; ` +
      "from 1,024 on queries go by in tiles that keep none, and their memory no longer grows with the square of the tokens.",
    ],
  }, ...parts];
}

type Lines = ReturnType<typeof byMethod>;

/** Memory that is touched, with what is reserved beside it; what is reserved where no more was measured; nothing without both. */
function memoryOf(touched: Lines, reserved: Lines) {
  const known = ({ series }: Lines) => series.some(({ values }) => values.some(Number.isFinite));
  const what = "beside weights and input, one text at a time";
  const unit = "memory, MiB";
  if (known(touched)) {
    const caption = `Memory ${what}, MiB: touched by a step (in brackets: reserved for it, where that differs)`;
    return [{ ...touched, title: "Memory touched by a step", unit, caption, beside: reserved.series }];
  }
  return known(reserved)
    ? [{ ...reserved, title: "Memory reserved for a step", unit, caption: `Memory ${what}, MiB: reserved for a step` }]
    : [];
}

function both(value: number, beside: number | undefined): string {
  return beside === undefined || brief(beside) === brief(value) ? brief(value) : `${brief(value)} (${brief(beside)})`;
}

function byMethod(rows: LengthBench["rows"], value: (row: LengthBench["rows"][number]) => number) {
  const lengths = [...new Set(rows.map(({ tokens }) => tokens))].sort((a, b) => a - b);
  const series = [...Map.groupBy(rows, ({ method }) => method)].map(([label, of]) => ({
    label,
    values: lengths.map((tokens) => {
      const row = of.find((row) => row.tokens === tokens);
      return row === undefined ? NaN : value(row);
    }),
  }));
  return { lengths, series };
}

function brief(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "-";
}
