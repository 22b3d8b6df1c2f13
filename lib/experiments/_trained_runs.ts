import { sha256 } from "../model/mod.ts";
import { readCheckpoint } from "../training/mod.ts";
import { ifThere } from "./_out_folder.ts";
import { checkpointPath } from "./checkpoint_path.ts";
import { recordFileName } from "./record_file.ts";
import type { RunRecord } from "./types.ts";

/** The weights that a run ended with, from its checkpoint; null if they are not there, or are others. */
export async function weightsOf(out: string, run: RunRecord): Promise<Float32Array | null> {
  const weights = (await readCheckpoint(await checkpointPath(out, run)))?.arrays.weights;
  if (weights === undefined) return null;
  return await sha256(new Uint8Array(weights.slice().buffer)) === run.weightsDigest ? weights : null;
}

/** Loads by name, and keeps the last that was asked for. */
export function lastLoaded<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  let last: { readonly name: string; readonly data: T } | null = null;
  return async (name) => {
    if (last?.name !== name) {
      last = null;
      last = { name, data: await load(name) };
    }
    return last.data;
  };
}

/** How trained models are evaluated, each into a record of its own. */
export interface EvaluateRunsOptions<D, R> {
  /** Folder of `runPlan`: weights are read from `checkpoints/`. */
  readonly out: string;
  /** Folder in it that evaluations go to. */
  readonly folder: string;
  /** Loads what the runs of a data set saw, by its name. */
  readonly data: (name: string) => Promise<D>;
  /** Reads an evaluation. */
  readonly read: (path: string) => Promise<R>;
  /** Writes it, whole or not at all. */
  readonly write: (path: string, record: R) => Promise<void>;
  /** Whether the evaluation that is there is the one that would be made. */
  readonly isSame: (kept: R, run: RunRecord) => boolean;
  /** Evaluates; null if it was stopped. */
  readonly evaluate: (run: RunRecord, weights: Float32Array, data: D) => Promise<R | null>;
  /** Stops before the next model. */
  readonly signal?: AbortSignal;
  /** Called for each evaluation: made, or kept from before. */
  readonly onRecord?: (record: R, how: "made" | "kept") => void;
  /** Called for a run whose weights are not there, or are others. */
  readonly onMissing?: (run: RunRecord) => void;
}

/** Evaluates finished runs one after another, and keeps what was evaluated before; gives every evaluation that is there. */
export async function evaluateRuns<D, R>(
  runs: readonly RunRecord[],
  { out, folder, data, read, write, isSame, evaluate, signal, onRecord, onMissing }: EvaluateRunsOptions<D, R>,
): Promise<R[]> {
  await Deno.mkdir(`${out}/${folder}`, { recursive: true });
  const evaluated: R[] = [], load = lastLoaded(data);
  for (const run of runs) {
    if (run.ending !== "completed") continue;
    if (signal?.aborted) break;
    const path = `${out}/${folder}/${recordFileName(run)}`;
    const kept = await ifThere(() => read(path));
    if (kept !== null && isSame(kept, run)) {
      evaluated.push(kept);
      onRecord?.(kept, "kept");
      continue;
    }
    const weights = await weightsOf(out, run);
    if (weights === null) {
      onMissing?.(run);
      continue;
    }
    const record = await evaluate(run, weights, await load(run.data.name));
    if (record === null) break;
    await write(path, record);
    evaluated.push(record);
    onRecord?.(record, "made");
  }
  return evaluated;
}
