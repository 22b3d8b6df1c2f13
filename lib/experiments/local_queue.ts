import { readCheckpoint } from "../training/mod.ts";
import { WorkerProcess } from "./_worker_process.ts";
import type { ExecuteOptions, PlanExecutor, RunReport, RunTask } from "./plan_executor.ts";

/** How the processors are shared, and what starts a worker. */
export interface LocalQueueOptions {
  /** Program and arguments of a worker: a script that calls `serveRun`. */
  readonly command: readonly string[];
  /** Runs at the same time. @default {see shareCores} */
  readonly jobs?: number;
  /** Threads of each run. @default {see shareCores} */
  readonly workers?: number;
  /** Processors to share. @default {all} */
  readonly cores?: number;
  /** How often a run whose worker died is tried in all. @default {3} */
  readonly attempts?: number;
  /** Time that a run must have left to be moved, by its checkpoint, to threads that are free. @default {30_000} */
  readonly moveMs?: number;
  /** Throws if a checkpoint is there that a run could not go on from. @default {readCheckpoint of the training room} */
  readonly checkCheckpoint?: (path: string) => Promise<unknown>;
}

/**
 * Shares processors among runs: a thread each for as many runs as there are processors; with fewer runs left, several each.
 *
 * Several threads share a step at some loss, several runs share nothing: so runs come first. The numbers do not depend on it.
 *
 * @param left runs that have not ended, 1 or more
 * @param options.cores processors
 * @param options.jobs runs at the same time, if that is decided
 * @param options.workers threads of each, if that is decided
 * @returns runs at the same time, and threads of each
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Two processors
 * ```ts
 * import { shareCores } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(shareCores(6, { cores: 2 }), { jobs: 2, workers: 1 });
 * assertEquals(shareCores(1, { cores: 2 }), { jobs: 1, workers: 2 });
 * ```
 */
export function shareCores(
  left: number,
  options: { readonly cores: number; readonly jobs?: number; readonly workers?: number },
): { jobs: number; workers: number } {
  const { cores, workers } = options;
  const jobs = Math.max(1, Math.min(left, options.jobs ?? Math.floor(cores / (workers ?? 1))));
  return { jobs, workers: workers ?? Math.max(1, Math.floor(cores / jobs)) };
}

interface Dealt {
  readonly task: RunTask;
  begun: boolean;
  tries: number;
  peakMemoryBytes: number;
}

interface Running {
  readonly dealt: Dealt;
  readonly workers: number;
  readonly process: WorkerProcess;
  readonly over: Promise<void>;
  moving: boolean;
}

/**
 * Carries out runs in processes of this machine, one process a run.
 *
 * A process of its own keeps a crash, and the memory, to the run: `peakMemoryBytes` is that of the run alone. A run whose
 * process dies is dealt again and goes on from its last checkpoint, twice at most; then it is given up with the last words of
 * the process. A run that ends with an error of its own is given up at once, for it would end so again. A full disk or a
 * folder that cannot be written meets all runs: all are stopped, and `execute` throws. When the last runs leave threads
 * free, those with much left are stopped at a checkpoint and go on with more threads.
 *
 * @param options what starts a worker, and how processors are shared
 * @returns an executor for `runPlan`
 * @throws {RangeError} if a number is no integer of 1 or more
 *
 * Cost of a run beside its training: about half a second to start the process and load pictures, and the data in memory
 * once a run.
 * Source: none needed.
 *
 * @example Runs at the same time
 * ```ts
 * import { localQueue } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const queue = localQueue({ command: [Deno.execPath(), "run", "worker.ts"], cores: 4 });
 * assertEquals([1, 3, 9].map((left) => queue.slots(left)), [1, 3, 4]);
 * ```
 */
