import { assert } from "@std/assert";
import { CholeskyDecomposition, type Matrix } from "ml-matrix";
import type { Hypercube } from "../kernels/mod.ts";
import { operatorMatrix } from "./_dense_spectrum.ts";

/** Lifts the levels of vectors by so much, in units of the largest that an operator here has. */
const LIFT = 64;

/**
 * Asserts that the lowest eigenvalue of a symmetric operator, beside those of known eigenvectors of length 1, is within `error` of a
 * value: its matrix less `value - error` has a Cholesky factor, less `value + error` it has none. A fiftieth of the time of a dense
 * eigensolver, and as dense.
 */
export function assertLowest(
  what: string,
  cube: Hypercube,
  apply: (psi: Float64Array, out: Float64Array) => void,
  known: readonly Float64Array[],
  value: number,
  error: number,
): void {
  const [psi, out] = cube.vectors.slice(-2);
  const matrix = operatorMatrix(cube, apply, psi, out);
  for (let x = 0; x < cube.size; x++) {
    for (let y = 0; y <= x; y++) {
      let entry = (matrix.get(x, y) + matrix.get(y, x)) / 2;
      for (const v of known) entry += LIFT * v[x] * v[y];
      matrix.set(x, y, entry);
      matrix.set(y, x, entry);
    }
  }
  assert(hasFactor(matrix, error - value), `${what}: there is a level below ${value} - ${error}`);
  assert(!hasFactor(matrix, -2 * error), `${what}: there is no level below ${value} + ${error}`);
}

/** Adds to the diagonal and tells whether what comes of it is positive definite. */
function hasFactor(matrix: Matrix, add: number): boolean {
  for (let x = 0; x < matrix.rows; x++) matrix.set(x, x, matrix.get(x, x) + add);
  return new CholeskyDecomposition(matrix).isPositiveDefinite();
}
