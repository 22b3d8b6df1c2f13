import type { Rng } from "../random/mod.ts";

/** A few good, different states and what comes of crossing them. States are signs: 0 for up, -1 for down. */
export class ElitePool {
  readonly #n: number;
  readonly #capacity: number;
  readonly #symmetric: boolean;
  #states: Int8Array[] = [];
  #energies: number[] = [];

  /** `symmetric`: a state and its reverse have the same energy. */
  constructor(n: number, capacity: number, symmetric: boolean) {
    this.#n = n;
    this.#capacity = capacity;
    this.#symmetric = symmetric;
  }

  /** States it has. */
  get size(): number {
    return this.#states.length;
  }

  /** True if no more states fit without one being dropped. */
  get full(): boolean {
    return this.#states.length === this.#capacity;
  }

  /** Forgets every state but the best. */
  keepBest(): void {
    let best = 0;
    this.#energies.forEach((energy, k) => {
      if (energy < this.#energies[best]) best = k;
    });
    this.#states = this.#states.slice(best, best + 1);
    this.#energies = this.#energies.slice(best, best + 1);
  }

  /** Takes a state in that is new and, if the pool is full, better than the worst; false if it is not taken. */
  add(signs: Int32Array, energy: number): boolean {
    let worst = 0;
    for (let k = 0; k < this.#states.length; k++) {
      const apart = this.#distance(this.#states[k], signs);
      if (apart === 0 || (this.#symmetric && apart === this.#n)) return false;
      if (this.#energies[k] > this.#energies[worst]) worst = k;
    }
    const state = Int8Array.from(signs.subarray(0, this.#n));
    if (!this.full) {
      this.#states.push(state);
      this.#energies.push(energy);
      return true;
    }
    if (energy >= this.#energies[worst]) return false;
    this.#states[worst] = state;
    this.#energies[worst] = energy;
    return true;
  }

  /**
   * Writes a child of two states into `child`: what both share, and of the rest either at random; then `flips` of the shared
   * ones reversed.
   */
  cross(child: Int32Array, flips: number, rng: Rng): void {
    const a = rng.integer(this.#states.length);
    const b = (a + 1 + rng.integer(this.#states.length - 1)) % this.#states.length;
    const [first, second] = [this.#states[a], this.#states[b]];
    const reverse = this.#symmetric && 2 * this.#distance(first, second) > this.#n ? -1 : 0;
    for (let i = 0; i < this.#n; i++) {
      const other = second[i] ^ reverse;
      child[i] = first[i] === other || rng.uint32() < 0x80000000 ? first[i] : other;
    }
    for (let f = 0; f < flips; f++) {
      const i = rng.integer(this.#n);
      child[i] = ~child[i];
    }
  }

  #distance(a: Int8Array, b: ArrayLike<number>): number {
    let apart = 0;
    for (let i = 0; i < this.#n; i++) if (a[i] !== b[i]) apart++;
    return apart;
  }
}
