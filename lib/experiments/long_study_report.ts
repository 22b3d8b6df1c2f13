import { markdownTable } from "../display/mod.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { longStudyRows } from "./long_study_rows.ts";

/**
 * Writes what the records of the study of long sequences come to, in Markdown: a table for each data set and length.
 *
 * Accuracy is that of the last epoch, the mean over seeds and the lowest and highest of them: no test, no interval. Time is
 * wall time of training on one thread, a sequence, over seeds; memory what the attention block takes for one sequence.
 *
 * @param records any records
 * @returns Markdown, empty for no records
 *
 * Cost O(records).
 * Source: none needed.
 *
 * @example One record
 * ```ts
 * import { exampleLongStudyRecord, longStudyMarkdown } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(longStudyMarkdown([exampleLongStudyRecord()]), "75.0 %");
 * ```
 */
export function longStudyMarkdown(records: readonly LongStudyRecord[]): string {
  const groups = new Map<string, LongStudyRecord[]>();
  for (const record of records) {
    const key = `${record.task} ${String(record.tokens).padStart(9)} ${record.data.train} ${record.options.epochs}`;
    groups.set(key, [...groups.get(key) ?? [], record]);
  }
  return [...groups.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => sectionOf(group)).join("\n");
}

function sectionOf(group: readonly LongStudyRecord[]): string {
  const { data, options, tokens } = group[0];
  const order = longStudyRows(tokens, 1).map(({ row }) => row);
  const rows = [...new Set(group.map(({ row }) => row))].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const msOf = (row: string) => meanOf(group, row, ({ clocks }) => clocks.trainMs / (data.train * options.epochs));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const table = rows.map((row) => {
    const own = group.filter((record) => record.row === row);
    const accuracies = own.map(({ epochs }) => epochs.at(-1)?.testAccuracy ?? NaN);
    const density = own[0].epochs.at(-1)?.density ?? null, softmax = msOf("mha");
    return [
      row,
      String(own.length),
      percent(accuracies.reduce((sum, value) => sum + value, 0) / own.length),
      `${percent(Math.min(...accuracies))} to ${percent(Math.max(...accuracies))}`,
      density === null ? "" : percent(density),
      `${msOf(row).toFixed(2)} ms`,
      Number.isNaN(softmax) ? "" : `${(softmax / msOf(row)).toFixed(2)} x`,
      `${(own[0].attentionBytes / 2 ** 20).toFixed(1)} MiB`,
      own[0].parameters.toLocaleString("en-US"),
    ];
  });
  const titles = ["row", "seeds", "accuracy", "from, to", "keys", "training, a sequence", "softmax over it"];
  const columns = [...titles, "attention memory", "parameters"].map((title, i) =>
    i === 0 ? { title } : { title, align: "right" as const }
  );
  const about =
    `${data.train.toLocaleString("en-US")} training and ${data.test.toLocaleString("en-US")} test sequences, ` +
    `${options.epochs} ${options.epochs === 1 ? "epoch" : "epochs"}, ${options.heads} heads; chance ${
      percent(1 / data.classes)
    }`;
  return `## ${data.name}\n\n${about}${data.synthetic ? "; synthetic" : ""}.\n\n${markdownTable(columns, table)}`;
}

function meanOf(group: readonly LongStudyRecord[], row: string, value: (record: LongStudyRecord) => number): number {
  const own = group.filter((record) => record.row === row);
  return own.reduce((sum, record) => sum + value(record), 0) / own.length;
}
