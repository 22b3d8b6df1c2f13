import {
  type Column,
  curveChart,
  curveLegend,
  heatMap,
  lineChart,
  type ReportSection,
  type ReportTable,
} from "../display/mod.ts";
import { learningCurves } from "./curves.ts";
import { epochNotes } from "./epoch_notes.ts";
import type { Exhibit } from "./exhibit.ts";
import { exhibitFigure } from "./exhibit_figure.ts";
import { shownRecords } from "./keep_exhibits.ts";
import { operatorTitles } from "./operators.ts";
import { readingNotes, type Reasons, resultsTable, tableLegend } from "./results_table.ts";
import { type TableRow, tableRows } from "./rows.ts";
import type { RunRecord } from "./types.ts";

const right = (title: string): Column => ({ title, align: "right" });

// columns of the results table
const [EPOCHS, SEEDS] = [2, 3];

/** A table a data set: paper, ours, controls, verdict and reason. */
export function accuracySection(title: string, records: readonly RunRecord[], reasons: Reasons): ReportSection {
  const rows = tableRows(records);
  const { columns, rows: entries } = resultsTable(rows, reasons);
  const sets = [...new Set(rows.map(({ dataTitle }) => dataTitle))];
  const tables = sets.map((set): ReportTable => {
    const places = rows.flatMap(({ dataTitle }, i) => dataTitle === set ? [i] : []);
    // the caption says what all rows have in common; what no row has is left out
    const same = (c: number) => places.every((i) => entries[i][c] === entries[places[0]][c]);
    const shown = columns.map((_, c) => c).filter((c) =>
      c > 0 && places.some((i) => entries[i][c] !== "-") && !((c === EPOCHS || c === SEEDS) && same(c))
    );
    const { epochs, seeds } = rows[places[0]];
    const after = same(EPOCHS) ? ` after ${epochs} ${epochs === 1 ? "epoch" : "epochs"}` : "";
    const of = same(SEEDS) ? `, ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}` : "";
    return {
      caption: `${set}: test accuracy${after}${of}`,
      columns: shown.map((c) => columns[c]),
      rows: places.map((i) => shown.map((c) => entries[i][c])),
      marks: places.map((i) => isControl(rows[i]) ? "control" : "group"),
    };
  });
  return { title, tables, notes: [...readingNotes(rows), ...epochNotes(rows)], reading: tableLegend };
}

function isControl({ operator }: TableRow): boolean {
  return operator === "none" || operator.endsWith("Fixed");
}

/** Two charts a data set under one legend. */
export function curvesSection(title: string, records: readonly RunRecord[]): ReportSection {
  const panels = learningCurves(records);
  const notes = panels.flatMap(({ title, note }) => note === undefined ? [] : [`${title}: ${note}`]);
  const charts = panels.flatMap((panel) => [curveChart(panel, "accuracy"), curveChart(panel, "loss")]);
  return { title, figures: [curveLegend(panels), ...charts], notes };
}

/**
 * Finds the exhibits that belong to records, and the records that lack one.
 *
 * An exhibit belongs to the record of its data, operator and weights; see `keepExhibits` for the records that have one.
 *
 * @param records of one experiment
 * @param exhibits any exhibits
 * @returns exhibits in the order of their records, and the records without
 *
 * Cost O(records * exhibits).
 * Source: none needed.
 *
 * @example The invented ones belong together
 * ```ts
 * import { exampleExhibit, exampleRecord, matchExhibits } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(matchExhibits([exampleRecord({ operator: "qamaV2" })], [exampleExhibit()]).found.length, 1);
 * ```
 */
