import { checkCount, checkSymmetric, checkZeroDiagonal, finiteNumbers, squareMatrix } from "./_matrix.ts";
import type { DenseCouplings, FactoredCouplings, SparseCouplings, SquareMatrix } from "./types.ts";

/**
 * Makes couplings from a full matrix; entry (i, j) is the coefficient of the pair, counted once.
 *
 * @param matrix `[n, n]`, flat row-major or a list of rows, symmetric, zero diagonal; copied
 * @returns fresh couplings
 * @throws {TypeError} if the matrix is not square
 * @throws {RangeError} if it is not finite, not symmetric or has a diagonal
 *
 * Cost O(n^2).
 *
 * @example Three spins on a ring
 * ```ts
 * import { denseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(denseCouplings([[0, 1, 1], [1, 0, 1], [1, 1, 0]]).n, 3);
 * ```
 */
export function denseCouplings(matrix: SquareMatrix): DenseCouplings {
  const { n, values } = squareMatrix("the couplings", matrix);
  checkSymmetric("the couplings", n, values);
  checkZeroDiagonal("the couplings", n, values);
  return Object.freeze({ form: "dense", n, values });
}

/**
 * Makes couplings from a list of pairs, each given once, in either order; zeros are dropped.
 *
 * @param n number of variables
 * @param pairs `[i, j, coefficient]`, 0-based, `i` and `j` different
 * @returns fresh couplings
 * @throws {RangeError} if an index is out of range or equals its partner, a coefficient is not finite, or a pair comes twice
 *
 * Cost O(n + m log m) for m pairs.
 *
 * @example One antiferromagnetic pair among three spins
 * ```ts
 * import { sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = sparseCouplings(3, [[0, 2, 1]]);
 * assertEquals([...couplings.columns], [2, 0]);
 * ```
 */
export function sparseCouplings(
  n: number,
  pairs: Iterable<readonly [i: number, j: number, coefficient: number]>,
): SparseCouplings {
  checkCount("the number of variables", n);
  const rows: number[] = [];
  const others: number[] = [];
  const coefficients: number[] = [];
  const rowPtr = new Uint32Array(n + 1);
  for (const [i, j, value] of pairs) {
    checkPair(n, i, j, value);
    rows.push(i);
    others.push(j);
    coefficients.push(value);
    rowPtr[i + 1]++;
    rowPtr[j + 1]++;
  }
  for (let i = 0; i < n; i++) rowPtr[i + 1] += rowPtr[i];
  const columns = new Uint32Array(2 * rows.length);
  const values = new Float64Array(2 * rows.length);
  const next = rowPtr.slice(0, n);
  for (let k = 0; k < rows.length; k++) {
    const a = next[rows[k]]++;
    const b = next[others[k]]++;
    columns[a] = others[k];
    columns[b] = rows[k];
    values[a] = values[b] = coefficients[k];
  }
  sortRows(rowPtr, columns, values);
  return csr(n, rowPtr, columns, values);
}

