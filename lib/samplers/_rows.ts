import { energy, type Model } from "../model/mod.ts";

/** Rows of a sample set that grows as reads come in: `numReads` may be far more than time allows. */
export class Rows {
  readonly #n: number;
  #states: Int8Array;
  #energies = new Float64Array(16);
  #reads = new Float64Array(16);
  #ran = new Uint8Array(16);
  #count = 0;
  #ordered = true;
  /** Reads among them that ran to their end. */
  complete = 0;

  constructor(n: number) {
    this.#n = n;
    this.#states = new Int8Array(16 * n);
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds what read `read` found, in the values of the model; `complete` if it ran to its end. */
  add(read: number, values: Int8Array, found: number, complete = false): void {
    const n = this.#n;
    if (this.#count === this.#energies.length) this.#grow();
    this.#states.set(values, this.#count * n);
    this.#energies[this.#count] = found;
    this.#reads[this.#count] = read;
    this.#ran[this.#count] = complete ? 1 : 0;
    if (complete) this.complete++;
    if (this.#count > 0 && read < this.#reads[this.#count - 1]) this.#ordered = false;
    this.#count++;
  }

  /** Takes away every row of a read after `read`. */
  dropAfter(read: number): void {
    this.#order();
    for (; this.#count > 0 && this.#reads[this.#count - 1] > read; this.#count--) {
      this.complete -= this.#ran[this.#count - 1];
    }
  }

  /** What was added, in the order of the reads. */
  taken(): { states: Int8Array; energies: Float64Array; counts: Uint32Array } {
    this.#order();
    return {
      states: this.#states.slice(0, this.#count * this.#n),
      energies: this.#energies.slice(0, this.#count),
      counts: new Uint32Array(this.#count).fill(1),
    };
  }

  #grow(): void {
    const wider = <T extends Int8Array | Uint8Array | Float64Array>(from: T, into: T): T => (into.set(from), into);
    this.#states = wider(this.#states, new Int8Array(2 * this.#states.length));
    this.#energies = wider(this.#energies, new Float64Array(2 * this.#energies.length));
    this.#reads = wider(this.#reads, new Float64Array(2 * this.#reads.length));
    this.#ran = wider(this.#ran, new Uint8Array(2 * this.#ran.length));
  }

  // workers finish their reads in any order
  #order(): void {
    if (this.#ordered) return;
    const n = this.#n;
    const order = Array.from({ length: this.#count }, (_, r) => r).sort((a, b) => this.#reads[a] - this.#reads[b]);
    const [states, energies] = [this.#states.slice(), this.#energies.slice()];
    const [reads, ran] = [this.#reads.slice(), this.#ran.slice()];
    order.forEach((from, to) => {
      this.#states.set(states.subarray(from * n, (from + 1) * n), to * n);
      this.#energies[to] = energies[from];
      this.#reads[to] = reads[from];
      this.#ran[to] = ran[from];
    });
    this.#ordered = true;
  }
}

/** Writes spins as values of the model into `values` and gives their energy in float64, which may be `known`. */
export function scored(model: Model, spins: Int8Array, values: Int8Array, known?: number): number {
  if (model.vartype === "ising") values.set(spins);
  else for (let i = 0; i < spins.length; i++) values[i] = spins[i] > 0 ? 1 : 0;
  return known ?? energy(model, values);
}

/** The model's energy of a state of spins. */
export function energyOfSpins(model: Model, spins: Int8Array): number {
  return scored(model, spins, new Int8Array(model.n));
}
