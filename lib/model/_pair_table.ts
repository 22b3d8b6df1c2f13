import { sumSparse } from "./_term_sums.ts";
import type { TermBlock } from "./_term_blocks.ts";
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

  /** How many there are, those that came more than once included. */
  get size(): number {
    return this.#length;
  }

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

  /** Calls `visit` with all pairs, which stand on no lines. */
  forEachBlock(visit: (block: TermBlock, used: number) => void): void {
    visit({ rows: this.#rows, others: this.#columns, values: this.#values, lines: this.#rows }, this.#length);
  }

  /** The sums as couplings of n variables, sums of zero left out. */
  couplings(n: number): SparseCouplings {
    const { couplings } = sumSparse(this, n);
    checkFinite(couplings);
    return Object.freeze(couplings);
  }

  #makeRoom(): void {
    let n = 0;
    for (let k = 0; k < this.#length; k++) n = Math.max(n, this.#columns[k] + 1);
    if (!this.#isSorted()) this.#merge(n);
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
    const { rowPtr, columns, values } = this.couplings(n);
    let kept = 0;
    for (let i = 0; i < n; i++) {
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
        if (columns[k] < i) continue;
        this.#rows[kept] = i;
        this.#columns[kept] = columns[k];
        this.#values[kept++] = values[k];
      }
    }
    this.#length = kept;
  }

  #isSorted(): boolean {
    const [rows, columns] = [this.#rows, this.#columns];
    for (let k = 1; k < this.#length; k++) {
      if (rows[k] < rows[k - 1] || (rows[k] === rows[k - 1] && columns[k] <= columns[k - 1])) return false;
    }
    return true;
  }
}

function checkFinite({ n, rowPtr, columns, values }: SparseCouplings): void {
  for (let i = 0; i < n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      if (Number.isFinite(values[k])) continue;
      throw new RangeError(
        `Cannot build the model: the terms of variables ${i} and ${columns[k]} add up to ${values[k]}, expected a ` +
          `finite number; scale them down`,
      );
    }
  }
}
