import type { Model } from "../model/mod.ts";
import type { ResolvedOptions } from "./_options.ts";
import { Rows, scored } from "./_rows.ts";
import type { Stopwatch } from "./_stopwatch.ts";

const PROGRESS_MS = 100;

/** Rows and progress of a sampler that knows which share of its work is done. */
export class ExactProgress {
  readonly #sampler: string;
  readonly #model: Model;
  readonly #options: ResolvedOptions;
  readonly #watch: Stopwatch;
  readonly #values: Int8Array;
  #lowestState: Int8Array | undefined;
  #reportedAt = 0;
  /** The rows of the set to be. */
  readonly rows: Rows;
  /** Share of the work done. */
  share = 0;
  /** Lowest energy seen. */
  lowestEnergy = Infinity;

  constructor(sampler: string, model: Model, options: ResolvedOptions, watch: Stopwatch) {
    this.#sampler = sampler;
    this.#model = model;
    this.#options = options;
    this.#watch = watch;
    this.#values = new Int8Array(model.n);
    this.rows = new Rows(model.n);
  }

  /** Looks at a state given in spins; returns its energy. */
  see(spins: Int8Array): number {
    const found = scored(this.#model, spins, this.#values);
    if (found < this.lowestEnergy) {
      this.lowestEnergy = found;
      this.#lowestState = this.#values.slice();
      this.send();
    }
    return found;
  }

  /** Adds a row given in spins; returns its energy. */
  add(spins: Int8Array): number {
    const found = this.see(spins);
    this.rows.add(this.rows.count, this.#values, found);
    return found;
  }

  /** Calls `onProgress` if it is time. */
  tick(): void {
    if (this.#watch.elapsedMs - this.#reportedAt >= PROGRESS_MS) this.send();
  }

  /** Calls `onProgress`. */
  send(): void {
    const elapsedMs = this.#reportedAt = this.#watch.elapsedMs;
    this.#options.onProgress?.({
      sampler: this.#sampler,
      reads: this.rows.complete,
      numReads: this.#options.numReads,
      lowestEnergy: this.lowestEnergy,
      ...(this.#lowestState && { lowestState: this.#lowestState }),
      elapsedMs,
      share: this.share,
    });
  }
}
