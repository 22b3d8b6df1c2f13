import { Worker } from "node:worker_threads";
import type { ResolvedOptions } from "./_options.ts";

// a timer that is set to more fires at once
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Threads are not started for a call that has less time than this: each holds up its program for some 50 ms, then prepares. */
const WORTH_STARTING_MS = 500;

interface Turn {
  readonly count: number;
  readonly begin: () => void;
}

/** A thread of the pool. */
export interface Thread {
  readonly worker: Worker;
  /** Models that it has, the one used last at the end. */
  models: number[];
  /** True when it has ended. */
  dead: boolean;
}

const idle: Thread[] = [];
const waiting: Turn[] = [];
let busy = 0;

/**
 * Ends the threads that wait for reads. They are started when a call asks for them, are kept for the next one, and never keep
 * a program alive: this is only needed to give their memory back early.
 *
 * Calls under way go on; their threads are kept when they are done.
 *
 * Cost O(1).
 *
 * @example Two threads, then none
 * ```ts
 * import { closeWorkers, randomSampler } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []) });
 * const { energies } = await randomSampler().sample(model, { numReads: 4, numWorkers: 2 });
 * closeWorkers();
 * assertEquals(energies.length, 4);
 * ```
 */
export function closeWorkers(): void {
  for (const thread of idle.splice(0)) {
    thread.dead = true;
    thread.worker.terminate();
  }
}

/**
 * Waits for its turn, then takes `count` threads, idle ones first; undefined if the call is stopped while it waits, or is
 * too short to start threads for.
 */
export async function takeThreads(
  count: number,
  { signal }: Pick<ResolvedOptions, "signal">,
  remainingMs: number,
): Promise<Thread[] | undefined> {
  if (idle.length < count && remainingMs < WORTH_STARTING_MS) return undefined;
  if (waiting.length > 0 || !free(count)) {
    if (!await turn(count, signal, remainingMs)) return undefined;
  } else busy += count;
  return Array.from({ length: count }, () => idle.pop() ?? newThread()).map((thread) => {
    thread.worker.ref();
    return thread;
  });
}

/** Starts a thread. */
export function newThread(): Thread {
  return { worker: new Worker(new URL("./_pool_worker.ts", import.meta.url)), models: [], dead: false };
}

/** Gives threads back; dead ones are forgotten. */
export function returnThreads(threads: readonly Thread[]): void {
  busy -= threads.length;
  for (const thread of threads) {
    for (const event of ["message", "error", "exit"]) thread.worker.removeAllListeners(event);
    if (thread.dead) continue;
    thread.worker.on("exit", () => forget(thread));
    thread.worker.unref();
    idle.push(thread);
  }
  beginTurns();
}

function beginTurns(): void {
  while (waiting.length > 0 && free(waiting[0].count)) {
    busy += waiting[0].count;
    waiting.shift()?.begin();
  }
}

// false if there was none in time
async function turn(count: number, signal: AbortSignal | undefined, remainingMs: number): Promise<boolean> {
  const begun = Promise.withResolvers<boolean>();
  const own = { count, begin: () => begun.resolve(true) };
  const giveUp = () => {
    const at = waiting.indexOf(own);
    if (at < 0) return;
    waiting.splice(at, 1);
    begun.resolve(false);
    beginTurns();
  };
  waiting.push(own);
  const timer = remainingMs <= LONGEST_TIMER_MS ? setTimeout(giveUp, remainingMs) : undefined;
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted) giveUp();
  const taken = await begun.promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", giveUp);
  return taken;
}

// more busy threads than cores would only take time from one another
function free(count: number): boolean {
  return busy === 0 || busy + count <= navigator.hardwareConcurrency;
}

function forget(thread: Thread): void {
  thread.dead = true;
  const at = idle.indexOf(thread);
  if (at >= 0) idle.splice(at, 1);
}
