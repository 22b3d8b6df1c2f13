import { z } from "zod";
import { type BodyCheck, BrokenWorkerError, DiedError, RefusedError, type TaskKind } from "./_nats_kinds.ts";
import { WorkerProcess } from "./_worker_process.ts";
import { operatorOrder } from "./operators.ts";
import type { RunTask } from "./plan_executor.ts";

/** Name of the kind that makes runs of a plan. */
export const TRAIN = "train";

/** How the runs of a plan are made. */
export interface TrainKindOptions {
  /** Program and arguments of a process that calls `serveRun`. */
  readonly command: readonly string[];
  /** Folder for checkpoints under way. */
  readonly folder: string;
  /** Threads of each run. */
  readonly workers: number;
  /** What a source of data must be. */
  readonly source: BodyCheck;
  /** How often a new checkpoint is looked for, ms. */
  readonly checkpointMs: number;
}

const count = z.number().int().min(1);

/** Makes one run of a plan in a process of its own, from the checkpoint that came furthest. */
export function trainKind({ command, folder, workers, source, checkpointMs }: TrainKindOptions): TaskKind {
  const shape = z.strictObject({
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    version: z.string().max(40),
    data: z.string().regex(/^[\w.-]{1,80}$/),
    source: z.unknown(),
    operator: z.enum(operatorOrder as [string, ...string[]]),
    seed: z.number().int().min(0),
    options: z.strictObject({
      epochs: count,
      batchSize: count,
      learningRate: z.number().positive(),
      sweeps: count,
      textHead: z.literal("doubleSoftmax").optional(),
    }),
  });
  const body: BodyCheck = {
    safeParse(value) {
      const whole = shape.safeParse(value);
      if (!whole.success) return whole;
      const part = source.safeParse(whole.data.source);
      return part.success ? { success: true, data: { ...whole.data, source: part.data } } : part;
    },
  };
  return {
    body,
    async run(valid, { key, signal, onProgress, fetch, keep }) {
      const checkpoint = `${folder}/${key}.checkpoint`;
      const fetched = await fetch(checkpoint);
      let kept = fetched ? await stampOf(checkpoint) : "";
      const keepNew = async () => {
        const stamp = await stampOf(checkpoint);
        if (stamp === kept || stamp === "") return;
        await keep(checkpoint);
        kept = stamp;
      };
      const task = { ...valid as Omit<RunTask, "checkpoint">, checkpoint };
      const process = new WorkerProcess(command, { task, workers }, (progress) => {
        const { epoch, epochs, step, steps, etaMs } = progress;
        const label = `${task.data} ${task.operator} ${task.seed}: epoch ${epoch}/${epochs}`;
        onProgress(progress, { label, done: (epoch - 1 + step / steps) / epochs, etaMs });
      });
      const stop = () => process.stop();
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      let over = false;
      const end = process.ended.finally(() => over = true);
      const keeping = (async () => {
        while (!over) {
          await Promise.race([end.catch(() => {}), new Promise((resolve) => setTimeout(resolve, checkpointMs))]);
          // a servers' outage costs nothing but the way back
          if (!over) await keepNew().catch(() => {});
        }
      })();
      try {
        const how = await end;
        await keeping;
        await keepNew();
        if ("report" in how) return { result: how.report, stopped: how.report.result.ending !== "completed" };
        if ("died" in how) throw new DiedError(`its process ${how.died}`);
        if (how.error.fatal) throw new BrokenWorkerError(how.error.message);
        throw how.error.refused ? new RefusedError(how.error.message) : new Error(how.error.message);
      } finally {
        signal.removeEventListener("abort", stop);
        await Deno.remove(checkpoint, { recursive: true }).catch(() => {});
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
