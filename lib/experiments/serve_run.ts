import { describeData } from "./_prepare_plan.ts";
import { type FromWorker, lineOf, linesOf, messageOf, type ToWorker } from "./_worker_lines.ts";
import { configurationDigest } from "./digest.ts";
import { codeVersion, describeMachine, peakMemoryBytes } from "./machine.ts";
import type { RunTask } from "./plan_executor.ts";
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
const FATAL = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO"];

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
  // Ctrl-C reaches every process of a terminal; the queue decides
  Deno.addSignalListener("SIGINT", () => {});
  new Worker(new URL("./_parent_watch.ts", import.meta.url), { type: "module" });
  const controller = new AbortController();
  const lines = linesOf(Deno.stdin.readable);
  const first = await lines.next();
  const order = first.done ? null : messageOf<ToWorker>(first.value);
  if (order === null || !("task" in order)) Deno.exit(1);
  listen(lines, controller);
  let refused = true;
  try {
    const begin = () => refused = false;
    say({ report: await makeRun(order.task, order.workers, options, controller.signal, begin) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && !/^Cannot /.test(message)) console.error(error.stack);
    say({ error: { message, fatal: isFatal(error), refused } });
  }
  Deno.exit(0);
}

/** Waits for `stop`; the end of the input means that the queue is gone. */
async function listen(lines: AsyncGenerator<string>, controller: AbortController): Promise<void> {
  for await (const line of lines) if ("stop" in (messageOf<ToWorker>(line) ?? {})) controller.abort();
  Deno.exit(1);
}

async function makeRun(
  task: RunTask,
  workers: number,
  { load, train }: ServeRunOptions,
  signal: AbortSignal,
  begin: () => void,
) {
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
  const onProgress = (progress: Extract<FromWorker, { progress: unknown }>["progress"]) => say({ progress });
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

function say(message: FromWorker): void {
  const bytes = new TextEncoder().encode(lineOf(message));
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** True for errors of disks and folders, which meet every run alike. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return FATAL.includes(String((error as { code?: unknown }).code)) || isFatal(error.cause);
}
