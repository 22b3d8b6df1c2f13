import {
  type BodyCheck,
  BrokenWorkerError,
  DiedError,
  RefusedError,
  type TaskBrief,
  type TaskKind,
} from "./_nats_kinds.ts";
import { WorkerProcess } from "./_worker_process.ts";

/** How tasks are done by processes of their own. */
export interface ProcessSettings {
  /** Program and arguments of a process that does one task. */
  readonly command: readonly string[];
  /** Folder for checkpoints under way. */
  readonly folder: string;
  /** Threads of each task. */
  readonly workers: number;
  /** How often a new checkpoint is looked for, ms. */
  readonly checkpointMs: number;
}

/** A kind of task that a process does, from a checkpoint, a file. */
export interface ProcessKindOptions<Body, Task, Progress, Report> extends Omit<ProcessSettings, "folder"> {
  /** What a body must be. */
  readonly body: BodyCheck;
  /** Path of the checkpoint of a task, in a folder that is made; that of its key is removed at the end. */
  readonly checkpoint: (body: Body, key: string) => string | Promise<string>;
  /** Why this worker cannot do it, where that is known without trying. @default {null} */
  readonly refusal?: (body: Body) => string | null;
  /** What the process is told; the checkpoint of another worker is there already. */
  readonly order: (body: Body, checkpoint: string, key: string) => Task | Promise<Task>;
  /** What those see who look at the queue. */
  readonly brief: (body: Body, progress: Progress) => TaskBrief;
  /** Whether the task is done; otherwise it was stopped. */
  readonly isWhole: (report: Report) => boolean;
  /** Clears away what is left of a task, its checkpoint apart. */
  readonly clear?: (key: string) => Promise<void>;
}

/** Does a task in a process of its own, from the checkpoint that came furthest, and keeps the new ones. */
export function processKind<Body, Task, Progress, Report>(
  options: ProcessKindOptions<Body, Task, Progress, Report>,
): TaskKind {
  return {
    body: options.body,
    async run(valid, { key, signal, onProgress, restore, keep }) {
      const body = valid as Body;
      const why = options.refusal?.(body) ?? null;
      if (why !== null) throw new RefusedError(why);
      const checkpoint = await options.checkpoint(body, key);
      const restored = await restore(checkpoint);
      let kept = restored ? await stampOf(checkpoint) : "";
      const keepNew = async () => {
        const stamp = await stampOf(checkpoint);
        if (stamp === kept || stamp === "") return;
        await keep(checkpoint);
        kept = stamp;
      };
      const task = await options.order(body, checkpoint, key);
      const process = new WorkerProcess<Task, Progress, Report>(
        options.command,
        { task, workers: options.workers },
        (progress) => onProgress(progress, options.brief(body, progress)),
      );
      const stop = () => process.stop();
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      let over = false;
      const end = process.ended.finally(() => over = true);
      const keeping = (async () => {
        while (!over) {
          await Promise.race([
            end.catch(() => {}),
            new Promise((resolve) => setTimeout(resolve, options.checkpointMs)),
          ]);
          // a servers' outage costs nothing but the way back
          if (!over) await keepNew().catch(() => {});
        }
      })();
      try {
        const how = await end;
        await keeping;
        await keepNew();
        if ("report" in how) return { result: how.report, stopped: !options.isWhole(how.report) };
        if ("died" in how) throw new DiedError(`its process ${how.died}`);
        if (how.error.fatal) throw new BrokenWorkerError(how.error.message);
        throw how.error.refused ? new RefusedError(how.error.message) : new Error(how.error.message);
      } finally {
        signal.removeEventListener("abort", stop);
        await Deno.remove(checkpoint, { recursive: true }).catch(() => {});
        await options.clear?.(key);
      }
    },
  };
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "";
  }
}
