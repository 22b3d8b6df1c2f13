import { Worker } from "node:worker_threads";
import type { HighsReply, HighsRequest } from "./_highs_messages.ts";
import type { LinearProgram } from "./_linearised.ts";
import { pack, unpack } from "./_wire.ts";

const GRACE_MS = 8;

/** How the solver came back. */
export type HighsEnding = "proven" | "target" | "stopped" | "gave up";

/** One run of the solver. */
export interface HighsRun {
  readonly program: LinearProgram;
  readonly start: Int8Array;
  /** Time that is left, asked when the thread is there. */
  remainingMs(): number;
  readonly target: number;
  readonly signal: AbortSignal | undefined;
  /** Called with every better state. */
  onBits(bits: Int8Array): void;
  /** Called with every better bound. */
  onBound(bound: number, nodes: number): void;
  /** Called ten times a second. */
  onTick(): void;
}

const TICK_MS = 100;
// a timer that is set to more fires at once
const LONGEST_TIMER_MS = 2 ** 31 - 1;
let idle: Worker | undefined;
let nextId = 0;

/**
 * Runs the solver in a thread, which is kept for the next call and never keeps a program alive by itself. A run that is over
 * time or aborted is asked to stop, and its thread is ended if it does not within 8 ms. Rejects with what `onBits`, `onBound` or
 * `onTick` throws; the thread is ended then.
 */
export function runHighs(run: HighsRun): Promise<HighsEnding> {
  const worker = idle ?? new Worker(new URL("./_highs_worker.ts", import.meta.url));
  idle = undefined;
  worker.ref();
  const id = nextId++;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { program, start, target, signal } = run;
  // a new thread took its time
  const timeLimitMs = Math.max(0, run.remainingMs());
  return new Promise<HighsEnding>((resolve, reject) => {
    let grace: ReturnType<typeof setTimeout> | undefined;
    // what the caller's functions throw is for the caller: here nobody would catch it, and the program would end
    const told = (tell: () => void) => {
      try {
        tell();
      } catch (error) {
        leave(false);
        reject(error);
      }
    };
    const ticker = setInterval(() => told(run.onTick), TICK_MS);
    const leave = (keep: boolean) => {
      clearInterval(ticker);
      clearTimeout(deadline);
      clearTimeout(grace);
      signal?.removeEventListener("abort", stop);
      worker.removeAllListeners("message");
      worker.removeAllListeners("error");
      worker.removeAllListeners("exit");
      worker.unref();
      if (keep && idle === undefined) {
        idle = worker;
        worker.on("error", forget);
        worker.on("exit", forget);
      } else worker.terminate();
    };
    const forget = () => {
      if (idle === worker) idle = undefined;
    };
    const stop = () => {
      Atomics.store(flag, 0, 1);
      grace ??= setTimeout(() => {
        leave(false);
        resolve("stopped");
      }, GRACE_MS);
    };
    const deadline = timeLimitMs <= LONGEST_TIMER_MS ? setTimeout(stop, timeLimitMs) : undefined;
    worker.on("message", (packed) => {
      const reply = unpack<HighsReply>(packed);
      if (reply.id !== id) return;
      if (reply.kind === "bits") told(() => run.onBits(reply.bits));
      else if (reply.kind === "bound") told(() => run.onBound(reply.bound, reply.nodes));
      else {
        leave(true);
        if (reply.kind === "failed") reject(new Error(`Cannot solve the model: HiGHS says ${reply.message}`));
        else {
          const stopped = Atomics.load(flag, 0) !== 0;
          resolve(reply.proven ? "proven" : reply.targetReached ? "target" : stopped ? "stopped" : "gave up");
        }
      }
    });
    worker.on("error", (error: Error) => {
      leave(false);
      reject(new Error(`Cannot solve the model: the thread of HiGHS failed: ${error.message}`, { cause: error }));
    });
    worker.on("exit", () => {
      leave(false);
      reject(new Error("Cannot solve the model: the thread of HiGHS ended by itself; take a smaller model"));
    });
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const request: HighsRequest = { id, program, start, timeLimitS: timeLimitMs / 1000, target, flag };
    worker.postMessage(pack(request));
  });
}
