import type { ReportTable } from "../display/mod.ts";
import { bySeed, CONTROLS, NEAR, runsOf, taskOf, TENTH, titlesAt } from "./_long_groups.ts";
import { accuraciesOf, seedDifferences, toldApart } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** A row, and what it is compared with. */
const COMPARED = [[TENTH, "mha", "longformer", ...CONTROLS], [NEAR[0], "mha", "longformer", NEAR[1]]] as const;

/** How far rows whose keys a QUBO chooses are from softmax attention, a peer and their controls, a table for each; none without a pair. */
export function longDifferences(groups: readonly (readonly LongStudyRecord[])[]): ReportTable[] {
  if (groups.length === 0) return [];
  const titles = titlesAt(groups[0][0].tokens);
  return COMPARED.flatMap(([row, ...others]) => {
    const shown = others.filter((other) => groups.some((group) => differenceIn(group, row, other) !== "-"));
    const own = groups.filter((group) => shown.some((other) => differenceIn(group, row, other) !== "-"));
    if (own.length === 0) return [];
    return [{
      caption: `${titles.get(row)}: difference of accuracy in points to`,
      columns: [
        { title: "data" },
        ...["tokens", ...shown.map((other) => titles.get(other)!)].map((title) => ({ title, align: "right" as const })),
      ],
      rows: own.map((group) => [
        taskOf(group),
        group[0].tokens.toLocaleString("en-US"),
        ...shown.map((other) => differenceIn(group, row, other)),
      ]),
    }];
  });
}

/** Differences by seed, with a star where they are told apart; `-` without a common seed. */
function differenceIn(group: readonly LongStudyRecord[], row: string, other: string): string {
  const [a, b] = [row, other].map((name) => accuraciesOf(runsOf(group, name))), points = seedDifferences(a, b);
  if (points.length === 0) return "-";
  return `${bySeed(points.map(signed))}${toldApart(a, b) ? " *" : ""}`;
}

function signed(points: number): string {
  const rounded = points.toFixed(1);
  return Number(rounded) === 0 ? "0.0" : rounded.replace("-", "−");
}