export function matchExhibits(
  records: readonly RunRecord[],
  exhibits: readonly Exhibit[],
): { readonly found: readonly Exhibit[]; readonly lacking: readonly RunRecord[] } {
  const shown = shownRecords(records);
  const of = (record: RunRecord) =>
    exhibits.find((exhibit) =>
      exhibit.weightsDigest === record.weightsDigest && exhibit.operator === record.operator &&
      exhibit.data === record.data.name
    );
  return {
    found: shown.map(of).filter((exhibit) => exhibit !== undefined),
    lacking: shown.filter((record) => of(record) === undefined),
  };
}

type Missing = NonNullable<ReportSection["missing"]>;

/** The exhibits that records lack, a line a profile, with the command that makes them. */
export function missingExhibits(
  lacking: readonly RunRecord[],
  commandOf: (records: readonly RunRecord[]) => string,
): Missing {
  return [...Map.groupBy(lacking, ({ profile }) => profile).values()].map((runs) => {
    const names = [...new Set(runs.map(({ operator, data }) => `${operatorTitles[operator]} on ${data.title}`))];
    const listed = names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    return { what: `exhibits of ${listed}`, command: commandOf(runs) };
  });
}

/** What each head chooses in a few test items, a part an operator and data set. */
export function chosenSections(exhibits: readonly Exhibit[], missing: Missing): ReportSection[] {
  const shows = (kind: "picture" | "text") => exhibits.some(({ items }) => items.some((item) => item.kind === kind));
  const paragraphs = [
    "The first test items of each class, whatever the model makes of them, under the final weights.",
    ...shows("picture")
      ? [
        "A panel is a head: the patches that it chooses are shown and framed, the others faded. Pointing at a patch names its share " +
        "of the energy.",
      ]
      : [],
    ...shows("text") ? ["Of texts the chosen words are marked; with several heads, by their numbers."] : [],
  ];
  const parts = exhibits.map((exhibit): ReportSection => ({
    title: nameOf(exhibit),
    level: 3,
    figures: exhibit.items.map((item) => exhibitFigure(item, exhibit)),
  }));
  return [{ title: "Chosen tokens, head by head", paragraphs, missing }, ...parts];
}

/** Overlap between heads with the penalty and without it: a table, and two maps an exhibit. */
export function overlapSections(exhibits: readonly Exhibit[], missing: Missing): ReportSection[] {
  const known = exhibits.flatMap((exhibit) => exhibit.overlap === null ? [] : [{ exhibit, overlap: exhibit.overlap }]);
  const rows = known.map(({ exhibit, overlap }) => [
    exhibit.dataTitle,
    operatorTitles[exhibit.operator],
    exhibit.profile,
    String(exhibit.seed),
    String(overlap.items),
    meanOverlap(overlap.withPenalty)?.toFixed(3) ?? "-",
    meanOverlap(overlap.withoutPenalty)?.toFixed(3) ?? "-",
    ...overlap.density.map((density) => (100 * density).toFixed(1)),
  ]);
  const columns = [
    ...[{ title: "data" }, { title: "operator" }, { title: "profile" }, right("seed"), right("test items")],
    ...[right("overlap with penalty"), right("without"), right("chosen with, %"), right("without, %")],
  ];
  const paragraphs = [
    "Overlap is the Jaccard index of the tokens that two heads choose: tokens of both over tokens of either, mean over test items " +
    "in which either chooses. With: the trained model's problems as it was trained. Without: the same problems, solved again " +
    "with the weight of the penalty between heads set to 0; the model was not trained without it. Diagonals are left empty.",
  ];
  if (rows.length === 0 && exhibits.length > 0) {
    paragraphs.push("None of the models shown here has two heads or more, so there is nothing to overlap.");
  }
  const tables = rows.length === 0 ? [] : [{ caption: "Mean over pairs of heads", columns, rows }];
  const maps = known.map(({ exhibit, overlap }): ReportSection => {
    const highest = Math.max(0.1, ...[overlap.withPenalty, overlap.withoutPenalty].flatMap(offDiagonal));
    const range = [0, Math.ceil(highest * 10) / 10] as const;
    const map = (title: string, matrix: typeof overlap.withPenalty) =>
      heatMap(matrix.flatMap((row, t) => row.map((x, u) => t === u ? NaN : x ?? NaN)), {
        ...{ rows: matrix.length, title, rowLabel: "head", columnLabel: "head", valueLabel: "Jaccard index" },
        ...{ from: 1, range, gaps: true, edge: 210 },
      });
    return {
      title: nameOf(exhibit),
      level: 3,
      figures: [map("with the penalty", overlap.withPenalty), map("without the penalty", overlap.withoutPenalty)],
    };
  });
  return [{ title: "Overlap between heads", paragraphs, tables, missing }, ...maps];
}

