import type { ImageData, TrainProgress } from "../training/mod.ts";
import { checkpointPath } from "./checkpoint_path.ts";
import { configurationDifferences, recordDigest } from "./digest.ts";
import { codeVersion, describeMachine, peakMemoryBytes } from "./machine.ts";
import type { Plan, PlanCell } from "./plan.ts";
import { readRecord, recordFileName, writeRecord } from "./record_file.ts";
import { type CodeVersion, type DataDescription, RECORD_SCHEMA, type RunRecord, type Trainer } from "./types.ts";

/** The pictures of a plan's cell, and how many there are in all. */
export interface LoadedImages {
  /** The pictures to train and test on. */
  readonly data: ImageData;
  /** Training and test pictures of the whole data set. */
  readonly full: { readonly train: number; readonly test: number };
}

/** How a plan is run. */
export interface RunPlanOptions {
  /** Folder for records, in `records/`, and checkpoints, in `checkpoints/`; made if it is not there. */
  readonly out: string;
  /** Loads a data set by its name; called once each, before the first run. */
  readonly load: (name: string) => Promise<LoadedImages>;
  /** Trains a model. */
  readonly train: Trainer;
  /** Keeps finished records and goes on from checkpoints; otherwise every run is made anew. @default {false} */
  readonly resume?: boolean;
  /** Threads that share a step. @default {2} */
  readonly workers?: number;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Stops after the current step, keeping everything. */
  readonly signal?: AbortSignal;
  /** Called as often as the trainer reports. */
  readonly onProgress?: (progress: PlanProgress) => void;
  /**
   * Called for each record: kept, made, or made again with the same or with other numbers than the file had. `code` is the
   * running program, which a kept record's own may differ from.
   */
  readonly onRecord?: (record: RunRecord, how: "kept" | "made" | "same" | "different", code: CodeVersion) => void;
  /** Time in ms. @default {performance.now} */
  readonly now?: () => number;
}

/** Where a plan stands. */
export interface PlanProgress {
  /** The run under way. */
  readonly cell: PlanCell;
  /** The data set as tables name it. */
  readonly title: string;
  /** Share of the plan done, 0 .. 1, runs counted alike. */
  readonly done: number;
  /** Expected time to the end of the plan; NaN while unknown. */
  readonly etaMs: number;
  /** Where the run stands. */
  readonly training: TrainProgress;
}

/** What a plan came to. */
export interface PlanResult {
  /** How the plan ended. */
  readonly ending: "completed" | "interrupted";
  /** Records in the order of the plan, an interrupted run's last. */
  readonly records: readonly RunRecord[];
}

interface Work {
  readonly cell: PlanCell;
  readonly images: ImageData;
  readonly data: DataDescription;
  readonly options: RunRecord["options"];
  readonly path: string;
  readonly checkpoint: string;
  readonly existing: RunRecord | null;
}

