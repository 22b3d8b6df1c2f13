import type { TrainingData, TrainProgress } from "../training/mod.ts";
import { inProcess } from "./_in_process.ts";
import { PlanClock } from "./_plan_clock.ts";
import { type PreparedRun, preparePlan } from "./_prepare_plan.ts";
import { recordDigest } from "./digest.ts";
import { lockFolder } from "./folder_lock.ts";
import { codeVersion } from "./machine.ts";
import type { Plan, PlanCell } from "./plan.ts";
import type { PlanExecutor, RunReport } from "./plan_executor.ts";
import { writeRecord } from "./record_file.ts";
import { type CodeVersion, RECORD_SCHEMA, type RunRecord, type Trainer } from "./types.ts";

/** The data of a plan's cell, and how much there is in all. */
export interface LoadedImages {
  /** The pictures or texts to train and test on. */
  readonly data: TrainingData;
  /** Training and test items of the whole data set. */
  readonly full: { readonly train: number; readonly test: number };
  /** Where the test items come from, if they are held out of the training items. @default {the test set} */
  readonly testFrom?: "training";
}

/** How a plan is run. */
export interface RunPlanOptions {
  /** Folder for records, in `records/`, and checkpoints, in `checkpoints/`; made if it is not there. */
  readonly out: string;
  /** Loads a data set by its name; called once each, before the first run. With an executor it is only described here. */
  readonly load: (name: string) => Promise<LoadedImages>;
  /** Trains a model in this process; needed where there is no executor. */
  readonly train?: Trainer;
  /** Carries out the runs. @default {one after another in this process, by `train`} */
  readonly executor?: PlanExecutor;
  /** What an executor's worker needs to load a data set by itself, plain JSON. @default {null} */
  readonly source?: (name: string) => unknown;
  /** Keeps finished records and goes on from checkpoints; otherwise every run is made anew. @default {false} */
  readonly resume?: boolean;
  /** Threads that share a step, where there is no executor. @default {2} */
  readonly workers?: number;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Stops every run after its current step, keeping everything. */
  readonly signal?: AbortSignal;
  /** Called as often as the trainer reports. */
  readonly onProgress?: (progress: PlanProgress) => void;
  /**
   * Called for each record: kept, made, or made again with the same or with other numbers than the file had. `code` is the
   * running program, which a kept record's own may differ from.
   */
  readonly onRecord?: (record: RunRecord, how: "kept" | "made" | "same" | "different", code: CodeVersion) => void;
  /** Called for each run that an executor gave up. */
  readonly onFailure?: (failure: RunFailure) => void;
  /** Time in ms. @default {performance.now} */
  readonly now?: () => number;
}

/** A run under way. */
export interface RunningCell {
  /** The run. */
  readonly cell: PlanCell;
  /** The data set as tables name it. */
  readonly title: string;
  /** Where the run stands. */
  readonly training: TrainProgress;
}

/** Where a plan stands: the run that reported last, and the whole. */
export interface PlanProgress extends RunningCell {
  /** Share of the plan done, 0 .. 1, runs counted alike. */
  readonly done: number;
  /** Expected time to the end of the plan; NaN while unknown. */
  readonly etaMs: number;
  /** Runs that are made at the same time, where so many are left. */
  readonly slots: number;
  /** Every run under way that has reported, in the order in which they began. */
  readonly running: readonly RunningCell[];
}

/** A run that was given up; the rest of the plan went on. */
export interface RunFailure {
  /** The run. */
  readonly cell: PlanCell;
  /** The data set as tables name it. */
  readonly title: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** What is known of the cause. */
  readonly reason: string;
}

/** What a plan came to. */
export interface PlanResult {
  /** How the plan ended; a plan with failed runs is completed when all others have ended. */
  readonly ending: "completed" | "interrupted";
  /** Records in the order of the plan, those of interrupted runs among them. */
  readonly records: readonly RunRecord[];
  /** Runs that were given up, in the order of the plan. */
  readonly failures: readonly RunFailure[];
}

