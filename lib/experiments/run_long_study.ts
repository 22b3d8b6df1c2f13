import { type BlockCheckpoint, type TextData, trainBlock } from "../training/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { ifThere } from "./_out_folder.ts";
import { checkAsked, makeRecords, type PlannedRecord } from "./_make_records.ts";
import {
  LONG_STUDY_DEFAULTS,
  LONG_STUDY_SCHEMA,
  longStudyFileName,
  type LongStudyRecord,
} from "./long_study_record.ts";
import { readLongStudyRecord, writeLongStudyRecord } from "./long_study_record.ts";
import { canonicalJson, digestOf } from "./digest.ts";
import { askedRows, type LongStudyRow, longStudyRows } from "./long_study_rows.ts";
import { describeMachine } from "./machine.ts";

/** How the study of long sequences is run. */
export interface RunLongStudyOptions {
  /** Folder of the records, in `records/`, and of the state of a run that was stopped, in `checkpoints/`; made if it is not there. */
  readonly out: string;
  /** The data sets, by name, each at every length. */
  readonly tasks: readonly string[];
  /** Lengths N. */
  readonly lengths: readonly number[];
  /** Seeds. */
  readonly seeds: readonly number[];
  /** Loads a data set at a length. */
  readonly load: (task: string, tokens: number) => Promise<TextData>;
  /** Passes over the training sequences. */
  readonly epochs: number;
  /** H. @default {4} */
  readonly heads?: number;
  /** Sequences a step. @default {8} */
  readonly batchSize?: number;
  /** Adam's step size. @default {3e-3} */
  readonly learningRate?: number;
  /** Rows that are made, by name. @default {all} */
  readonly rows?: readonly string[];
  /** Keeps the records that are there, and goes on with a run that was stopped. @default {false: all is made anew} */
  readonly resume?: boolean;
  /** Stops; the run under way keeps where it stands. */
  readonly signal?: AbortSignal;
  /** Called as a run goes on, with the share of it that is done. */
  readonly onProgress?: (label: string, share: number) => void;
  /** Called for each record. */
  readonly onRecord?: (record: LongStudyRecord, how: "kept" | "made") => void;
}

/**
 * Runs the study of long sequences, a record a run: short lengths first, then task by task, seed by seed, row by row.
 *
 * Rows of one seed have the same shuffles and, where they have the same arrays, the same starting weights. Runs follow one
 * another on one thread, so that their times can be compared. A run that was stopped ends with the numbers of one that was not.
 *
 * @param options see {@link RunLongStudyOptions}
 * @returns the records in the order of the plan; `interrupted` if the signal came first
 * @throws {RangeError} if a row is unknown, or a record that is there was made in another way: the message says the way out
 * @throws {Deno.errors.Busy} if another process writes to the folder
 *
 * Cost that of the trainings: `planLongStudy` tells it before.
 * Source: none needed.
 *
 * @example Nothing asked for
 * ```ts
 * import { runLongStudy } from "qama/experiments";
 * import { loadLongSequences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const load = (task: string, tokens: number) => loadLongSequences(task, { tokens });
 * const plan = { tasks: [], lengths: [64], seeds: [1], epochs: 1, load, out: await Deno.makeTempDir() };
 * assertEquals((await runLongStudy(plan)).records, []);
 * ```
 */
export async function runLongStudy(
  options: RunLongStudyOptions,
): Promise<{ readonly ending: "completed" | "interrupted"; readonly records: LongStudyRecord[] }> {
  const { out, resume, signal, onRecord } = options;
  checkRows(longStudyRows(1024, 1).map(({ row }) => row), options.rows);
  const files = { read: readLongStudyRecord, write: writeLongStudyRecord };
  return await makeRecords(out, planned(options), { ...files, resume, signal, onRecord });
}

/** The runs in their order; a data set is loaded when its first run comes. */
async function* planned(options: RunLongStudyOptions): AsyncGenerator<PlannedRecord<LongStudyRecord>> {
  const { tasks, lengths, seeds, rows } = options;
  for (const tokens of lengths) {
    for (const task of tasks) {
      const data = await options.load(task, tokens);
      for (const seed of seeds) {
        for (const own of askedRows(longStudyRows(tokens, seed), rows)) {
          const about = aboutRun(options, { task, tokens, seed, own, data });
          const asked = { settings: about.settings, options: about.options, data: about.data };
          const state = await stateOf(options.out, about);
          yield {
            file: longStudyFileName(about),
            checkKept: (kept, path) =>
              checkAsked<Pick<LongStudyRecord, "settings" | "options" | "data">>(path, kept, asked),
            make: (code) => make({ about, state }, own, data, options, code),
            onWritten: () => removeIfThere(state.path),
          };
        }
      }
    }
  }
}

type About = Omit<
  LongStudyRecord,
  "epochs" | "parameters" | "attentionBytes" | "modelBytes" | "clocks" | "code" | "machine" | "startedAt"
>;

