import { z } from "zod";
import type { TrainProgress } from "../training/mod.ts";
import type { BodyCheck, TaskKind } from "./_nats_kinds.ts";
import { processKind, type ProcessSettings } from "./_nats_process_kind.ts";
import { operatorTitles } from "./operators.ts";
import type { RunReport, RunTask } from "./plan_executor.ts";

/** Name of the kind that makes runs of a plan. */
export const TRAIN = "train";

/** How the runs of a plan are made: by a process that calls `serveRun`. */
export interface TrainKindOptions extends ProcessSettings {
  /** What a source of data must be. */
  readonly source: BodyCheck;
  /** Data sets that are here, files and SHA-256 by name; what is not there may be fetched. @default {nothing is known} */
  readonly data?: () => DataHere;
}

/** Data sets of a worker: files and their SHA-256, by name of the set. */
export type DataHere = Readonly<Record<string, Readonly<Record<string, string>>>>;

type TrainBody = Omit<RunTask, "checkpoint">;

const count = z.number().int().min(1);

/** Makes one run of a plan in a process of its own, from the checkpoint that came furthest. */
export function trainKind({ command, folder, workers, source, checkpointMs, data }: TrainKindOptions): TaskKind {
  const shape = z.strictObject({
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    version: z.string().max(40),
    data: z.string().regex(/^[\w.-]{1,80}$/),
    checksums: z.record(z.string().max(200), z.string().max(200)),
    source: z.unknown(),
    operator: z.enum(Object.keys(operatorTitles) as [string, ...string[]]),
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
    refusal: (body) => otherData(body, data?.() ?? {}),
    order: (body, checkpoint) => ({ ...body, checkpoint }),
    brief: ({ data, operator, seed }, { epoch, epochs, step, steps, etaMs }) => ({
      label: `${data} ${operator} ${seed}: epoch ${epoch}/${epochs}`,
      done: (epoch - 1 + step / steps) / epochs,
      etaMs,
    }),
    isWhole: ({ result }) => result.ending === "completed",
  });
}

/** Why this worker's data are not those of a task; null where they are, or may be fetched. */
function otherData({ data, checksums }: TrainBody, here: DataHere): string | null {
  // two classes of a set, `mnist-3-6`, are of its files
  const own = here[data] ?? here[data.replace(/(-\d){2}$/, "")] ?? {};
  const file = Object.keys(own).find((name) => name in checksums && checksums[name] !== own[name]);
  if (file === undefined) return null;
  return `its ${data} is another: ${file} is ${own[file].slice(0, 12)} here and ${
    checksums[file].slice(0, 12)
  } in the plan`;
}
