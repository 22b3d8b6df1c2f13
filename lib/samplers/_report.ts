import type { ResolvedOptions } from "./_options.ts";
import type { Stopwatch } from "./_stopwatch.ts";
import type { Rows } from "./_rows.ts";

const PROGRESS_MS = 100;

/** Keeps the lowest state seen and calls `onProgress`. */
export class Report {
  readonly #sampler: string;
  readonly #options: ResolvedOptions;
  readonly #watch: Stopwatch;
  readonly #rows: Rows;
  #reportedAt = 0;
  #lowestState: Int8Array | undefined;
  /** Lowest energy seen. */
  lowestEnergy = Infinity;

  constructor(sampler: string, options: ResolvedOptions, watch: Stopwatch, rows: Rows) {
    this.#sampler = sampler;
    this.#options = options;
    this.#watch = watch;
    this.#rows = rows;
  }

  /** Looks at a state, in the values of the model: is it the lowest so far? */
  see(values: Int8Array, found: number): void {
    if (!(found < this.lowestEnergy)) return;
    this.lowestEnergy = found;
    this.#lowestState = values.slice();
    this.#send();
  }

  /** Calls `onProgress` if it is time. */
  tick(): void {
    if (this.#watch.elapsedMs - this.#reportedAt >= PROGRESS_MS) this.#send();
  }

  /** The last call. */
  end(): void {
    this.#send();
  }

  #send(): void {
    const { numReads, onProgress } = this.#options;
    if (onProgress === undefined) return;
    const reads = this.#rows.complete;
    const elapsedMs = this.#reportedAt = this.#watch.elapsedMs;
    onProgress({
      sampler: this.#sampler,
      reads,
      numReads,
      lowestEnergy: this.lowestEnergy,
      ...(this.#lowestState && { lowestState: this.#lowestState }),
      elapsedMs,
      share: reads / numReads,
    });
  }
}
