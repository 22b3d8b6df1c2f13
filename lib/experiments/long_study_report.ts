import { meanInterval } from "../analysis/mod.ts";
import {
  JUPYTER_DISPLAY,
  markdownTable,
  type ReportSection,
  type ReportTable,
  scatterChart,
  sectionsMarkdown,
} from "../display/mod.ts";
import { longCounts, longLines } from "./_long_choice.ts";
import { groupsOf, isRagged, nameOf, percentOf } from "./_long_groups.ts";
import { longDifferences } from "./_long_differences.ts";
import { longGlance } from "./_long_glance.ts";
import { longLimits } from "./_long_limits.ts";
import { longStudyWords, longTimesWords, type StepClock, stepClock } from "./_long_study_words.ts";
import { accuraciesOf } from "./_seed_accuracies.ts";
import { longStudyDigest, longStudyFileName, type LongStudyRecord, waysInNames } from "./long_study_record.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { longTimesDigest, type LongTimesRecord } from "./long_times_record.ts";
import { longTimesChart, longTimesSection } from "./long_times_report.ts";
import { selectedBenchSection } from "./_selected_bench_section.ts";
import type { SelectedBench } from "./selected_bench_record.ts";

/** The command that makes the records. */
export const LONG_STUDY_COMMAND = "deno task long-study";

/** The report of the study of long sequences. */
export interface LongStudyReport {
  /** Text by file name: `README.md` and a figure for each data set and length. */
  readonly files: ReadonlyMap<string, string>;
  /** What was found, in sentences. */
  readonly summary: readonly string[];
  /** The same in three lines: accuracy, time, what to choose; the summary where there is too little for them. */
  readonly short: readonly string[];
}

/**
 * Renders the report of the study of long sequences from whatever records are there.
 *
 * @param records any records, in any order
 * @param times times of all rows, taken in turn: where there are some of a length, they stand in place of those of the trainings. @default {[]}
 * @param bench what the kernels save by themselves. @default {null, nothing is said of it}
 * @returns the files and what was found; without records the page says so
 *
 * Cost O(records).
 * Source: `meanInterval` and `wilsonInterval` for the intervals.
 *
 * @example Nothing was trained yet
 * ```ts
 * import { longStudyReport } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes((await longStudyReport([])).files.get("README.md") ?? "", "Nothing was trained yet");
 * ```
 */
