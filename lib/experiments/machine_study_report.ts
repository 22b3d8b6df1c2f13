import {
  type Column,
  JUPYTER_DISPLAY,
  lineChart,
  markdownTable,
  type ReportSection,
  type ReportTable,
  sectionsMarkdown,
  type Shown,
} from "../display/mod.ts";
import { accuracyText, bitsOf, gapText, inferenceWords, solverTitle } from "./_machine_study_words.ts";
import { meanInterval } from "../analysis/mod.ts";
import { meanOf, studyInference, type StudyInferenceRow } from "./machine_study_analysis.ts";
import { STUDY_BITS, STUDY_NOISE, studySolvers } from "./machine_study_plan.ts";
import { machineStudyDigest, machineStudyFileName, type MachineStudyRecord } from "./machine_study_record.ts";
import { MACHINE_VARIABLES, type StudySolver } from "./machine_study_solver.ts";

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

/** Steps that a point of the training's figure is the mean of. */
const WINDOW = 5;

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
  "distance of a random selection as dense as the reference's, 100; +- is a 95 % t interval over pictures. `right, %` has Wilson's 95 % " +
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

function inferenceTable(rows: readonly StudyInferenceRow[]): ReportTable {
  const columns: Column[] = [
    { title: "who chooses" },
    ...[
      "bits",
      "loop noise",
      "from best, %",
      "best found, %",
      "right, %",
      "as first",
      "chosen, %",
      "machine ms",
      "wall ms",
      "jobs",
      "pictures a job",
      "MB sent",
    ]
      .map((title) => ({ title, align: "right" }) as const),
  ];
  return {
    columns,
    rows: rows.map((row) => {
      const { solver, traffic, density, data } = row.record;
      return [
        ...[solverTitle(solver), textOf(bitsOf(solver)), solver.kind === "machine" ? String(solver.noise) : "-"],
        ...[gapText(row), (100 * row.reached).toFixed(0), accuracyText(row), `${row.agreed} of ${data.pictures}`],
        ...[
          (100 * density).toFixed(1),
          row.deviceMs === null ? "-" : row.deviceMs.toFixed(1),
          row.wallMs.toPrecision(3),
        ],
        ...[textOf(traffic?.jobs), traffic ? (data.pictures / traffic.jobs).toFixed(1) : "-"],
        traffic ? (traffic.sentBytes / 1e6).toFixed(0) : "-",
      ];
    }),
  };
}

function textOf(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : String(value);
}

/** One number of the rows against bits; null where no row has bits. */
function bitsChart(
  rows: readonly StudyInferenceRow[],
  yLabel: string,
  title: string,
  value: (row: StudyInferenceRow) => number,
): Shown | null {
  const at = (test: (solver: StudySolver) => boolean) => {
    const row = rows.find(({ record }) => test(record.solver));
    return row === undefined ? NaN : value(row);
  };
  const annealer = at((s) => s.kind === "annealer" && s.replicas === 1);
  const series = [
    ...STUDY_NOISE.map((noise) => ({
      label: `machine, loop noise ${noise}`,
      values: STUDY_BITS.map((bits) =>
        at((s) => s.kind === "machine" && s.bits === bits && s.noise === noise && s.variables >= MACHINE_VARIABLES)
      ),
    })),
    ...(["spins", "qubo"] as const).map((form) => ({
      label: form === "qubo" ? "annealing of the rounded QUBO" : "annealing of the pack's rounded spins",
      values: STUDY_BITS.map((bits) => at((s) => s.kind === "rounded" && s.form === form && s.bits === bits)),
    })),
    { label: "layer's annealer, not rounded", values: STUDY_BITS.map(() => annealer) },
  ].filter(({ values }) => values.some(Number.isFinite));
  if (series.length === 0) return null;
  return lineChart(series, { title, x: STUDY_BITS, xLabel: "bits of a coefficient", yLabel, compact: true });
}

/** Loss over steps, the mean over the seeds that all rows have. */
function lossChart(records: readonly MachineStudyRecord[]): Shown | null {
  const groups = [...Map.groupBy(records, ({ row }) => row).values()];
  const shared = groups[0].map(({ seed }) => seed)
    .filter((seed) => groups.every((own) => own.some((record) => record.seed === seed)));
  const steps = Math.min(...records.map(({ training }) => training?.losses.length ?? 0));
  const windows = Math.floor(steps / WINDOW);
  if (windows < 2 || shared.length === 0) return null;
  const starts = Array.from({ length: windows }, (_, k) => k * WINDOW);
  const series = groups.map((own) => {
    const losses = own.filter(({ seed }) => shared.includes(seed)).map(({ training }) => training!.losses);
    return {
      label: trainingTitle(own[0]),
      values: starts.map((from) => meanOf(losses.map((all) => meanOf(all.slice(from, from + WINDOW))))),
    };
  });
  return lineChart(series, {
    title: `Loss while training on the glyphs, ${shared.length === 1 ? `seed ${shared[0]}` : `${shared.length} seeds`}`,
    x: starts.map((from) => from + WINDOW),
    ...{ xLabel: `steps (means of ${WINDOW})`, yLabel: "cross-entropy, nats", compact: true },
  });
}

