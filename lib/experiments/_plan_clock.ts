import type { TrainProgress } from "../training/mod.ts";

interface Begun {
  readonly startMs: number;
  training: TrainProgress | null;
}

/** Knows how far a plan is and when it will end; times in ms. */
export class PlanClock {
  readonly #begun = new Map<string, Begun>();
  readonly #kindOf: ReadonlyMap<string, string>;
  readonly #waiting: Set<string>;
  readonly #tookMs = new Map<string, number[]>();
  readonly #slots: (left: number) => number;
  readonly #kept: number;

  /**
   * Starts with nothing begun.
   *
   * @param kinds runs to make, each with a word for what decides how long it takes: data and operator
   * @param kept runs that need not be made
   * @param slots runs made at the same time when so many are left
   */
  constructor(kinds: ReadonlyMap<string, string>, kept: number, slots: (left: number) => number) {
    this.#kindOf = kinds;
    this.#waiting = new Set(kinds.keys());
    this.#kept = kept;
    this.#slots = slots;
  }

  /** A run begins. */
  start(run: string, nowMs: number): void {
    this.#waiting.delete(run);
    this.#begun.set(run, { startMs: nowMs, training: null });
  }

  /** A run reports. */
  report(run: string, training: TrainProgress): void {
    const begun = this.#begun.get(run);
    if (begun !== undefined) begun.training = training;
  }

  /** A run ends; one that failed says nothing about the time that others take. */
  end(run: string, nowMs: number, failed = false): void {
    const begun = this.#begun.get(run);
    this.#begun.delete(run);
    if (begun === undefined || failed) return;
    const kind = this.#kindOf.get(run) ?? "";
    this.#tookMs.set(kind, [...this.#tookMs.get(kind) ?? [], nowMs - begun.startMs]);
  }

  /** Runs under way that have reported, in the order in which they began. */
  running(): readonly [run: string, training: TrainProgress][] {
    return [...this.#begun].flatMap(([run, { training }]) => training === null ? [] : [[run, training]]);
  }

  /** Share of the plan done, runs counted alike. */
  done(): number {
    const whole = this.#kept + this.#kindOf.size;
    const ended = whole - this.#waiting.size - this.#begun.size;
    const parts = this.running().reduce((sum, [, training]) => sum + shareOf(training), 0);
    return (ended + parts) / whole;
  }

  /** Runs that are made at the same time, of those that are left. */
  slots(): number {
    const left = this.#waiting.size + this.#begun.size;
    return Math.min(left, this.#slots(Math.max(1, left)));
  }

  /**
   * Expected time to the end: what is under way as it says itself, and each run that waits in the place that is free first.
   *
   * A run that waits is taken to last as long as those of its data and operator did; else as the mean of all that ended; else
   * as the mean of those under way.
   */
  etaMs(nowMs: number): number {
    const under = [...this.#begun.values()];
    const reported = under.filter(({ training }) => training !== null);
    const whole = reported.map(({ startMs, training }) => nowMs - startMs + training!.etaMs);
    const ended = [...this.#tookMs.values()].flat();
    const usual = mean(ended.length > 0 ? ended : whole);
    const places = under.map(({ startMs, training }) => training?.etaMs ?? Math.max(0, usual - (nowMs - startMs)));
    while (places.length < this.slots()) places.push(0);
    for (const run of this.#waiting) {
      places.sort((a, b) => a - b);
      const same = this.#tookMs.get(this.#kindOf.get(run)!);
      places[0] += same === undefined ? usual : mean(same);
    }
    return Math.max(0, ...places);
  }
}

function shareOf({ epoch, epochs, step, steps }: TrainProgress): number {
  return (epoch - 1 + step / Math.max(1, steps)) / epochs;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
