import { describeData } from "./_prepare_plan.ts";
import { serveWork, type WorkContext } from "./_serve_work.ts";
import type { TrainProgress } from "../training/mod.ts";
import { configurationDigest } from "./digest.ts";
import { codeVersion, describeMachine, peakMemoryBytes } from "./machine.ts";
import type { RunReport, RunTask } from "./plan_executor.ts";
import type { LoadedImages } from "./run_plan.ts";
import type { Trainer } from "./types.ts";

/** What a worker process is made of. */
export interface ServeRunOptions {
  /** Loads a data set by its name and the source that the plan gives. */
  readonly load: (name: string, source: unknown, signal: AbortSignal) => Promise<LoadedImages>;
  /** Trains a model. */
  readonly train: Trainer;
}

const CLAIM_MS = 10_000;

/**
 * Makes one run for the queue that started this process, and ends the process.
 *
 * Reads the task from standard input, trains on data that it loads itself, and writes progress and the result to standard
 * output, a line of JSON each: the whole program of a worker script. Ctrl-C is left to the queue, which says `stop`; when
 * the queue's process is gone, so is this one, at most a third of a second later. Data of other checksums than the plan's,
 * or another version of the package, are refused. While it works it alone holds the checkpoint, by a lock beside it.
 *
 * @param options what loads and what trains
 *
 * Cost that of the run; about 20 MB for the thread that watches the parent.
 * Source: none needed.
 *
 * @example A worker script of two lines
 * ```ts ignore
 * import { serveRun } from "qama/experiments";
 * await serveRun({ load: async (name) => await loadMine(name), train });
 * ```
 */
export async function serveRun(options: ServeRunOptions): Promise<never> {
  return await serveWork((task: RunTask, context: WorkContext<TrainProgress>) => makeRun(task, options, context));
}

async function makeRun(
  task: RunTask,
  { load, train }: ServeRunOptions,
  { workers, signal, begin, onProgress }: WorkContext<TrainProgress>,
): Promise<RunReport> {
  const startedAt = new Date().toISOString();
  const code = await codeVersion();
  if (code.version !== task.version) {
    throw new RangeError(
      `Cannot make the run: the plan is of version ${task.version}, the worker of ${code.version}: the program was changed ` +
        "while the plan ran; start the plan again",
    );
  }
  using _claim = await claimed(`${task.checkpoint}.lock`);
  const loaded = await load(task.data, task.source, signal);
  const { operator, seed, options, checkpoint } = task;
  const data = describeData(task.data, loaded);
  if (await configurationDigest({ data, operator, options: { ...options, workers }, seed }) !== task.digest) {
    throw new RangeError(
      `Cannot make the run: the data set ${task.data} has other counts or checksums than when the plan was made; ` +
        "start the plan again",
    );
  }
  begin();
  const result = await train(loaded.data, { operator, seed, ...options, workers, checkpoint, signal, onProgress });
  return { result, workers, startedAt, code, machine: describeMachine(), peakMemoryBytes: peakMemoryBytes() };
}

/** Holds a lock file; an orphan of a killed plan may still hold it for a moment. */
async function claimed(path: string): Promise<Disposable> {
  const file = await Deno.open(path, { write: true, create: true });
  const late = performance.now() + CLAIM_MS;
  while (!await file.tryLock(true)) {
    if (performance.now() > late) {
      file.close();
      throw new Error(`Cannot make the run: another process holds ${path}; end that process`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const release = () => {
    try {
      Deno.removeSync(path);
    } catch {
      // a folder that went away or cannot be written: the lock counts, not the file
    }
    file.close();
  };
  return { [Symbol.dispose]: release };
}
