import { setImmediate } from "node:timers";
import type { Ending } from "./types.ts";
import type { ResolvedOptions } from "./_options.ts";

const SLICE_MS = 8;

/** Tells a running sampler when to stop, and lets the rest of the program run meanwhile. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  #lastPause = this.#start;

  constructor({ timeLimitMs, signal }: Pick<ResolvedOptions, "timeLimitMs" | "signal">) {
    this.#deadline = this.#start + timeLimitMs;
    this.#signal = signal;
  }

  /** Wall time since the start. */
  get elapsedMs(): number {
    return performance.now() - this.#start;
  }

  /** True if `pause` is due: cheap enough to be asked after every slice of work. */
  get due(): boolean {
    const now = performance.now();
    return now - this.#lastPause >= SLICE_MS || now >= this.#deadline || this.#signal?.aborted === true;
  }

  /** Why to stop now, if there is a reason. */
  get stopped(): Ending | undefined {
    if (this.#signal?.aborted) return "interrupted";
    return performance.now() >= this.#deadline ? "timed-out" : undefined;
  }

  /** Lets timers, signals and messages in. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#lastPause = performance.now();
  }
}