/**
 * Makes the runs of a plan one after another, each into its record, and can be stopped and resumed at any step.
 *
 * Data are loaded and existing records compared before the first run, so that nothing is found out after hours. A record of
 * another configuration or version is never overwritten. A finished record is never replaced by an unfinished one.
 *
 * @param plan at least one run
 * @param options where to, with what and how
 * @returns every record that is there when it ends
 * @throws {RangeError} if the plan is empty, or `out` holds a record of another configuration or version under one of its names
 * @throws {TypeError} if `out` holds a file of that name that is no record
 * @throws {Deno.errors.PermissionDenied} if `out` cannot be written
 * @throws whatever `load` and `train` throw
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
  if (plan.cells.length === 0) throw new RangeError("Cannot run the plan: it has no run");
  const { out, train, resume = false, signal, onProgress, onRecord, now = () => performance.now() } = options;
  await Deno.mkdir(`${out}/records`, { recursive: true });
  await Deno.mkdir(`${out}/checkpoints`, { recursive: true });
  const code = options.code ?? await codeVersion();
  const work = await prepare(plan, options, code);
  const isKept = ({ existing }: Work) => resume && existing?.ending === "completed";
  const toRun = work.filter((item) => !isKept(item)).length;
  const records: RunRecord[] = [];
  let ran = 0;
  let ranMs = 0;
  for (const item of work) {
    const { cell, data, checkpoint, existing, path } = item;
    if (existing !== null && isKept(item)) {
      records.push(existing);
      onRecord?.(existing, "kept", code);
      continue;
    }
    if (signal?.aborted) return { ending: "interrupted", records };
    if (!resume) await removeIfThere(checkpoint);
    const startedAt = new Date().toISOString();
    const startMs = now();
    const result = await train(item.images, {
      operator: cell.operator,
      seed: cell.seed,
      ...item.options,
      checkpoint,
      signal,
      onProgress: (training) => {
        const inCell = (training.epoch - 1 + training.step / Math.max(1, training.steps)) / training.epochs;
        const cellMs = ran > 0 ? ranMs / ran : now() - startMs + training.etaMs;
        const etaMs = training.etaMs + (toRun - ran - 1) * cellMs;
        const done = (work.length - toRun + ran + inCell) / work.length;
        onProgress?.({ cell, title: data.title, done, etaMs, training });
      },
    });
    ranMs += now() - startMs;
    ran++;
    const record: RunRecord = {
      schema: RECORD_SCHEMA,
      experiment: plan.experiment,
      question: plan.question,
      profile: plan.profile,
      data,
      operator: cell.operator,
      options: item.options,
      seed: cell.seed,
      code,
      machine: describeMachine(),
      startedAt,
      ending: result.ending,
      epochs: result.epochs,
      parameters: result.parameters,
      weightsDigest: result.weightsDigest,
      clocks: result.clocks,
      peakMemoryBytes: peakMemoryBytes(),
    };
    if (record.ending === "interrupted") {
      if (existing?.ending !== "completed") await writeRecord(path, record);
      return { ending: "interrupted", records: [...records, record] };
    }
    await writeRecord(path, record);
    records.push(record);
    onRecord?.(record, await comparedWith(existing, record), code);
  }
  return { ending: "completed", records };
}

async function prepare(plan: Plan, options: RunPlanOptions, code: CodeVersion): Promise<Work[]> {
  const loaded = new Map<string, LoadedImages>();
  const work: Work[] = [];
  for (const cell of plan.cells) {
    const images = loaded.get(cell.data) ?? await options.load(cell.data);
    loaded.set(cell.data, images);
    const { data, full } = images;
    const description: DataDescription = {
      name: cell.data,
      title: data.name,
      synthetic: data.synthetic,
      train: data.train.count,
      test: data.test.count,
      fullTrain: full.train,
      fullTest: full.test,
      checksums: data.checksums,
    };
    const resolved = {
      epochs: cell.epochs,
      batchSize: cell.batchSize ?? 128,
      learningRate: cell.learningRate ?? 1e-3,
      sweeps: cell.sweeps ?? 20,
      workers: options.workers ?? 2,
    };
    const configuration = { data: description, operator: cell.operator, options: resolved, seed: cell.seed };
    const name = recordFileName({ ...configuration, profile: plan.profile });
    const path = `${options.out}/records/${name}`;
    const existing = await readIfThere(path);
    if (existing !== null) refuseOther(path, existing, configurationDifferences(existing, configuration), code);
    const checkpoint = await checkpointPath(options.out, { ...configuration, profile: plan.profile });
    work.push({ cell, images: data, data: description, options: resolved, path, checkpoint, existing });
  }
  return work;
}

function refuseOther(path: string, existing: RunRecord, differences: string[], code: CodeVersion): void {
  const all = existing.code.version === code.version
    ? differences
    : [...differences, `version ${existing.code.version} and ${code.version}`];
  if (all.length > 0) {
    throw new RangeError(
      `Cannot write the record ${path}: one of another configuration is there (${all.join("; ")}); ` +
        "choose another output folder or move it away",
    );
  }
}

async function comparedWith(existing: RunRecord | null, record: RunRecord): Promise<"made" | "same" | "different"> {
  if (existing?.ending !== "completed") return "made";
  return await recordDigest(existing) === await recordDigest(record) ? "same" : "different";
}

async function readIfThere(path: string): Promise<RunRecord | null> {
  try {
    return await readRecord(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
