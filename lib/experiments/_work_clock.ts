/** Time left, by work that is guessed beforehand. */
export class WorkClock {
  readonly #weights: readonly number[];
  readonly #started = performance.now();
  #done = 0;
  #skipped = 0;

  constructor(weights: readonly number[]) {
    this.#weights = weights;
  }

  skip(run: number): void {
    this.#skipped += this.#weights[run];
  }

  end(run: number): void {
    this.#done += this.#weights[run];
  }

  at(run: number, share: number): { done: number; etaMs: number } {
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    const worked = this.#done + share * this.#weights[run];
    const elapsed = performance.now() - this.#started;
    return {
      done: (worked + this.#skipped) / total,
      etaMs: worked === 0 ? NaN : elapsed * (total - this.#skipped - worked) / worked,
    };
  }
}
