import { type Column, lineChart, type ReportSection } from "../display/mod.ts";
import type { SoftRow, SoftSelectionRecord } from "./soft_record.ts";

/** The command that measures soft weights against their number of bits. */
export const SOFT_COMMAND = "deno run -A scripts/soft_selection.ts --record results/soft_selection.json";

const TITLE = "Soft weights of q bits (revision 1)";

const right = (title: string): Column => ({ title, align: "right" });

/** What q bits a token do to the weights, energies and readouts of revision 1: a chart, a table and what it says. */
export function softSection(record: SoftSelectionRecord | null): ReportSection {
  if (record === null) {
    return { title: TITLE, missing: [{ what: "errors of soft weights against q", command: SOFT_COMMAND }] };
  }
  const { about, rows } = record;
  const lines: [string, (row: SoftRow) => number][] = [
    ["weights, of 1", ({ softmaxRms }) => softmaxRms],
    ["energy, of itself", ({ energyError }) => energyError],
    ["readout, of itself", ({ readoutError }) => readoutError],
  ];
  const chart = lineChart(lines.map(([label, of]) => ({ label, values: rows.map((row) => 100 * of(row)) })), {
    ...{ title: "Error of softmax weights rounded to q bits", x: rows.map(({ q }) => q) },
    ...{ xLabel: "q, bits a token", yLabel: "error, %", yScale: "log", compact: true },
  });
  const columns = [
    ...[right("q, bits"), right("weights by the formula, rms, %"), right("weights, rms, %"), right("energy, %")],
    ...[right("readout, %"), right("between 0 and 1, one head, %"), right("eight heads, %")],
    ...[right("correlation, one head"), right("eight heads")],
  ];
  const entries = rows.map((row) => [
    String(row.q),
    ...[row.rms, row.softmaxRms, row.energyError, row.readoutError].map((share) => brief(100 * share)),
    ...[row.betweenAlone, row.betweenPenalised].map((share) => (100 * share).toFixed(1)),
    ...[row.correlation, row.correlationPenalised].map((r) => r.toFixed(3)),
  ]);
  return {
    title: TITLE,
    paragraphs: [
      `Revision 1 gives each token q bits: a weight from 0 to 1 in 2^q levels. Measured on ${about}. Error: softmax weights (mean ` +
      "over the queries, over the largest of the head) are rounded to q bits; root mean square of the weights, mean relative error of " +
      "the energy, relative root mean square error of the token energies that the readout is made of.",
    ],
    figures: [chart],
    tables: [{
      caption: "Softmax weights, rounded: errors. What is annealed with q bits, one head alone and eight with the " +
        "penalty between them: weights strictly between 0 and 1, and correlation with the softmax weights",
      columns,
      rows: entries,
    }],
    notes: readingOf(rows),
  };
}

/** What the rows hold, in sentences; each is computed from them. */
function readingOf(rows: readonly SoftRow[]): string[] {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  // the published program's number of bits, where it was measured
  const usual = rows.find(({ q }) => q === 4) ?? last;
  const percent = (share: number) => `${brief(100 * share)} %`;
  const bits = (q: number) => q === 1 ? "1 bit" : `${q} bits`;
  const rounding = `With ${bits(usual.q)} rounding changes the energy of softmax weights by ` +
    `${percent(usual.energyError)} and their readout by ${percent(usual.readoutError)}; with ${bits(first.q)} by ` +
    `${percent(first.energyError)} and ${percent(first.readoutError)}, with ${bits(last.q)} by ` +
    `${percent(last.energyError)} and ${percent(last.readoutError)}.`;
  const most = Math.max(...rows.map(({ betweenAlone }) => betweenAlone));
  const alone = most === 0
    ? "Annealed, a head alone has no weight between 0 and 1, whatever q"
    : `Annealed, a head alone has at most ${percent(most)} of its weights between 0 and 1`;
  const joint =
    `with eight heads and their penalty ${percent(usual.betweenPenalised)} lie between at ${bits(usual.q)}` +
    (last === usual ? "" : ` and ${percent(last.betweenPenalised)} at ${bits(last.q)}`);
  const correlation = ({ q, correlation, correlationPenalised }: SoftRow) =>
    `${correlation.toFixed(2)} and ${correlationPenalised.toFixed(2)} with ${bits(q)}`;
  return [
    `${rounding} ${alone}; ${joint}. The correlation of what is annealed with the softmax weights, one head and eight, is ` +
    `${correlation(first)}, and ${correlation(last)}.`,
  ];
}

function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}
