import type { ReportSection } from "../display/mod.ts";
import { CONTROLS, isRagged, NEAR, percentOf, runsOf, taskOf, TENTH, titlesAt, UNIFORM } from "./_long_groups.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** Rows that stand beside each other at a glance. */
const SHOWN = ["none", UNIFORM, "mha", TENTH, CONTROLS[0], ...NEAR, "longformer", "performer"];

/** Accuracies of the main rows on every data set and length, one line each; null without any. */
export function longGlance(groups: readonly (readonly LongStudyRecord[])[]): ReportSection | null {
  if (groups.length === 0) return null;
  const titles = titlesAt(groups[0][0].tokens);
  const shown = SHOWN.filter((row) => groups.some((group) => runsOf(group, row).length > 0));
  const columns = [
    { title: "data" },
    ...["tokens", "trained on", "chance", ...shown.map((row) => titles.get(row)!)].map((title) => ({
      ...{ title, align: "right" as const },
    })),
  ];
  const rows = groups.map((group) => {
    const [{ data, tokens, options: { epochs } }] = group;
    const training = `${data.train.toLocaleString("en-US")} × ${epochs}`;
    const found = shown.map((row) => {
      const own = runsOf(group, row);
      return own.length === 0 ? "-" : percentOf(own);
    });
    return [taskOf(group), tokens.toLocaleString("en-US"), training, (100 / data.classes).toFixed(0), ...found];
  });
  return {
    title: "At a glance",
    paragraphs: [
      "Right, % of the test sequences after the last epoch, of several seeds one after the other; - where it was not trained. Trained on: sequences × epochs, " +
      `which differ from length to length, so that a column is not what length alone does. All other rows stand further down.${
        shareOfTexts(groups)
      }`,
    ],
    tables: [{ columns, rows }],
  };
}

/** What a share of the length is of texts that are shorter; empty without any. */
export function shareOfTexts(groups: readonly (readonly LongStudyRecord[])[]): string {
  const shares = groups.filter(isRagged).flatMap((group) =>
    runsOf(group, CONTROLS[0]).map(({ epochs }) => epochs.at(-1)?.density ?? NaN)
  ).filter(Number.isFinite).map((share) => 100 * share);
  if (shares.length === 0) return "";
  return ` Most texts of IMDB end before the length: a tenth of it is ${Math.min(...shares).toFixed(0)} to ${
    Math.max(...shares).toFixed(0)
  } % of their keys.`;
}
