import { fileURLToPath } from "node:url";
import type { ProgressReporter } from "../lib/display/mod.ts";
import { type CodeVersion, localQueue, natsExecutor, type PlanExecutor, type Trainer } from "../lib/experiments/mod.ts";
import { downloadsTold } from "./_downloads.ts";
import { interrupts } from "./_interrupts.ts";
import { natsFrom, type SubmitValues } from "./_nats_cli.ts";
import { type LoadWhole, loadWhole } from "./_reproduce_data.ts";
import { stderrProgress } from "./_terminal.ts";

/** What a command that carries out a plan of runs needs from outside, so that a test can put something else there. */
export interface PlanDoors {
  /** Trains a model in this process; for tests. */
  readonly train?: Trainer;
  /** Carries out the runs: so many at the same time, of so many threads. @default {in this process, by `train`} */
  readonly executor?: (share: { readonly jobs?: number; readonly workers?: number }) => PlanExecutor;
  /** Loads a whole data set. */
  readonly loadWhole: LoadWhole;
  /** Receives progress and remarks. */
  readonly progress: ProgressReporter;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
}

/**
 * The doors of a command: a process a run, or with --nats the workers of a queue; progress and downloads told on standard
 * error, Ctrl-C.
 *
 * @param stopping what is said at the first Ctrl-C
 * @param values which NATS servers, if any
 * @param title what those who look at the queue see
 */
export function planDoors(stopping: string, values: SubmitValues, title: string): PlanDoors {
  const nats = natsFrom(values);
  const progress = stderrProgress();
  const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
  // a run finds its data on the disk: this process has loaded them before
  const command = [Deno.execPath(), "run", "-A", "--deny-net", "--quiet", script];
  return {
    executor: (share) =>
      nats === null
        ? localQueue({ command, ...share })
        : natsExecutor({ ...nats, title, priority: values.priority, onLine: (line) => progress.line(line) }),
    loadWhole: (name, options) => loadWhole(name, { ...options, ...downloadsTold(progress) }),
    progress,
    signal: interrupts(() => progress.line(`${stopping}; Ctrl-C again stops at once`)),
  };
}