/**
 * Makes the runs of a plan, each into its record, and can be stopped, or killed, and resumed at any step.
 *
 * The folder is locked, data are loaded and existing records and checkpoints compared before the first run, so that nothing
 * is found out after hours. A record of another configuration or version is never overwritten. A finished record is never
 * replaced by an unfinished one. What a killed process left half written is removed and never read.
 *
 * @param plan at least one run, none twice
 * @param options where to, with what and how
 * @returns every record that is there when it ends
 * @throws {RangeError} if the plan is empty or names a run twice, or `out` holds a record of another configuration, version or
 *   schema under one of its names
 * @throws {TypeError} if `out` holds a file of that name that is no record, a checkpoint is of another version, or there is
 *   neither `train` nor `executor`
 * @throws {SyntaxError} if a record or a checkpoint is damaged
 * @throws {Deno.errors.Busy} if another process uses `out`
 * @throws {Error} if `out` cannot be used or a record cannot be written
 * @throws whatever `load`, `train` and the executor throw
 *
 * Cost that of the runs.
 * Source: none needed.
 *
 * @example A plan of one run with a trainer that knows the answer
 * ```ts
 * import { exampleRecord, runPlan } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(1), labels: new Uint8Array(1), count: 1 };
 * const picture = { name: "dot", synthetic: true, rows: 1, columns: 1, channels: 1, classes: ["dot"] };
 * const load = async () => ({ data: { ...picture, train: split, test: split, checksums: {} }, full: { train: 1, test: 1 } });
 * const plan = { experiment: "e", question: "q", profile: "p", cells: [{ data: "dot", operator: "mha", seed: 1, epochs: 2 }] } as const;
 * const { ending } = await runPlan(plan, { out: await Deno.makeTempDir(), load, train: async () => exampleRecord() });
 * assertEquals(ending, "completed");
 * ```
 */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<PlanResult> {
  const { out, train, resume = false, signal, onProgress, onRecord, onFailure, now = () => performance.now() } =
    options;
  if (plan.cells.length === 0) throw new RangeError("Cannot run the plan: it has no run");
  if (train === undefined && options.executor === undefined) {
    throw new TypeError("Cannot run the plan: expected train, a trainer, or executor, got neither");
  }
  await makeFolder(`${out}/records`);
  await makeFolder(`${out}/checkpoints`);
  using _lock = await lockFolder(out);
  const code = options.code ?? await codeVersion();
  const { runs, images } = await preparePlan(plan, options, code);
  const executor = options.executor ?? inProcess(train!, images, options.workers ?? 2, code);
  const isKept = ({ existing }: PreparedRun) => resume && existing?.ending === "completed";
  const toRun = runs.filter((run) => !isKept(run));
  if (resume) { for (const { task } of toRun) await executor.check?.(task); }
  const byDigest = new Map(toRun.map((run) => [run.task.digest, run]));
  const records = new Map<PreparedRun, RunRecord>();
  const failures = new Map<PreparedRun, RunFailure>();
  for (const run of runs) {
    if (!isKept(run)) continue;
    records.set(run, run.existing!);
    onRecord?.(run.existing!, "kept", code);
  }
  const kinds = new Map(toRun.map(({ task }) => [task.digest, `${task.data} ${task.operator}`]));
  const clock = new PlanClock(kinds, runs.length - toRun.length, (left) => executor.slots(left));
  await executor.execute(toRun.map(({ task }) => task), {
    signal,
    onStart: async ({ digest, checkpoint }) => {
      clock.start(digest, now());
      if (!resume) await removeIfThere(checkpoint);
    },
    onProgress: ({ digest }, training) => {
      clock.report(digest, training);
      const describe = (key: string, state: TrainProgress): RunningCell => {
        const { cell, data } = byDigest.get(key)!;
        return { cell, title: data.title, training: state };
      };
      const running = clock.running().map(([key, state]) => describe(key, state));
      const whole = { done: clock.done(), etaMs: clock.etaMs(now()), slots: clock.slots(), running };
      onProgress?.({ ...describe(digest, training), ...whole });
    },
    onOutcome: async ({ digest }, outcome) => {
      const run = byDigest.get(digest)!;
      const { cell, data, existing, path } = run;
      clock.end(digest, now(), "failed" in outcome);
      if ("failed" in outcome) {
        const failure = { cell, title: data.title, ...outcome.failed };
        failures.set(run, failure);
        onFailure?.(failure);
        return;
      }
      const record = recordOf(plan, run, outcome.report);
      if (record.ending === "completed" || existing?.ending !== "completed") await writeRecord(path, record);
      records.set(run, record);
      if (record.ending === "completed") onRecord?.(record, await comparedWith(existing, record), code);
    },
  });
  const inOrder = <T>(found: ReadonlyMap<PreparedRun, T>) => runs.flatMap((run) => found.get(run) ?? []);
  const isOver = (run: PreparedRun) => failures.has(run) || records.get(run)?.ending === "completed";
  const ending = runs.every(isOver) ? "completed" : "interrupted";
  return { ending, records: inOrder(records), failures: inOrder(failures) };
}

function recordOf(plan: Plan, { cell, data, task }: PreparedRun, report: RunReport): RunRecord {
  const { result, workers, startedAt, code, machine, peakMemoryBytes } = report;
  return {
    schema: RECORD_SCHEMA,
    experiment: plan.experiment,
    question: plan.question,
    profile: plan.profile,
    data,
    operator: cell.operator,
    options: { ...task.options, workers },
    seed: cell.seed,
    code,
    machine,
    startedAt,
    ending: result.ending,
    epochs: result.epochs,
    parameters: result.parameters,
    weightsDigest: result.weightsDigest,
    clocks: result.clocks,
    peakMemoryBytes,
  };
}

async function comparedWith(existing: RunRecord | null, record: RunRecord): Promise<"made" | "same" | "different"> {
  if (existing?.ending !== "completed") return "made";
  return await recordDigest(existing) === await recordDigest(record) ? "same" : "different";
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use the folder ${path}: ${reason}; choose another output folder`, { cause });
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
