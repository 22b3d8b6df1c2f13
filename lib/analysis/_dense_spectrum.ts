import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Hypercube } from "../kernels/mod.ts";

/** All eigenpairs of a symmetric operator: values ascending, vectors as columns. */
export interface DenseSpectrum {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** Makes the matrix of an operator, column by column, in two vectors of the hypercube as scratch. */
export function operatorMatrix(
  cube: Hypercube,
  apply: (psi: Float64Array, out: Float64Array) => void,
  psi: Float64Array,
  out: Float64Array,
): Matrix {
  const matrix = Matrix.zeros(cube.size, cube.size);
  for (let y = 0; y < cube.size; y++) {
    psi.fill(0);
    psi[y] = 1;
    apply(psi, out);
    for (let x = 0; x < cube.size; x++) matrix.set(x, y, out[x]);
  }
  return matrix;
}

/** Finds all eigenpairs of a symmetric operator. */
export function denseSpectrum(
  cube: Hypercube,
  apply: (psi: Float64Array, out: Float64Array) => void,
  psi: Float64Array,
  out: Float64Array,
): DenseSpectrum {
  const matrix = operatorMatrix(cube, apply, psi, out);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return { values: Float64Array.from(realEigenvalues), vectors: eigenvectorMatrix };
}
