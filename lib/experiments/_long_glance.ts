import type { ReportSection } from "../display/mod.ts";
import { briefly, CONTROLS, groupsOf, NEAR, runsOf, TENTH, titlesAt } from "./_long_groups.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** Rows that stand beside each other at a glance. */
const SHOWN = ["none", "mha", TENTH, CONTROLS[0], ...NEAR, "longformer", "performer"];

/** Accuracies of the main rows on every data set and length, one line each; null without records. */
export function longGlance(records: readonly LongStudyRecord[]): ReportSection | null {
  const groups = groupsOf(records);
  if (groups.length === 0) return null;
  const titles = titlesAt(groups[0][0].tokens), shown = SHOWN.filter((row) => records.some((own) => own.row === row));
  const columns = [
    { title: "data" },
    ...["tokens", "chance", ...shown.map((row) => titles.get(row)!)].map((title) => ({
      ...{ title, align: "right" as const },
    })),
  ];
  const rows = groups.map((group) => {
    const [{ data, tokens }] = group;
    const found = shown.map((row) => {
      const own = runsOf(group, row);
      return own.length === 0 ? "-" : briefly(own);
    });
    return [data.name.split(" (")[0], tokens.toLocaleString("en-US"), (100 / data.classes).toFixed(0), ...found];
  });
  return {
    title: "At a glance",
    paragraphs: [
      "Right, % of the test sequences after the last epoch; of several seeds the mean [smallest to largest]; - where it was not trained. Numbers of sequences, epochs and seeds, and all other rows, stand further down.",
    ],
    tables: [{ columns, rows }],
  };
}
