import { setImmediate } from "node:timers";
import type { ResolvedOptions } from "./_options.ts";
import type { Ending } from "./types.ts";

const SLICE_MS = 8;

// of this thread, not of a call: many short calls in a row let timers in as one long call does
let lastPause = performance.now();

/** Tells a running sampler when to stop, and lets the rest of the program run meanwhile. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #flag: Int32Array | undefined;

  /** In a worker, a `flag` that is not zero stands for the signal. */
  constructor({ timeLimitMs, signal }: Pick<ResolvedOptions, "timeLimitMs" | "signal">, flag?: Int32Array) {
    this.#deadline = this.#start + timeLimitMs;
    this.#signal = signal;
    this.#flag = flag;
  }

  /** Wall time since the start. */
  get elapsedMs(): number {
    return performance.now() - this.#start;
  }

  /** True if `pause` is due: cheap enough to be asked after every slice of work. */
  get due(): boolean {
    const now = performance.now();
    return now - lastPause >= SLICE_MS || now >= this.#deadline || this.#aborted;
  }

  /** Why to stop now, if there is a reason. */
  get stopped(): Ending | undefined {
    if (this.#aborted) return "interrupted";
    return performance.now() >= this.#deadline ? "timed-out" : undefined;
  }

  /** Lets timers, signals and messages in; a worker has none to let in. */
  async pause(): Promise<void> {
    if (this.#flag === undefined) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    lastPause = performance.now();
  }

  get #aborted(): boolean {
    return this.#signal?.aborted === true || (this.#flag !== undefined && Atomics.load(this.#flag, 0) !== 0);
  }
}
