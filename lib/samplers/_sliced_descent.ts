import { inBlocks, type Work } from "../model/mod.ts";
import { largestOf } from "./_coupling_size.ts";
import type { IsingArrays } from "./_ising_arrays.ts";

const RELATIVE_TOLERANCE = 1e-12;

/** Descent of one state to a local minimum under single flips, in slices; fields are cached in float64. */
export class SlicedDescent {
  readonly #arrays: IsingArrays;
  readonly #f: Float64Array;
  readonly #tolerance: number;
  #spins: Int8Array = new Int8Array(0);
  #loaded = 0;
  #i = 0;
  #clean = 0;
  #looks = 0;

  /** Use {@link slicedDescent}; `largest` is the largest magnitude of a coefficient. */
  constructor(arrays: IsingArrays, largest: number) {
    this.#arrays = arrays;
    this.#f = new Float64Array(arrays.n);
    // flips that gain less are rounding, and could go back and forth for ever
    this.#tolerance = RELATIVE_TOLERANCE * largest;
  }

  /** Starts from `spins`, which change in place; `coupled` gives (J s)_i where that is known. */
  begin(spins: Int8Array, coupled?: (i: number) => number): void {
    const { n, h } = this.#arrays;
    this.#spins = spins;
    this.#loaded = this.#i = this.#clean = 0;
    if (coupled === undefined) return;
    for (let i = 0; i < n; i++) this.#f[i] = coupled(i) + h[i];
    this.#loaded = n;
  }

  /** Works for about `work` additions; true at the minimum. */
  advance(work: number): boolean {
    const { n, couplings } = this.#arrays;
    const s = this.#spins, f = this.#f;
    const rowWork = couplings.form === "dense" ? n : 2 + couplings.values.length / Math.max(1, n);
    let left = work;
    for (; this.#loaded < n; this.#loaded++) {
      if (left <= 0) return false;
      f[this.#loaded] = this.#field(this.#loaded);
      left -= rowWork;
    }
    while (this.#clean < n) {
      if (left <= 0) return false;
      const i = this.#i;
      if (2 * s[i] * f[i] > this.#tolerance) {
        this.#flip(i);
        left -= rowWork;
        this.#clean = 0;
      }
      this.#i = i + 1 === n ? 0 : i + 1;
      this.#clean++;
      this.#looks++;
      left--;
    }
    return true;
  }

  /** How many spins were looked at since the descents were made. */
  get looks(): number {
    return this.#looks;
  }

  /** Energy of the state without the offset, from the cached fields: rounded. */
  get energy(): number {
    let twice = 0;
    for (let i = 0; i < this.#f.length; i++) twice += this.#spins[i] * (this.#f[i] + this.#arrays.h[i]);
    return twice / 2;
  }

  #field(i: number): number {
    const { n, h, couplings } = this.#arrays;
    const s = this.#spins;
    let sum = h[i];
    if (couplings.form === "dense") {
      const J = couplings.values;
      for (let j = 0, k = i * n; j < n; j++, k++) sum += J[k] * s[j];
    } else {
      const { rowPtr, columns, values } = couplings;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += values[k] * s[columns[k]];
    }
    return sum;
  }

  #flip(i: number): void {
    const { n, couplings } = this.#arrays;
    const f = this.#f;
    const change = -2 * this.#spins[i];
    this.#spins[i] = -this.#spins[i];
    if (couplings.form === "dense") {
      const J = couplings.values;
      for (let j = 0, k = i * n; j < n; j++, k++) f[j] += change * J[k];
    } else {
      const { rowPtr, columns, values } = couplings;
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) f[columns[k]] += change * values[k];
    }
  }
}

/** Makes a descent. */
export function* slicedDescent(arrays: IsingArrays): Work<SlicedDescent> {
  let largest = 0;
  for (const values of [arrays.h, arrays.couplings.values]) {
    yield* inBlocks(values.length, 1, (from, to) => largest = Math.max(largest, largestOf(values, from, to)));
  }
  return new SlicedDescent(arrays, largest);
}