export async function longStudyReport(
  records: readonly LongStudyRecord[],
  times: readonly LongTimesRecord[] = [],
  bench: SelectedBench | null = null,
): Promise<LongStudyReport> {
  const groups = groupsOf(records), timed = longTimesSection(times);
  const clockOf = (group: readonly LongStudyRecord[]) => stepClock(group, times);
  const words = new Map(groups.map((group) => [group, longStudyWords(group, clockOf(group))]));
  const timesWords = longTimesWords(times);
  const named = [...words].flatMap(([group, said]) => said.map((sentence) => `${nameOf(group)}: ${sentence}`));
  const summary = [...named, ...timesWords];
  const files = new Map<string, string>();
  const pictures = new Map<string, { file: string; shows: string }>();
  const glance = longGlance(groups), counts = longCounts(records);
  const sections: ReportSection[] = [...glance === null ? [] : [glance], {
    title: "What was found",
    paragraphs: groups.length === 0 ? ["Nothing was trained yet."] : [
      ...counts.length === 0 ? [] : [
        `${COUNTS}\n\n${counts.map((line) => `- ${line}`).join("\n")}`,
      ],
      DIFFERENCES,
    ],
    tables: longDifferences(groups),
    ...groups.length === 0 ? {} : { reading: READING },
  }];
  if (timed !== null) {
    sections.push({ ...timed, paragraphs: [...timed.paragraphs ?? [], ...timesWords] });
    const chart = longTimesChart(times), file = "long_times.svg";
    if (chart !== null) {
      files.set(file, chart);
      pictures.set(timed.title, {
        file,
        shows: "How many times as fast as softmax attention a training step is, against tokens",
      });
    }
  }
  const skipped = selectedBenchSection(bench);
  if (skipped !== null) sections.push(skipped);
  for (const group of groups) {
    const clock = clockOf(group), { about, table } = tableOf(group, clock), [{ task, tokens, data, options }] = group;
    const alike = groups.filter((other) => other[0].tokens === tokens && nameOf(other) === nameOf(group)).length > 1;
    const title = nameOf(group) + (alike ? `, ${data.train.toLocaleString("en-US")} × ${options.epochs}` : "");
    const counts = alike ? `_${data.train}x${options.epochs}` : "";
    const file = `long_${task}_${tokens}${waysInNames(options, "_")}${counts}.svg`;
    sections.push({
      title,
      paragraphs: [about, ...words.get(group)!.map(capitalised)],
      tables: [table],
    });
    files.set(file, chartOf(title, group, clock));
    pictures.set(title, { file, shows: `Accuracy against time of a training step, ${title}` });
  }
  const limits = longLimits(groups);
  if (limits.length > 0) {
    sections.push({ title: "Limits", paragraphs: [limits.map((limit) => `- ${limit}`).join("\n")] });
  }
  const commitOf = ({ code: { commit } }: LongStudyRecord | LongTimesRecord) =>
    commit === null ? "-" : commit.replace(/^(.{10})[^+]*/, "$1");
  const digests = await Promise.all([
    ...records.map(async (record) => [longStudyFileName(record), commitOf(record), await longStudyDigest(record)]),
    ...times.map(async (
      record,
    ) => [`times of ${record.tokens} tokens`, commitOf(record), await longTimesDigest(record)]),
  ]);
  const list = markdownTable([{ title: "record" }, { title: "commit" }, { title: "digest" }], digests.sort());
  const page = `# Long sequences: does reading a few chosen keys pay?\n\n${WHAT}\n\n` +
    `${sectionsMarkdown(sections, pictures)}\n## Records\n\n${MADE_BY}\n${digests.length === 0 ? "" : `\n${list}`}`;
  return { files: new Map([["README.md", page], ...files]), summary, short: longLines({ records, times }) ?? summary };
}

const WHAT = [
  "One layer of attention before a network and a mean over the tokens, trained on sequences of bytes or of tokens drawn by our own code, one sequence at a time on one thread.",
  "Rows that choose read 5, 10 or 20 % of the keys, the same for every query of a head; the kernels gather the chosen keys and skip the rest. They differ in who chooses: *QAMA*, the QUBO of " +
  "every sequence, whose couplings come from queries and keys and whose fields from values, annealed in factored form, 20 sweeps; *no couplings*, the same QUBO without them; *the largest fields*, the tokens " +
  "with the largest fields of the sequence, nothing solved; *no positional field*, either of the two without the learned field of each place; *one random mask a head*, drawn once; *all keys*, nobody. *By blocks with a neighbour*: each of eight blocks of queries has a QUBO of its own, " +
  "five sweeps, and each query reads one neighbouring token besides, in a column beside those that its block gathered. *Boltzmann attention* weighs all keys by their probability in an Ising model of each query, sampled by heat baths, with " +
  "learned couplings of positions by their distance up to eight: after the abstract of [arXiv 2606.12478](https://arxiv.org/abs/2606.12478), which couples positions by pair. It samples as many spins for every query as there are tokens, and is trained where that is short.",
  "What is called a sparse peer spares time or memory in some way: Longformer reads a window of a tenth of the length, BigBird eight blocks of an eightieth, Linformer 64 projections of all keys, Performer 44 random features, Reformer four rounds of chunks of 16 with the chunk before each, at most 128 keys a query at every length. Longformer has its window alone, no global token. " +
  "*Uniform attention* reads the mean of all values: it mixes tokens and looks for nothing.",
  "Time is processor time of a training step. Where all rows of a table were timed in turn at its length, it is that, on sequences of the retrieval task, which are as long as those of every task but IMDB; elsewhere it is that of the trainings, " +
  "which other programs on the computer can slow down. Memory is what the attention block takes for one sequence of full length, what backward needs included. " +
  "Softmax attention and the rows that choose keep no probabilities, they compute them again on the way back; the sparse peers keep theirs. Times taken in turn are of one program, and so is memory wherever a row was timed at the length, beside times of trainings too; a training may be of an earlier one.",
].join("\n\n");

