/** A sum whose rounding does not grow with the number of its terms: that of Neumaier (1974), about 2^-52 of the terms' size. */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  /** The sum so far. */
  get value(): number {
    return this.#sum + this.#lost;
  }

  /** Adds a term. */
  add(term: number): void {
    const next = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - next + term : term - next + this.#sum;
    this.#sum = next;
  }
}
