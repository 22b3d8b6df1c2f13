import { isTextData, type TextData, type TrainingData } from "../training/mod.ts";
import { checkpointPath } from "./checkpoint_path.ts";
import { ifThere, refuseOther, removeLeftovers } from "./_out_folder.ts";
import { configurationDifferences, configurationDigest } from "./digest.ts";
import type { Plan, PlanCell } from "./plan.ts";
import type { RunTask } from "./plan_executor.ts";
import { paperSettings, paperTextSettings } from "./published.ts";
import { readRecord, recordFileName } from "./record_file.ts";
import type { LoadedImages, RunPlanOptions } from "./run_plan.ts";
import type { CodeVersion, DataDescription, RunRecord } from "./types.ts";

/** A run that is ready to be made: nothing of it is decided later. */
export interface PreparedRun {
  readonly cell: PlanCell;
  readonly data: DataDescription;
  readonly task: RunTask;
  /** File of its record. */
  readonly path: string;
  /** The record that is there. */
  readonly existing: RunRecord | null;
}

/**
 * Loads the data of a plan and compares the records that are there with what it will make.
 *
 * The pictures are returned only where they will be trained on in this process.
 */
export async function preparePlan(
  plan: Plan,
  { out, load, source = () => null, executor, resume = false }: RunPlanOptions,
  { version }: CodeVersion,
): Promise<{ runs: PreparedRun[]; images: Map<string, TrainingData> }> {
  await removeLeftovers(out, `${out}/records`, `${out}/checkpoints`);
  const images = new Map<string, TrainingData>();
  const described = new Map<string, DataDescription>();
  for (const name of new Set(plan.cells.map((cell) => cell.data))) {
    const loaded = await load(name);
    described.set(name, describeData(name, loaded));
    if (executor === undefined) images.set(name, loaded.data);
  }
  const runs: PreparedRun[] = [];
  for (const cell of plan.cells) {
    const data = described.get(cell.data)!;
    const options = {
      epochs: cell.epochs,
      batchSize: cell.batchSize ?? (data.text ? paperTextSettings : paperSettings).batchSize,
      learningRate: cell.learningRate ?? 1e-3,
      sweeps: cell.sweeps ?? 20,
      ...cell.textHead === undefined || !data.text ? {} : { textHead: cell.textHead },
    };
    const { operator, seed } = cell;
    const configuration = { data, operator, options: { ...options, workers: 1 }, seed };
    const name = recordFileName({ ...configuration, profile: plan.profile });
    const path = `${out}/records/${name}`;
    if (runs.some((run) => run.path === path)) {
      throw new RangeError(`Cannot run the plan: it names the run ${name.replace(/\.json$/, "")} twice`);
    }
    const existing = await ifThere(() => readRecord(path));
    if (existing !== null) {
      const differences = configurationDifferences(existing, configuration);
      const other = existing.code.version;
      refuseOther(path, other === version ? differences : [...differences, `version ${other} and ${version}`]);
    }
    const digest = await configurationDigest(configuration);
    const checkpoint = await checkpointPath(out, { ...configuration, profile: plan.profile });
    if (resume && existing?.ending !== "completed") await refuseOthersCheckpoint(checkpoint);
    const { checksums } = data;
    const from = { data: cell.data, checksums, source: source(cell.data) };
    const task = { digest, version, ...from, operator, seed, options, checkpoint };
    runs.push({ cell, data, task, path, existing });
  }
  return { runs, images };
}

/** What a record says of the data of a run. */
export function describeData(name: string, { data, full, testFrom }: LoadedImages): DataDescription {
  return {
    name,
    title: data.name,
    synthetic: data.synthetic,
    train: data.train.count,
    test: data.test.count,
    fullTrain: full.train,
    fullTest: full.test,
    ...testFrom === undefined ? {} : { testFrom },
    ...isTextData(data) ? { text: textOf(data) } : {},
    checksums: data.checksums,
  };
}

function textOf({ features, vocabulary }: TextData): DataDescription["text"] {
  return features ? { features: features.model } : { words: vocabulary.length };
}

/** Throws if there is a checkpoint of the same run under another digest, and none of its own: something changed since. */
async function refuseOthersCheckpoint(checkpoint: string): Promise<void> {
  const [, folder, run, own] = /^(.*)\/(.*-)([0-9a-f]{8}\.checkpoint)$/.exec(checkpoint)!;
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(run) && /^[0-9a-f]{8}\.checkpoint$/.test(name.slice(run.length))) found.push(name);
  }
  if (found.length === 0 || found.includes(run + own)) return;
  throw new RangeError(
    `Cannot resume from ${folder}/${found[0]}: it was written for other data or options than are asked for now; ` +
      "remove the file to start over, or choose another output folder",
  );
}