const MADE_BY =
  `Made by \`${LONG_STUDY_COMMAND}\`, times by \`${LONG_STUDY_COMMAND} --time\`. Each section says what \`--tasks\`, \`--lengths\`, \`--train\`, \`--test\`, \`--epochs\` and \`--rate\` ` +
  "were, and its table `--rows` and `--seeds`; rows by blocks are run and timed where `--rows` names them. The same options and program give the same digests.";

const COUNTS =
  "Over all tasks and lengths that some row learned, a longer training apart, though with the same seed it begins as the shorter one; above, below, better and worse are said where two rows are told apart:";

const DIFFERENCES =
  "Differences seed by seed, a star where the two rows are told apart, - where no seed has both. What else was trained at a length, and each comparison in words, stands with it below.";

const READING =
  "Accuracies are of the last epoch, of several seeds one after the other with strokes between, ×4 behind what four in a row have, or once where all are equal; differences are taken seed by seed. Two rows are told apart where the 95 % t interval over seeds of " +
  "the difference, never narrower than that of as many independent test items, leaves out 0; with one seed or two, where with every seed that both have one Wilson interval over the test sequences lies above the other. A row is above chance where the Wilson interval of one of its runs is. " +
  "Where times were taken in turn, softmax attention's time over a row's is the median of the rounds' ratios. With one seed it is two trained models that are told apart, not two methods. Nothing is corrected for the number of comparisons.";

/**
 * Writes what the records of the study of long sequences come to, in Markdown: a table for each data set and length.
 *
 * Accuracy is that of the last epoch, of all seeds. Time is processor time of training, a
 * sequence, over seeds; memory what the attention block takes for one sequence.
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
 * assertStringIncludes(longStudyMarkdown([exampleLongStudyRecord()]), "75.00 (one seed)");
 * ```
 */
export function longStudyMarkdown(records: readonly LongStudyRecord[]): string {
  return groupsOf(records).map((group) => {
    const { title, about, table: { columns, rows } } = tableOf(group, stepClock(group));
    return `## ${title}\n\n${about}\n\n${markdownTable(columns, rows)}`;
  }).join("\n");
}

function capitalised(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}

function tableOf(
  group: readonly LongStudyRecord[],
  clock: StepClock,
): { title: string; about: string; table: ReportTable } {
  const [{ data, options }] = group;
  const rows = inOrder(group).map(({ row, title, own }) => {
    const density = own[0].epochs.at(-1)?.density ?? null, { ms, speedUp, bytes } = clock(row);
    return [
      title,
      own.map(({ seed }) => seed).sort((a, b) => a - b).join(", "),
      rightOf(own),
      density === null ? "" : (100 * density).toFixed(1),
      ms.toFixed(2),
      Number.isFinite(speedUp) ? speedUp.toFixed(2) : "",
      (bytes / 2 ** 20).toFixed(1),
      own[0].parameters.toLocaleString("en-US"),
    ];
  });
  const titles = [
    "seeds",
    "right, %",
    "keys, %",
    "a step, ms",
    "softmax's time over it",
    "attention, MiB",
  ];
  const columns = [{ title: "row" }, ...[...titles, "parameters"].map((title) => ({ title, align: "right" as const }))];
  const counts = `${data.train.toLocaleString("en-US")} training and ${
    data.test.toLocaleString("en-US")
  } test sequences`;
  const epochs = `${options.epochs} ${options.epochs === 1 ? "epoch" : "epochs"}`;
  return {
    title: nameOf(group),
    about: `${ABOUT[group[0].task] ?? ""}${
      written(group)
    }${counts}, ${epochs}, batches of ${options.batchSize}, Adam at ${options.learningRate}, ${options.heads} heads; chance ${
      (100 / data.classes).toFixed(1)
    } %${data.synthetic ? "; synthetic" : ""}.${
      isRagged(group)
        ? " Most texts are shorter than the longest: how many keys are asked for is fixed, so that of theirs a larger share is read."
        : ""
    }`,
    table: { columns, rows },
  };
}

