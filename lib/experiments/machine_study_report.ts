import { JUPYTER_DISPLAY, markdownTable, type ReportSection, sectionsMarkdown, type Shown } from "../display/mod.ts";
import { bitsChart, lossChart } from "./_machine_study_charts.ts";
import { inferenceTable, trainingTable } from "./_machine_study_tables.ts";
import { inferenceWords, replayWords, trainingWords } from "./_machine_study_words.ts";
import { studyInference } from "./machine_study_analysis.ts";
import { studySolvers } from "./machine_study_plan.ts";
import { machineStudyDigest, machineStudyFileName, type MachineStudyRecord } from "./machine_study_record.ts";
import type { StudySolver } from "./machine_study_solver.ts";

/** The command that makes the records. */
export const MACHINE_STUDY_COMMAND = "deno task machine-study";

/** The report of the machine study. */
export interface MachineStudyReport {
  /** Text by file name: `README.md` and its figures. */
  readonly files: ReadonlyMap<string, string>;
  /** What was found, in Markdown sentences. */
  readonly summary: string;
  /** The figure to show first; null where there is none. */
  readonly figure: string | null;
}

/**
 * Renders the report of the machine study: sentences, tables and figures, every number from the records.
 *
 * @param given records of one run of the study, in any order
 * @returns the files and what was found
 * @throws {RangeError} if there is no record, or rows of one operator are of other pictures
 *
 * Cost O(numbers).
 * Source: none needed.
 *
 * @example The page of an invented record
 * ```ts
 * import { exampleMachineStudyRecord, machineStudyReport } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { files } = await machineStudyReport([exampleMachineStudyRecord()]);
 * assertEquals([...files.keys()], ["README.md"]);
 * ```
 */
export async function machineStudyReport(given: readonly MachineStudyRecord[]): Promise<MachineStudyReport> {
  if (given.length === 0) throw new RangeError("Cannot write the report: there is no record");
  const records = inPlanOrder(given);
  const inferred = [...Map.groupBy(records, ({ operator }) => operator)]
    .map(([operator, own]) => ({ operator, rows: studyInference(own) })).filter(({ rows }) => rows.length > 0);
  const trained = records.filter(({ training }) => training !== null);
  const replayed = records.filter(({ replay }) => replay !== null);
  const figures = new Map<string, Shown>();
  const pictures = new Map<string, { file: string; shows: string }>();
  const sections: ReportSection[] = [];
  const words: string[] = [];
  const draw = (title: string, file: string, shows: string, chart: Shown | null) => {
    if (chart === null) return;
    figures.set(file, chart);
    pictures.set(title, { file, shows });
  };
  for (const { operator, rows } of inferred) {
    const title = `MNIST pictures through ${operator}`;
    const found = inferenceWords(rows);
    words.push(...found.front);
    sections.push({ title, paragraphs: found.all, tables: [inferenceTable(rows)], reading: READING });
    const from = "from best known (0) to random (100), %";
    draw(
      ...[
        title,
        `machine_study_${operator}.svg`,
        `Distance to the best known energy against bits, ${operator}`,
      ] as const,
      bitsChart(rows, from, `Energies behind the layer, ${operator}`, ({ gap }) => gap.mean),
    );
    const right = `Classified right, ${operator}`;
    sections.push({ title: right, level: 3 });
    draw(
      ...[right, `machine_study_${operator}_right.svg`, `Pictures classified right against bits, ${operator}`] as const,
      bitsChart(rows, "classified right, %", right, ({ accuracy }) => 100 * accuracy.share),
    );
  }
  if (trained.length > 0) {
    const title = "Training through the machine";
    const found = trainingWords(trained);
    words.push(...found);
    sections.push({ title, paragraphs: found, tables: [trainingTable(trained)] });
    draw(title, "machine_study_training.svg", "Training loss over steps", lossChart(trained));
  }
  if (replayed.length > 0) {
    const found = replayed.map(replayWords);
    words.push(...found);
    sections.push({ title: "A tape, played again", paragraphs: found });
  }
  const digests = await Promise.all(records.map(async (record) => [
    ...[machineStudyFileName(record), record.code.commit?.slice(0, 10) ?? "-", await machineStudyDigest(record)],
  ]));
  const table = markdownTable([{ title: "record" }, { title: "commit" }, { title: "digest" }], digests);
  const page = `# A coherent Ising machine behind the attention layer\n\n${leadOf(records).join("\n\n")}\n\n` +
    `${
      sectionsMarkdown(sections, pictures)
    }\n## Records\n\nMade by \`${MACHINE_STUDY_COMMAND}\`. The digest is the SHA-256 of everything ` +
    `in a record that a rerun must give again: all but times, requests, computer, code and date.\n\n${table}`;
  const drawn = [...figures].map(([file, chart]): [string, string] => [
    ...[file, String(chart[JUPYTER_DISPLAY]()["image/svg+xml"])] as const,
  ]);
  const summary = words.map((sentence) => `- ${sentence}`).join("\n");
  return { files: new Map([["README.md", page], ...drawn]), summary, figure: [...figures.keys()][0] ?? null };
}

const READING =
  "`from best, %` is the mean distance of a selection's energy to the lowest that any row found for the same picture, 0, in percent of the " +
  "distance of a random selection as dense as the reference's, 100, and beyond that it is worse than random; +- is a 95 % t interval over pictures. `right, %` has Wilson's 95 % " +
  "interval. `as first` counts the pictures that get the class that the first row gives. `machine ms` is what the modelled machine takes, " +
  "`wall ms` the time until the layer had its selection, both a picture. The attention block comes first in the model, so every row solves " +
  "the same problems.";

function inPlanOrder(records: readonly MachineStudyRecord[]): MachineStudyRecord[] {
  const parts = ["inference", "training", "replay"] as const;
  const place = ({ part, solver }: MachineStudyRecord) => {
    const own = studySolvers(part).findIndex((one) => sameSolver(one, solver));
    return 1000 * parts.indexOf(part) + (own < 0 ? 999 : own);
  };
  return records.toSorted((a, b) =>
    parts.indexOf(a.part) - parts.indexOf(b.part) || b.operator.localeCompare(a.operator) || place(a) - place(b) ||
    a.seed - b.seed
  );
}

function sameSolver(planned: StudySolver, made: StudySolver): boolean {
  if (planned.kind === "random") return made.kind === "random";
  return JSON.stringify(planned) === JSON.stringify(made);
}

function leadOf(records: readonly MachineStudyRecord[]): string[] {
  const [{ question, code, machine }] = records;
  const data = [...new Set(records.map(({ data: { name, synthetic } }) => `${name}${synthetic ? ", synthetic" : ""}`))];
  return [
    `${question}`,
    "No machine was asked: jobs go over loopback in the wire protocol of IsingQ's cloud (2,048 variables, every pair) to the emulator, which " +
    "answers from `physicalCim`, 1,000 round trips of 5 us a run, 10 runs a job, and tells the best run only, as that service does. Several " +
    "pictures share a job, side by side. Its strengths of feedback, pump and noise are round numbers, fitted to no machine and to none of " +
    "these problems; what a real machine would answer is not known from this.",
    `Data: ${
      data.join("; ")
    }. Version ${code.version}; Deno ${machine.deno} on ${machine.cpu}, busy with other work: wall times are upper ` +
    "bounds. Every number and every word of comparison is computed from the records.",
  ];
}
