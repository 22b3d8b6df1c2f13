import type { SquareMatrix } from "./types.ts";

/** Copies a list of numbers into float64; `what` names it in the error. */
export function finiteNumbers(what: string, values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  for (let i = 0; i < copy.length; i++) {
    if (!Number.isFinite(copy[i])) {
      throw new RangeError(`Cannot read ${what}: entry ${i} is ${values[i]}, expected a finite number`);
    }
  }
  return copy;
}

/** Copies a square matrix into flat float64. */
export function squareMatrix(what: string, input: SquareMatrix): { n: number; values: Float64Array } {
  if (isRows(input)) {
    const n = input.length;
    const values = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      if (input[i].length !== n) {
        throw new TypeError(`Cannot read ${what}: row ${i} has ${input[i].length} entries in a matrix of ${n} rows`);
      }
      values.set(finiteNumbers(`row ${i} of ${what}`, input[i]), i * n);
    }
    return { n, values };
  }
  const n = Math.round(Math.sqrt(input.length));
  if (n * n !== input.length) {
    throw new TypeError(`Cannot read ${what}: expected a square matrix, row after row, got ${input.length} entries`);
  }
  return { n, values: finiteNumbers(what, input) };
}

function isRows(input: SquareMatrix): input is readonly ArrayLike<number>[] {
  return Array.isArray(input) && (input.length === 0 || typeof input[0] === "object");
}

/** Throws unless the matrix equals its transpose exactly. */
export function checkSymmetric(what: string, n: number, values: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (values[i * n + j] !== values[j * n + i]) {
        const pair = `(${i}, ${j}) is ${values[i * n + j]} and (${j}, ${i}) is ${values[j * n + i]}`;
        throw new RangeError(`Cannot read ${what}: expected a symmetric matrix, but ${pair}; average the two first`);
      }
    }
  }
}

/** Throws unless the diagonal is zero. */
export function checkZeroDiagonal(what: string, n: number, values: Float64Array): void {
  for (let i = 0; i < n; i++) {
    if (values[i * n + i] !== 0) {
      throw new RangeError(
        `Cannot read ${what}: diagonal entry ${i} is ${
          values[i * n + i]
        }, expected 0; put single-variable terms into ` +
          `linear and constants into offset`,
      );
    }
  }
}

/** Throws unless `n` counts something. */
export function checkCount(what: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`Cannot use ${n} as ${what}: expected an integer from 0`);
}