function offDiagonal(matrix: readonly (readonly (number | null)[])[]): number[] {
  return matrix.flatMap((row, t) => row.flatMap((x, u) => t === u || x === null ? [] : [x]));
}

/** Mean over pairs of heads; null where no pair has a value. */
export function meanOverlap(matrix: readonly (readonly (number | null)[])[]): number | null {
  const values = offDiagonal(matrix);
  return values.length === 0 ? null : values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** How low the annealer comes in the trained models' problems. */
export function energySection(exhibits: readonly Exhibit[], missing: Missing): ReportSection {
  const title = "Energies";
  const known = exhibits.flatMap((exhibit) =>
    exhibit.energies === null ? [] : [{ exhibit, energies: exhibit.energies }]
  );
  if (known.length === 0) return { title, missing };
  const { longRuns } = known[0].energies;
  const steps = ["random", "descent", "annealed", "best"] as const;
  const names = ["random", "descent", "annealed", `best of ${longRuns.runs} long`];
  const distance = (energies: (typeof known)[number]["energies"], step: (typeof steps)[number]) =>
    100 * (energies[step] - energies.best) / (energies.random - energies.best);
  const table = {
    caption: "Mean energy of a problem, in the operator's units",
    columns: [
      ...[{ title: "data" }, { title: "operator" }, { title: "profile" }, right("test items"), ...names.map(right)],
      ...[right("annealed: distance, %"), right("at the lowest seen, % of items")],
    ],
    rows: known.map(({ exhibit, energies }) => [
      exhibit.dataTitle,
      operatorTitles[exhibit.operator],
      exhibit.profile,
      String(energies.items),
      ...steps.map((step) => energies[step].toFixed(1).replace("-", "−")),
      distance(energies, "annealed").toFixed(2),
      (100 * energies.reached).toFixed(1),
    ]),
  };
  // eight lines are what a chart can tell apart
  const several = new Set(known.map(({ exhibit }) => exhibit.profile)).size > 1;
  const lines = known.slice(0, 8).map(({ exhibit, energies }) => ({
    label: `${operatorTitles[exhibit.operator]}, ${exhibit.dataTitle.replace(/ *[,(].*/, "")}` +
      (several ? `, ${exhibit.profile}` : ""),
    values: steps.slice(0, 3).map((step) => distance(energies, step)),
  }));
  const axes = {
    x: names.slice(0, 3),
    xLabel: "how the selection was found",
    yLabel: "distance to the lowest seen, %",
  };
  const paragraphs = [
    "The problems of the trained models: random tokens of the same density; descent from a random start; the annealer as it was " +
    `trained and tested, one run; and the lowest of ${longRuns.runs} runs of ${longRuns.sweeps} sweeps and of the former. That is ` +
    "the lowest seen, not proved minimal. Distances are shares of the distance of random tokens, which is 100 %.",
  ];
  const look = { title: "Distance to the lowest seen", compact: true, yScale: "log", ...axes } as const;
  const figures = [lineChart(lines, look)];
  return { title, paragraphs, figures, tables: [table], missing };
}

function nameOf({ dataTitle, operator, seed, profile }: Exhibit): string {
  return `${operatorTitles[operator]}, ${dataTitle}, profile ${profile}, seed ${seed}`;
}
