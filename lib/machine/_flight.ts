import { LONGEST_MS } from "./retry.ts";

/** Why nobody waits for a job any more. */
export type Leaving = "abort" | "deadline";

/** Nobody waits for a job any more. */
export class LeftJob extends Error {
  /** Why. */
  readonly reason: Leaving;
  /** Whether it was cancelled at the machine; if not, and it was sent, it goes on there and can be collected. */
  readonly cancelled: boolean;

  /** Makes the error. */
  constructor(reason: Leaving, cancelled = false) {
    super(
      cancelled ? "The job was cancelled" : "Nobody waits for the job any more; if it was sent, it can be collected",
    );
    this.name = "LeftJob";
    this.reason = reason;
    this.cancelled = cancelled;
  }
}

/** A job under way, and those who wait for it: each for as long as it wants to. */
export class Flight<T> {
  readonly #controller = new AbortController();
  readonly #outcome: Promise<T>;
  #watchers = 0;
  #over = false;

  /** Starts it; its signal is aborted with a {@link LeftJob} when the last one has left. */
  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = start(this.#controller.signal).finally(() => this.#over = true);
    this.#outcome.catch(() => {});
  }

  /** True if a new caller would come too late. */
  get left(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Settles when the job has an end, or was left at the machine. */
  get outcome(): Promise<T> {
    return this.#outcome;
  }

  /**
   * Waits until the job ends, the signal is aborted or the time is over.
   *
   * @throws {LeftJob} in the last two cases
   */
  async join(signal: AbortSignal | undefined, waitMs: number): Promise<T> {
    this.#watchers++;
    let [leave, timer]: [() => void, ReturnType<typeof setTimeout> | undefined] = [() => {}, undefined];
    try {
      return await Promise.race([
        this.#outcome,
        new Promise<never>((_, reject) => {
          leave = () => reject(new LeftJob("abort"));
          if (signal?.aborted) return leave();
          signal?.addEventListener("abort", leave, { once: true });
          if (waitMs <= LONGEST_MS) timer = setTimeout(() => reject(new LeftJob("deadline")), Math.max(0, waitMs));
        }),
      ]);
    } catch (error) {
      if (error instanceof LeftJob && this.#watchers === 1 && !this.#over) this.#controller.abort(error);
      throw error;
    } finally {
      this.#watchers--;
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    }
  }
}