function checkPair(n: number, i: number, j: number, value: number): void {
  if (!Number.isInteger(i) || !Number.isInteger(j) || i < 0 || j < 0 || i >= n || j >= n) {
    throw new RangeError(`Cannot couple (${i}, ${j}): expected two indices from 0 to ${n - 1}`);
  }
  if (i === j) {
    throw new RangeError(`Cannot couple variable ${i} to itself: put single-variable terms into linear`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot couple (${i}, ${j}): the coefficient is ${value}, expected a finite number`);
  }
}

function sortRows(rowPtr: Uint32Array, columns: Uint32Array, values: Float64Array): void {
  for (let i = 0; i + 1 < rowPtr.length; i++) {
    const [start, end] = [rowPtr[i], rowPtr[i + 1]];
    let sorted = true;
    for (let k = start + 1; k < end; k++) sorted &&= columns[k - 1] < columns[k];
    if (sorted) continue;
    const order = Array.from({ length: end - start }, (_, k) => start + k).sort((a, b) => columns[a] - columns[b]);
    const sortedColumns = order.map((k) => columns[k]);
    const sortedValues = order.map((k) => values[k]);
    columns.set(sortedColumns, start);
    values.set(sortedValues, start);
  }
}

// rows are sorted here: refuses a pair that comes twice, drops zeros
function csr(n: number, rowPtr: Uint32Array, columns: Uint32Array, values: Float64Array): SparseCouplings {
  let kept = 0;
  let start = 0;
  for (let i = 0; i < n; i++) {
    const end = rowPtr[i + 1];
    for (let k = start; k < end; k++) {
      if (k > start && columns[k] === columns[k - 1]) {
        throw new RangeError(`Cannot couple (${i}, ${columns[k]}): the pair comes twice; add its coefficients first`);
      }
    }
    for (let k = start; k < end; k++) {
      if (values[k] === 0) continue;
      columns[kept] = columns[k];
      values[kept++] = values[k];
    }
    start = end;
    rowPtr[i + 1] = kept;
  }
  return Object.freeze({ form: "sparse", n, rowPtr, columns: columns.slice(0, kept), values: values.slice(0, kept) });
}

/**
 * Makes couplings from compressed sparse rows that hold every pair in both directions; zeros are dropped.
 *
 * @param n number of variables
 * @param rowPtr `[n + 1]`, from 0, never falling
 * @param columns neighbours, in any order within a row
 * @param values their coefficients, the same in both directions
 * @returns fresh couplings
 * @throws {TypeError} if the lengths do not fit together
 * @throws {RangeError} if an index is out of range or on the diagonal, a value is not finite, a pair comes twice or is not symmetric
 *
 * Cost O(n + m log m) for m entries.
 *
 * @example Both directions of one pair
 * ```ts
 * import { csrCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...csrCouplings(2, [0, 1, 2], [1, 0], [3, 3]).values], [3, 3]);
 * ```
 */
export function csrCouplings(
  n: number,
  rowPtr: ArrayLike<number>,
  columns: ArrayLike<number>,
  values: ArrayLike<number>,
): SparseCouplings {
  checkCount("the number of variables", n);
  if (rowPtr.length !== n + 1 || columns.length !== values.length) {
    throw new TypeError(
      `Cannot read the rows: expected ${n + 1} row pointers and as many columns as values, got ${rowPtr.length} row ` +
        `pointers, ${columns.length} columns and ${values.length} values`,
    );
  }
  for (let i = 0; i <= n; i++) {
    const low = i === 0 ? 0 : rowPtr[i - 1];
    const high = i === 0 ? 0 : columns.length;
    if (!Number.isInteger(rowPtr[i]) || rowPtr[i] < low || rowPtr[i] > high || (i === n && rowPtr[i] !== high)) {
      throw new RangeError(
        `Cannot read the rows: row pointer ${i} is ${rowPtr[i]}, out of its range ${low} to ${high}`,
      );
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) checkPair(n, i, columns[k], values[k]);
  }
  const own = [Uint32Array.from(rowPtr), Uint32Array.from(columns)] as const;
  const coefficients = Float64Array.from(values);
  sortRows(own[0], own[1], coefficients);
  const couplings = csr(n, own[0], own[1], coefficients);
  checkBothDirections(couplings);
  return couplings;
}

// walking rows in order meets the entries of every column in order: one pointer a row is enough
function checkBothDirections({ n, rowPtr, columns, values }: SparseCouplings): void {
  const next = rowPtr.slice(0, n);
  for (let i = 0; i < n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const j = columns[k];
      const mirror = next[j]++;
      if (mirror >= rowPtr[j + 1] || columns[mirror] !== i || values[mirror] !== values[k]) {
        throw new RangeError(
          `Cannot read the rows: (${i}, ${j}) and (${j}, ${i}) are not both there with equal values`,
        );
      }
    }
  }
}

/**
 * Makes couplings `C = (A B^T + B A^T) / 2`, zero diagonal, from their factors.
 *
 * @param n number of variables
 * @param left A, `[n, d]` row-major; copied
 * @param right B, `[n, d]` row-major; copied
 * @returns fresh couplings of width d
 * @throws {TypeError} if the factors are not both `[n, d]`
 * @throws {RangeError} if they are not finite
 *
 * Cost O(n d).
 *
 * @example A ferromagnet of any size from one column
 * ```ts
 * import { energy, factoredCouplings, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = factoredCouplings(3, [1, 1, 1], [-1, -1, -1]);
 * assertEquals(energy(isingModel({ couplings }), [1, 1, 1]), -3);
 * ```
 */
export function factoredCouplings(n: number, left: ArrayLike<number>, right: ArrayLike<number>): FactoredCouplings {
  checkCount("the number of variables", n);
  const width = n === 0 ? 0 : left.length / n;
  if (left.length !== right.length || !Number.isInteger(width) || (n === 0 && left.length > 0)) {
    throw new TypeError(
      `Cannot read the factors: expected two matrices of ${n} rows and equal width, got ${left.length} and ` +
        `${right.length} entries`,
    );
  }
  const a = finiteNumbers("the left factor", left);
  const b = finiteNumbers("the right factor", right);
  return Object.freeze({ form: "factored", n, width, left: a, right: b });
}