function trainingTitle({ solver }: MachineStudyRecord): string {
  return solver.kind === "machine"
    ? `emulated machine, ${solver.bits} bits, loop noise ${solver.noise}`
    : solverTitle(solver);
}

function trainingTable(records: readonly MachineStudyRecord[]): ReportTable {
  const columns: Column[] = [
    { title: "who chooses" },
    ...[
      "seed",
      "loss, first 10 steps",
      "loss, last 10",
      "right in the last 10, %",
      "energy, last 10",
      "chosen, %",
      "machine ms",
      "wall s",
      "jobs",
      "MB sent",
    ]
      .map((title) => ({ title, align: "right" }) as const),
  ];
  return {
    columns,
    rows: records.map((record) => {
      const { batch, losses, hits, energies } = record.training!;
      const { traffic } = record;
      const ten = Math.min(10, losses.length);
      return [
        ...[trainingTitle(record), String(record.seed), meanOf(losses.slice(0, ten)).toFixed(3)],
        ...[meanOf(losses.slice(-ten)).toFixed(3), (100 * meanOf(hits.slice(-ten)) / batch).toFixed(1)],
        ...[meanOf(energies.slice(-ten)).toFixed(1), (100 * record.density).toFixed(1)],
        ...[textOf(traffic?.machineMs), (record.wallMs / 1000).toFixed(1), textOf(traffic?.jobs)],
        traffic ? (traffic.sentBytes / 1e6).toFixed(0) : "-",
      ];
    }),
  };
}

function trainingWords(records: readonly MachineStudyRecord[]): string[] {
  const [{ training, data }] = records;
  const last = (record: MachineStudyRecord) => meanOf(record.training!.losses.slice(-10));
  const groups = [...Map.groupBy(records, ({ row }) => row).values()];
  const [own, ...others] = groups;
  const compared = others.map((group) => {
    const differences = group.flatMap((record) => {
      const beside = own.find(({ seed }) => seed === record.seed);
      return beside === undefined ? [] : [last(record) - last(beside)];
    });
    if (differences.length === 0) return "";
    const { mean, halfWidth } = meanInterval(differences);
    const seeds = differences.length === 1 ? "1 seed" : `${differences.length} seeds`;
    const interval = halfWidth === null ? "" : ` +- ${halfWidth.toFixed(3)}`;
    return `${mean < 0 ? "" : "+"}${mean.toFixed(3)}${interval} (${seeds}) with ${trainingTitle(group[0])}`;
  }).filter((text) => text !== "");
  return [
    `${training!.losses.length} steps of ${training!.batch} pictures of the ${data.name}, patches of ${
      training!.patch
    } pixels; a seed has the ` +
    `same first weights and the same pictures whoever chooses. Mean loss of the last 10 steps: ${
      meanOf(own.map(last)).toFixed(3)
    } nats with ${trainingTitle(own[0])}` +
    (compared.length === 0 ? "." : `; against that, seed by seed, with 95 % t intervals: ${compared.join("; ")}.`) +
    " The gradient is that of the selection, whoever chose it: a test compares it bit for bit.",
  ];
}

function replayWords({ replay, traffic }: MachineStudyRecord): string {
  const { steps, batch, tapeLines, tapeBytes, recordedWeights, replayedWeights, recordedMs, replayedMs } = replay!;
  const same = recordedWeights === replayedWeights;
  return `${steps} steps of ${batch} pictures were recorded on a tape (${traffic?.jobs} jobs, ${tapeLines} lines, ${
    (tapeBytes / 1e3).toFixed(0)
  } kB) and trained again from it, without emulator and key: the weights are ${
    same ? "the same, byte for byte" : "NOT the same"
  } (SHA-256 ${recordedWeights.slice(0, 12)} and ${replayedWeights.slice(0, 12)}), in ${
    (replayedMs / 1000).toFixed(1)
  } s in place of ${(recordedMs / 1000).toFixed(1)} s.`;
}
