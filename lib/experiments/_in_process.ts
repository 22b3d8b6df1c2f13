import type { TrainingData } from "../training/mod.ts";
import { describeMachine, peakMemoryBytes } from "./machine.ts";
import type { PlanExecutor } from "./plan_executor.ts";
import type { CodeVersion, Trainer } from "./types.ts";

/** Makes runs one after another in this process, on data that are loaded already; what the trainer throws is passed on. */
export function inProcess(
  train: Trainer,
  images: ReadonlyMap<string, TrainingData>,
  workers: number,
  code: CodeVersion,
): PlanExecutor {
  return {
    slots: () => 1,
    async execute(tasks, { signal, onStart, onProgress, onOutcome }) {
      for (const task of tasks) {
        if (signal?.aborted) return;
        await onStart?.(task);
        const startedAt = new Date().toISOString();
        const { operator, seed, options, checkpoint } = task;
        const result = await train(images.get(task.data)!, {
          operator,
          seed,
          ...options,
          workers,
          checkpoint,
          signal,
          onProgress: (training) => onProgress?.(task, training),
        });
        const report = {
          result,
          workers,
          startedAt,
          code,
          machine: describeMachine(),
          peakMemoryBytes: peakMemoryBytes(),
        };
        await onOutcome(task, { report });
        if (result.ending === "interrupted") return;
      }
    },
  };
}
