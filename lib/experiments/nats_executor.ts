import { type Bus, entriesOf, type NatsOptions, openBus, type Priority } from "./_nats_bus.ts";
import { patiently } from "./_nats_patience.ts";
import { specOf } from "./_nats_spec.ts";
import { runTasks, type TaskEnd } from "./_nats_tasks.ts";
import { callsInOrder, refusalsTold } from "./_nats_told.ts";
import { TRAIN } from "./_nats_train_kind.ts";
import type { TrainProgress } from "../training/mod.ts";
import { codeVersion } from "./machine.ts";
import type { WorkerState } from "./nats_worker_state.ts";
import type { PlanExecutor, RunOutcome, RunReport, RunTask } from "./plan_executor.ts";
import type { CodeVersion } from "./types.ts";

/** Where a plan is handed in, and how. */
export interface NatsExecutorOptions extends NatsOptions {
  /** Name of the plan, as `deno task status` shows it. @default {"plan"} */
  readonly title?: string;
  /** How soon its tasks have their turn. @default {"normal"} */
  readonly priority?: Priority;
  /** Which program is running; workers of another refuse. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Receives remarks: which worker refused, and why, once each. */
  readonly onLine?: (line: string) => void;
}

const LOOK_MS = 5000;

/**
 * Carries out the runs of a plan on the workers of a NATS queue, on any number of machines.
 *
 * Each run is a task with a content hash. A run whose record is in the store already is not made again: a plan that is
 * handed in twice is made once. Interrupted, the plan is cancelled: what waits is taken back, what is under way stops at a
 * checkpoint, and the next submission goes on from there. The checkpoint of a run that ended is fetched into the plan's folder.
 *
 * @param options which servers
 * @returns an executor for `runPlan`
 *
 * Cost of a run beside its training: that of `localQueue`, a few requests to the servers, and its checkpoints over the network.
 * Source: none needed.
 *
 * @example A plan on other machines
 * ```ts ignore
 * import { natsExecutor, runPlan } from "qama/experiments";
 * await runPlan(plan, { out, load, source, executor: natsExecutor({ servers: "nats://localhost:4222" }) });
 * ```
 */
export function natsExecutor(options: NatsExecutorOptions): PlanExecutor {
  let seen = 1;
  return {
    slots: (left) => Math.max(1, Math.min(left, seen)),
    async execute(tasks, { signal, onStart, onProgress, onOutcome }) {
      await using bus = await openBus(options);
      const code = options.code ?? await codeVersion();
      const specs = tasks.map(({ checkpoint: _, ...body }) => specOf(TRAIN, body, code));
      const byKey = new Map(specs.map(({ key }, i) => [key, tasks[i]]));
      const look = async () => void (seen = await slotsOf(bus));
      await look();
      const looking = setInterval(() => look().catch(() => {}), LOOK_MS);
      const calls = callsInOrder(signal);
      const begun = new Set<RunTask>();
      const begin = async (task: RunTask) => {
        if (begun.has(task)) return;
        begun.add(task);
        await onStart?.(task);
      };
      try {
        await runTasks(bus, specs, {
          title: options.title ?? "plan",
          priority: options.priority ?? "normal",
          signal: calls.signal,
          onStart: (key) => calls.next(() => begin(byKey.get(key)!)),
          onProgress: (key, progress) =>
            calls.next(async () => {
              await begin(byKey.get(key)!);
              onProgress?.(byKey.get(key)!, progress as TrainProgress);
            }),
          onRefused: refusalsTold(options.onLine),
          onEnd: (key, end) =>
            calls.next(async () => {
              const task = byKey.get(key)!;
              await begin(task);
              if (!("dead" in end)) await fetchCheckpoint(bus, key, task.checkpoint);
              await onOutcome(task, outcomeOf(end));
            }),
        });
        await calls.over();
      } finally {
        clearInterval(looking);
      }
    },
  };
}

function outcomeOf(end: TaskEnd): RunOutcome {
  if ("dead" in end) return { failed: { attempts: end.dead.attempts, reason: end.dead.reason } };
  // a worker of the same version and commit wrote it
  return { report: ("result" in end ? end.result : end.stopped) as RunReport };
}

async function fetchCheckpoint({ checkpoints }: Bus, key: string, path: string): Promise<void> {
  const bytes = await patiently(() => checkpoints.getBlob(key));
  if (bytes === null) return;
  await Deno.writeFile(`${path}.part`, bytes);
  await Deno.rename(`${path}.part`, path);
}

async function slotsOf(bus: Bus): Promise<number> {
  const workers = await entriesOf(bus, "workers");
  return Math.max(1, workers.reduce((sum, [, entry]) => sum + entry.json<WorkerState>().slots, 0));
}
