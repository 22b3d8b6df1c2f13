import type { SparseCouplings } from "./types.ts";

const FIRST_CAPACITY = 256;
const MAX_PAIRS = 2 ** 27;
const BYTES_A_PAIR = 16;

/** Pairs (i, j, value) in growing typed arrays; a pair may be added again and again. Checks no index. */
export class PairTable {
  // row < column in every entry
  #rows = new Uint32Array(FIRST_CAPACITY);
  #columns = new Uint32Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  /** A table of its own with the same pairs. */
  copy(): PairTable {
    const copy = new PairTable();
    copy.#rows = this.#rows.slice();
    copy.#columns = this.#columns.slice();
    copy.#values = this.#values.slice();
    copy.#length = this.#length;
    return copy;
  }

  /** Adds `value` to the pair of two different variables. */
  add(i: number, j: number, value: number): void {
    if (this.#length === this.#rows.length) this.#makeRoom();
    const k = this.#length++;
    this.#rows[k] = i < j ? i : j;
    this.#columns[k] = i < j ? j : i;
    this.#values[k] = value;
  }

  /** Throws unless that many more pairs fit: better before the first than after the last. */
  reserve(more: number): void {
    if (this.#length + more > MAX_PAIRS) {
      const gib = (BYTES_A_PAIR * (this.#length + more) / 2 ** 30).toPrecision(2);
      throw new RangeError(
        `Cannot build the model: ${more} more pairs need ${gib} GiB, at most ${MAX_PAIRS} pairs fit; split the ` +
          `constraints over fewer variables each`,
      );
    }
    // exactly enough: a doubling would leave up to half of it empty
    if (more > this.#rows.length) this.#resize(this.#length + more);
  }

  /** The sums as couplings of n variables, sums of zero left out. */
  couplings(n: number): SparseCouplings {
    this.#merge(n);
    const rowPtr = new Uint32Array(n + 1);
    let pairs = 0;
    for (let k = 0; k < this.#length; k++) {
      if (this.#values[k] === 0) continue;
      pairs++;
      rowPtr[this.#rows[k] + 1]++;
      rowPtr[this.#columns[k] + 1]++;
    }
    for (let i = 0; i < n; i++) rowPtr[i + 1] += rowPtr[i];
    const next = rowPtr.slice(0, n);
    const columns = new Uint32Array(2 * pairs);
    const values = new Float64Array(2 * pairs);
    // pairs are in ascending order, so that the rows fill in ascending order
    for (let k = 0; k < this.#length; k++) {
      const value = this.#values[k];
      if (value === 0) continue;
      const [i, j] = [this.#rows[k], this.#columns[k]];
      columns[next[i]] = j;
      values[next[i]++] = value;
      columns[next[j]] = i;
      values[next[j]++] = value;
    }
    return Object.freeze({ form: "sparse", n, rowPtr, columns, values });
  }

  #makeRoom(): void {
    let n = 0;
    for (let k = 0; k < this.#length; k++) n = Math.max(n, this.#columns[k] + 1);
    this.#merge(n);
    if (this.#length > this.#rows.length / 2) {
      this.reserve(1);
      this.#resize(Math.min(MAX_PAIRS, 2 * this.#rows.length));
    }
  }

  #resize(capacity: number): void {
    const [rows, columns, values] = [this.#rows, this.#columns, this.#values];
    this.#rows = new Uint32Array(capacity);
    this.#columns = new Uint32Array(capacity);
    this.#values = new Float64Array(capacity);
    this.#rows.set(rows.subarray(0, this.#length));
    this.#columns.set(columns.subarray(0, this.#length));
    this.#values.set(values.subarray(0, this.#length));
  }

  // sums pairs that came more than once, in the order in which they came; leaves the table sorted by row and column
  #merge(n: number): void {
    if (this.#isSorted()) return this.#checkFinite();
    const m = this.#length;
    const byColumn = countingSort(this.#columns, n, Uint32Array.from({ length: m }, (_, k) => k));
    const order = countingSort(this.#rows, n, byColumn);
    const rows = new Uint32Array(this.#rows.length);
    const columns = new Uint32Array(this.#rows.length);
    const values = new Float64Array(this.#rows.length);
    let kept = -1;
    for (let t = 0; t < m; t++) {
      const k = order[t];
      if (kept >= 0 && rows[kept] === this.#rows[k] && columns[kept] === this.#columns[k]) {
        values[kept] += this.#values[k];
        continue;
      }
      kept++;
      rows[kept] = this.#rows[k];
      columns[kept] = this.#columns[k];
      values[kept] = this.#values[k];
    }
    [this.#rows, this.#columns, this.#values, this.#length] = [rows, columns, values, kept + 1];
    this.#checkFinite();
  }

  #isSorted(): boolean {
    const [rows, columns] = [this.#rows, this.#columns];
    for (let k = 1; k < this.#length; k++) {
      if (rows[k] < rows[k - 1] || (rows[k] === rows[k - 1] && columns[k] <= columns[k - 1])) return false;
    }
    return true;
  }

  #checkFinite(): void {
    for (let k = 0; k < this.#length; k++) {
      if (!Number.isFinite(this.#values[k])) {
        throw new RangeError(
          `Cannot build the model: the terms of variables ${this.#rows[k]} and ${this.#columns[k]} add up to ` +
            `${this.#values[k]}, expected a finite number; scale them down`,
        );
      }
    }
  }
}

/** The entries of `order`, sorted by their key, equal keys in the order they had. */
function countingSort(keys: Uint32Array, n: number, order: Uint32Array): Uint32Array {
  const start = new Uint32Array(n + 1);
  for (let t = 0; t < order.length; t++) start[keys[order[t]] + 1]++;
  for (let i = 0; i < n; i++) start[i + 1] += start[i];
  const sorted = new Uint32Array(order.length);
  for (let t = 0; t < order.length; t++) sorted[start[keys[order[t]]]++] = order[t];
  return sorted;
}