/** Mean accuracy of a row in %, and behind it those of its seeds where they differ. */
function rightOf(own: readonly LongStudyRecord[]): string {
  const { mean } = meanInterval(accuraciesOf(own).map(({ accuracy }) => 100 * accuracy)), all = percentOf(own);
  return mean.toFixed(2) + (own.length === 1 ? " (one seed)" : all.includes("/") ? ` (${all})` : "");
}

/** How often what matters is written in a sequence that is drawn; empty for others. */
function written([{ task, tokens }]: readonly LongStudyRecord[]): string {
  if (!Object.hasOwn(ROOM, task)) return "";
  const times = Math.max(1, Math.floor(tokens / ROOM[task]));
  return `What matters is written ${times === 1 ? "once" : `${times} times, spread over the sequence`}. `;
}

/** Tokens to each time that what matters is written, of tasks that are drawn. */
const ROOM: Readonly<Record<string, number>> = { retrieval: 64, retrievalOnce: Infinity, brackets: 64, parity: 64 };

const RETRIEVAL =
  "Four marked tokens, each a key with one of four values, and a question that names a key: which value has it? ";

/** What a task asks, by the names of `LONG_DATASETS`. */
const ABOUT: Readonly<Record<string, string>> = {
  retrieval: RETRIEVAL,
  retrievalOnce: RETRIEVAL,
  brackets:
    "Two pairs of brackets of two kinds among filler: are they nested well, or has one closing bracket the other kind? How many brackets there are of each sort tells it. ",
  parity: "Two marked bits among bits that do not count: is their sum even? ",
  sst2Bytes:
    "Sentences of SST-2 one after the other, one of them marked: is that one favourable, as in 53 % of the test sequences? ",
  imdbBytes: "A review of a film, cut off at the length: is it favourable? ",
};

/** The rows of a group in the order of the study, with their runs. */
function inOrder(group: readonly LongStudyRecord[]): { row: string; title: string; own: LongStudyRecord[] }[] {
  return longStudyRows(group[0].tokens, 1).flatMap(({ row, title }) => {
    const own = group.filter((record) => record.row === row);
    return own.length === 0 ? [] : [{ row, title, own }];
  });
}

/** Controls that stand in the table alone: a chart has marks for fourteen rows. */
const UNDRAWN = [
  ...["qamaSelectedNoPositions10", "qamaSelectedNoCouplings10", "boltzmannApart"],
  ...["nearTopField10", "selectedDense", "topFieldNoPositions10", "uniform"],
];

function chartOf(title: string, group: readonly LongStudyRecord[], clock: StepClock): string {
  const groups = inOrder(group).filter(({ row }) => !UNDRAWN.includes(row)).map(({ row, title, own }) => ({
    label: title,
    points: own.map((record) => ({ x: clock(row).ms, y: 100 * accuraciesOf([record])[0].accuracy })),
  }));
  const axes = { xLabel: "a training step, ms of processor time", yLabel: "right, %", yScale: "linear" as const };
  return String(scatterChart(groups, { title, ...axes })[JUPYTER_DISPLAY]()["image/svg+xml"]);
}
