import { pause } from "./retry.ts";

/** How {@link RateLimit} tells the time; given in tests. */
export interface RateClock {
  /** Now, in ms, never going back. */
  now(): number;
  /** Waits. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

const CLOCK: RateClock = { now: () => performance.now(), pause };

/**
 * A token bucket: no more than so many requests a second on average, and no more than `burst` at once. First come, first served.
 *
 * @example The third request of a bucket of two has to wait
 * ```ts
 * import { RateLimit } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * let time = 0;
 * const limit = new RateLimit(4, 2, { now: () => time, pause: (ms) => Promise.resolve(void (time += ms)) });
 * for (let k = 0; k < 3; k++) await limit.take();
 * assertEquals(time, 250);
 * ```
 */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #clock: RateClock;
  #tokens: number;
  #filledAt: number;
  #last: Promise<void> = Promise.resolve();

  /**
   * Makes a full bucket.
   *
   * @param perSecond requests a second
   * @param burst requests at once
   * @param clock the time
   * @throws {RangeError} if a number is not positive
   */
  constructor(perSecond: number, burst: number = Math.max(1, Math.ceil(perSecond)), clock: RateClock = CLOCK) {
    if (!(perSecond > 0) || !Number.isFinite(perSecond)) {
      throw new RangeError(`Cannot limit requests: requestsPerSecond must be a positive number, got ${perSecond}`);
    }
    if (!(burst >= 1)) throw new RangeError(`Cannot limit requests: burst must be 1 or more, got ${burst}`);
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /**
   * Waits for one's turn and takes a token.
   *
   * @param signal ends the wait; the token stays in the bucket
   * @throws the signal's reason if it is aborted
   */
  take(signal?: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#take(signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#fill();
    if (this.#tokens < 1) {
      await this.#clock.pause((1 - this.#tokens) / this.#perMs, signal);
      this.#fill();
      // a timer may come a fraction of a millisecond early
      this.#tokens = Math.max(1, this.#tokens);
    }
    this.#tokens--;
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
  }
}