export function localQueue(options: LocalQueueOptions): PlanExecutor {
  const { command, jobs, workers, cores = navigator.hardwareConcurrency, attempts = 3, moveMs = 30_000 } = options;
  const { checkCheckpoint = readCheckpoint } = options;
  for (const [name, value] of Object.entries({ jobs, workers, cores, attempts })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`Cannot make a queue: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  const settings = { command, attempts, moveMs, share: (left: number) => shareCores(left, { cores, jobs, workers }) };
  return {
    slots: (left) => settings.share(left).jobs,
    check: async ({ checkpoint }) => void await checkCheckpoint(checkpoint),
    execute: (tasks, execution) => new Queue(settings, execution).execute(tasks),
  };
}

interface Settings extends Required<Pick<LocalQueueOptions, "command" | "attempts" | "moveMs">> {
  readonly share: (left: number) => { jobs: number; workers: number };
}

/** One execution of a plan. */
class Queue {
  readonly #settings: Settings;
  readonly #execution: ExecuteOptions;
  readonly #running = new Set<Running>();
  #waiting: Dealt[] = [];
  #broken: { readonly error: unknown } | null = null;

  constructor(settings: Settings, execution: ExecuteOptions) {
    this.#settings = settings;
    this.#execution = execution;
  }

  async execute(tasks: readonly RunTask[]): Promise<void> {
    const { signal } = this.#execution;
    const stop = () => this.#stop();
    this.#waiting = tasks.map((task) => ({ task, begun: false, tries: 0, peakMemoryBytes: 0 }));
    signal?.addEventListener("abort", stop);
    try {
      for (;;) {
        await this.#deal();
        if (this.#running.size === 0) break;
        await Promise.race([...this.#running].map(({ over }) => over));
      }
      if (this.#broken !== null) throw this.#broken.error;
    } finally {
      signal?.removeEventListener("abort", stop);
      for (const { process } of this.#running) process.kill();
    }
  }

  get #stopping(): boolean {
    return this.#broken !== null || (this.#execution.signal?.aborted ?? false);
  }

  #stop(): void {
    for (const { process } of this.#running) process.stop();
  }

  async #deal(): Promise<void> {
    const share = () => this.#settings.share(Math.max(1, this.#waiting.length + this.#running.size));
    while (this.#waiting.length > 0 && this.#running.size < share().jobs && !this.#stopping) {
      const { workers } = share();
      const dealt = this.#waiting.shift()!;
      if (!dealt.begun) await this.#execution.onStart?.(dealt.task);
      dealt.begun = true;
      if (this.#stopping) return;
      dealt.tries++;
      this.#start(dealt, workers);
    }
  }

  #start(dealt: Dealt, workers: number): void {
    const process = new WorkerProcess(this.#settings.command, { task: dealt.task, workers }, (training) => {
      this.#execution.onProgress?.(dealt.task, training);
      this.#move(running, training.etaMs);
    });
    const over = process.ended.then((end) => this.#settle(running, end)).catch((error) => this.#break(error))
      .finally(() => this.#running.delete(running));
    const running: Running = { dealt, workers, process, over, moving: false };
    this.#running.add(running);
  }

  /** Stops a run that could have more threads, for the next deal. */
  #move(running: Running, etaMs: number): void {
    if (running.moving || this.#stopping || this.#waiting.length > 0) return;
    if (etaMs < this.#settings.moveMs || this.#settings.share(this.#running.size).workers <= running.workers) return;
    running.moving = true;
    running.process.stop();
  }

  async #settle({ dealt, moving }: Running, end: Awaited<WorkerProcess["ended"]>): Promise<void> {
    const { task } = dealt;
    const { onOutcome } = this.#execution;
    if ("report" in end) {
      dealt.peakMemoryBytes = Math.max(dealt.peakMemoryBytes, end.report.peakMemoryBytes);
      const report: RunReport = { ...end.report, peakMemoryBytes: dealt.peakMemoryBytes };
      if (report.result.ending === "completed" || this.#stopping) return await onOutcome(task, { report });
      if (moving) dealt.tries--;
      this.#waiting.unshift(dealt);
    } else if ("error" in end) {
      if (end.error.fatal) this.#break(new Error(end.error.message));
      else if (!this.#stopping) {
        await onOutcome(task, { failed: { attempts: dealt.tries, reason: end.error.message } });
      }
    } else if (!this.#stopping) {
      if (dealt.tries < this.#settings.attempts) this.#waiting.unshift(dealt);
      else await onOutcome(task, { failed: { attempts: dealt.tries, reason: `its process ${end.died}` } });
    }
  }

  /** Nothing can go on: the first cause is kept, every run is stopped. */
  #break(error: unknown): void {
    this.#broken ??= { error };
    this.#stop();
  }
}
