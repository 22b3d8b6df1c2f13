import { z } from "zod";
import type { TrainProgress } from "../training/mod.ts";
import type { BodyCheck, TaskKind } from "./_nats_kinds.ts";
import { processKind, type ProcessSettings } from "./_nats_process_kind.ts";
import { operatorOrder } from "./operators.ts";
import type { RunReport, RunTask } from "./plan_executor.ts";

/** Name of the kind that makes runs of a plan. */
export const TRAIN = "train";

/** How the runs of a plan are made: by a process that calls `serveRun`. */
export interface TrainKindOptions extends ProcessSettings {
  /** What a source of data must be. */
  readonly source: BodyCheck;
}

type TrainBody = Omit<RunTask, "checkpoint">;

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
  return processKind<TrainBody, RunTask, TrainProgress, RunReport>({
    ...{ command, workers, body, checkpointMs },
    checkpoint: (_body, key) => `${folder}/${key}.checkpoint`,
    order: (body, checkpoint) => ({ ...body, checkpoint }),
    brief: ({ data, operator, seed }, { epoch, epochs, step, steps, etaMs }) => ({
      label: `${data} ${operator} ${seed}: epoch ${epoch}/${epochs}`,
      done: (epoch - 1 + step / steps) / epochs,
      etaMs,
    }),
    isWhole: ({ result }) => result.ending === "completed",
  });
}
