import { formatError } from "./_format_error.ts";
import { type CompactBlock, compactBlock, type TermBlock, termBlock, unpackBlock } from "./_term_blocks.ts";
import { sumDense, type Sums, sumSparse } from "./_term_sums.ts";
import { isingModel, quboModel } from "../models.ts";
import type { Model, Vartype } from "../types.ts";

/** The most variables that a file may have. */
export const MAX_VARIABLES = 2 ** 24;

const FIRST_BLOCK = 2 ** 10;
const LARGEST_BLOCK = 2 ** 18;
const MAX_DENSE = 16384;
const MAX_AUTOMATIC_DENSE = 4096;
const DENSE_FROM = 0.25;
// from here on a full matrix is smaller than compressed rows
const SMALLER_DENSE_FROM = 2 / 3;

/** What {@link TermsTable.build} makes of the terms. */
export interface BuildOptions {
  /** n; every index is below it. */
  readonly n: number;
  /** What the variables are. */
  readonly vartype: Vartype;
  /** Multiplies the sum of every pair. @default {1} */
  readonly pairScale?: number;
  /** Multiplies the sum of the linear terms of every variable. @default {1} */
  readonly linearScale?: number;
  /** Linear terms beside those of the table, `[n]`. @default {all zero} */
  readonly otherLinear?: Float64Array;
  /** The constant of the energy. @default {0} */
  readonly offset?: number;
}

/**
 * Collects terms `(i, j, value)` of a file in typed arrays, at 5 to 20 bytes each, and builds a model in which terms of the
 * same pair are summed in the order of the file; `i = j` is a linear term.
 *
 * Memory of `build`: 24 bytes a term for compressed rows, or 8 n^2 where a full matrix is smaller or n is small.
 */
export class TermsTable {
  /** How many terms were added. */
  size = 0;
  /** The largest index that was added, -1 where there is none. */
  largest = -1;
  #block: TermBlock = termBlock(FIRST_BLOCK);
  #used = 0;
  readonly #full: CompactBlock[] = [];

  /** Adds a term of line `line`; the indices are 0-based and in range, the value is finite. */
  add(i: number, j: number, value: number, line: number): void {
    if (this.#used === this.#block.rows.length) this.#flush();
    const { rows, others, values, lines } = this.#block;
    const k = this.#used++;
    rows[k] = i;
    others[k] = j;
    values[k] = value;
    lines[k] = line;
    if (i > this.largest) this.largest = i;
    if (j > this.largest) this.largest = j;
    this.size++;
  }

  /** Calls `visit` with blocks of terms, in order; a block is valid until the next. */
  forEachBlock(visit: (block: TermBlock, used: number) => void): void {
    if (this.#full.length > 0) {
      const space = termBlock(LARGEST_BLOCK);
      for (const block of this.#full) visit(space, unpackBlock(block, space));
    }
    visit(this.#block, this.#used);
  }

  /**
   * Builds the model.
   *
   * @returns the model, and a note where terms were summed
   * @throws {SyntaxError} if a sum is not finite
   */
  build(
    { n, vartype, pairScale = 1, linearScale = 1, otherLinear, offset = 0 }: BuildOptions,
  ): { model: Model; notes: string[] } {
    const { couplings, linear, duplicates, firstLine } = this.#sum(n);
    const infinite = scaleInPlace(couplings.values, pairScale);
    if (infinite >= 0) {
      const [i, j] = pairAt(couplings, infinite);
      throw formatError(this.#lastLine(i, j), 1, "coefficients that float64 can hold once a pair is summed and scaled");
    }
    for (let i = 0; i < n; i++) linear[i] = linear[i] * linearScale + (otherLinear?.[i] ?? 0);
    const alone = scaleInPlace(linear, 1);
    if (alone >= 0) {
      throw formatError(this.#lastLine(alone, alone), 1, "linear terms that float64 can hold once they are summed");
    }
    if (!Number.isFinite(offset)) throw formatError(1, 1, "a constant of the energy that float64 can hold");
    const parts = { couplings: Object.freeze(couplings), linear, offset };
    const notes = duplicates === 0 ? [] : [
      duplicates === 1
        ? `1 duplicate entry was summed, at line ${firstLine}`
        : `${duplicates} duplicate entries were summed, the first at line ${firstLine}`,
    ];
    return { model: vartype === "ising" ? isingModel(parts) : quboModel(parts), notes };
  }

  #sum(n: number): Sums {
    const pairs = n * (n - 1) / 2;
    if (
      n <= MAX_DENSE && this.size > 0 &&
      this.size >= (n <= MAX_AUTOMATIC_DENSE ? DENSE_FROM : SMALLER_DENSE_FROM) * pairs
    ) {
      return sumDense(this, n, n <= MAX_AUTOMATIC_DENSE ? DENSE_FROM : SMALLER_DENSE_FROM);
    }
    return sumSparse(this, n);
  }

  #lastLine(i: number, j: number): number {
    let last = 1;
    this.forEachBlock(({ rows, others, lines }, used) => {
      for (let k = 0; k < used; k++) {
        if ((rows[k] === i && others[k] === j) || (rows[k] === j && others[k] === i)) last = lines[k];
      }
    });
    return last;
  }

  #flush(): void {
    const length = this.#block.rows.length;
    if (length < LARGEST_BLOCK) {
      const larger = termBlock(4 * length);
      larger.rows.set(this.#block.rows);
      larger.others.set(this.#block.others);
      larger.values.set(this.#block.values);
      larger.lines.set(this.#block.lines);
      this.#block = larger;
      return;
    }
    this.#full.push(compactBlock(this.#block, length));
    this.#used = 0;
  }
}

// the index of an entry that is not finite, -1 if all are
function scaleInPlace(values: Float64Array, factor: number): number {
  let infinite = -1;
  for (let k = 0; k < values.length; k++) {
    values[k] *= factor;
    if (!(Math.abs(values[k]) <= Number.MAX_VALUE)) infinite = k;
  }
  return infinite;
}

function pairAt(couplings: Sums["couplings"], k: number): [number, number] {
  if (couplings.form === "dense") return [Math.floor(k / couplings.n), k % couplings.n];
  let row = 0;
  while (couplings.rowPtr[row + 1] <= k) row++;
  return [row, couplings.columns[k]];
}
