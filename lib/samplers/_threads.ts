import { Worker } from "node:worker_threads";

/** A thread of the pool. */
export interface Thread {
  readonly worker: Worker;
  /** Models that it has, the one used last at the end. */
  models: number[];
  /** True when it has ended. */
  dead: boolean;
}

const idle: Thread[] = [];
const waiting: { readonly count: number; begin(): void }[] = [];
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

/** Waits for its turn, then takes `count` threads, idle ones first. */
export async function takeThreads(count: number): Promise<Thread[]> {
  if (waiting.length > 0 || !free(count)) {
    await new Promise<void>((begin) => waiting.push({ count, begin }));
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
  while (waiting.length > 0 && free(waiting[0].count)) {
    busy += waiting[0].count;
    waiting.shift()?.begin();
  }
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