function aboutRun(
  { epochs, batchSize = 8, learningRate = LONG_STUDY_DEFAULTS.learningRate, heads = 4 }: RunLongStudyOptions,
  run: { task: string; tokens: number; seed: number; own: LongStudyRow; data: TextData },
): About {
  const { task, tokens, seed, own: { row, settings }, data: { name, synthetic, classes, train, test, checksums } } =
    run;
  const counts = { classes: classes.length, train: train.count, test: test.count };
  return {
    ...{ schema: LONG_STUDY_SCHEMA, experiment: "long", task, tokens, row, seed, settings },
    ...{ options: { epochs, batchSize, learningRate, heads }, data: { name, synthetic, ...counts, checksums } },
  };
}

/** The file that a run keeps its state in until its record is written; its name carries what is trained. */
async function stateOf(out: string, about: About): Promise<BlockCheckpoint> {
  const configuration = canonicalJson(about), digest = await digestOf(configuration);
  const run = longStudyFileName(about).replace(/\.json$/, "");
  return { path: `${out}/checkpoints/${run}-${digest.slice(0, 8)}.checkpoint`, configuration };
}

async function removeIfThere(path: string): Promise<void> {
  await ifThere(() => Deno.remove(path));
}

async function make(
  { about, state }: { readonly about: About; readonly state: BlockCheckpoint },
  own: LongStudyRow,
  data: TextData,
  { out, resume, signal, onProgress }: RunLongStudyOptions,
  code: LongStudyRecord["code"],
): Promise<LongStudyRecord | null> {
  const startedAt = new Date().toISOString(), { task, tokens, row, seed } = about;
  await Deno.mkdir(`${out}/checkpoints`, { recursive: true });
  if (!resume) await removeIfThere(state.path);
  const found = await trainBlock(data, own.open, {
    ...{ ...about.options, seed, signal, checkpoint: state },
    onProgress: (share) => onProgress?.(`${task} ${tokens} ${row} seed ${seed}`, share),
  });
  if (found === null) return null;
  const { trainMs, processorMs, testMs, ...rest } = found;
  return { ...about, ...rest, clocks: { trainMs, processorMs, testMs }, code, machine: describeMachine(), startedAt };
}

/** One run of a plan, and what it is expected to take. */
export interface PlannedLongRun {
  /** Data set, length, row: as in the records. */
  readonly task: string;
  /** N. */
  readonly tokens: number;
  /** Short name of the row. */
  readonly row: string;
  /** Runs like it: one a seed. */
  readonly runs: number;
  /** What one of them is expected to take, ms. */
  readonly expectedMs: number;
  /** What the attention block takes, bytes. */
  readonly attentionBytes: number;
}

/**
 * Says in which order the study runs, and what each run is expected to cost: after an epoch that does not count, two epochs of two
 * sequences and their tests are timed.
 *
 * @param options those of {@link runLongStudy}; nothing is written
 * @returns the runs in their order, seeds taken together; those that were timed when the signal came
 * @throws {RangeError} if a row is unknown
 *
 * Cost training on six sequences and a test of six, a row, task and length.
 * Source: none needed.
 *
 * @example Two epochs of eight sequences
 * ```ts
 * import { planLongStudy } from "qama/experiments";
 * import { loadLongSequences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const load = (task: string, tokens: number) => loadLongSequences(task, { tokens, trainCount: 8, testCount: 4 });
 * const plan = { tasks: ["parity"], lengths: [64], seeds: [1, 2], epochs: 2, load, rows: ["mha"], out: "" };
 * assertEquals((await planLongStudy(plan)).map(({ row, runs }) => [row, runs]), [["mha", 2]]);
 * ```
 */
export async function planLongStudy(options: RunLongStudyOptions): Promise<PlannedLongRun[]> {
  const { tasks, lengths, seeds, epochs, heads = 4, signal } = options, plan: PlannedLongRun[] = [];
  checkRows(longStudyRows(1024, 1).map(({ row }) => row), options.rows);
  for (const tokens of lengths) {
    for (const task of tasks) {
      const data = await options.load(task, tokens), { train, test } = data;
      const two = (split: typeof train) => firstOf(split, Math.min(2, split.count));
      const few = { ...data, train: two(train), test: two(test) };
      for (const { row, open } of askedRows(longStudyRows(tokens, seeds[0]), options.rows)) {
        // a training of one epoch warms the machine up; the mean over the two epochs after it counts
        const [warm, all] = [
          await trainBlock(few, open, { epochs: 1, heads, signal }),
          await trainBlock(few, open, { epochs: 2, heads, signal }),
        ];
        if (warm === null || all === null || signal?.aborted) return plan;
        const trainMs = all.trainMs / (2 * few.train.tokens.length), testMs = all.testMs / (2 * few.test.tokens.length);
        const expectedMs = epochs * (trainMs * train.tokens.length + testMs * test.tokens.length);
        plan.push({ task, tokens, row, runs: seeds.length, expectedMs, attentionBytes: all.attentionBytes });
      }
    }
  }
  return plan;
}

function firstOf({ tokens, starts, labels }: TextData["train"], count: number): TextData["train"] {
  return {
    ...{ tokens: tokens.subarray(0, starts[count]), starts: starts.subarray(0, count + 1) },
    ...{ labels: labels.subarray(0, count), count },
  };
}
