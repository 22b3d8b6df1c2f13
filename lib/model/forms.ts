import { forEachPair } from "./_terms.ts";
import type { DenseCouplings, IsingModel, Model, QuboModel, SparseCouplings } from "./types.ts";

const MAX_DENSE_VARIABLES = 16384;

/**
 * Gives the same model with couplings as a full matrix.
 *
 * From sparse the energies stay the same to the last bit; from factored they round differently.
 *
 * @returns the model itself if it is dense already, else a fresh one
 * @throws {RangeError} if it has more variables than a matrix of 2 GiB holds
 *
 * Cost O(n^2), from factored couplings of width d O(n^2 d).
 *
 * @example One pair as a matrix
 * ```ts
 * import { isingModel, sparseCouplings, toDense } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = toDense(isingModel({ couplings: sparseCouplings(2, [[0, 1, 3]]) }));
 * assertEquals([...model.couplings.values], [0, 3, 3, 0]);
 * ```
 */
export function toDense(model: IsingModel): IsingModel & { readonly couplings: DenseCouplings };
/** Gives the same QUBO with couplings as a full matrix. */
export function toDense(model: QuboModel): QuboModel & { readonly couplings: DenseCouplings };
/** Gives the same model with couplings as a full matrix. */
export function toDense(model: Model): Model & { readonly couplings: DenseCouplings };
export function toDense(model: Model): Model & { readonly couplings: DenseCouplings } {
  const { n, couplings } = model;
  if (isDense(model)) return model;
  if (n > MAX_DENSE_VARIABLES) {
    throw new RangeError(
      `Cannot make a dense matrix of ${n} variables: at most ${MAX_DENSE_VARIABLES} fit; keep the ${couplings.form} form`,
    );
  }
  const values = new Float64Array(n * n);
  forEachPair(couplings, (i, j, value) => values[i * n + j] = values[j * n + i] = value);
  return Object.freeze({ ...model, couplings: Object.freeze({ form: "dense", n, values }) });
}

/**
 * Gives the same model with couplings as compressed sparse rows, zeros left out.
 *
 * From dense the energies stay the same to the last bit; from factored they round differently.
 *
 * @returns the model itself if it is sparse already, else a fresh one
 *
 * Cost O(n^2), from factored couplings of width d O(n^2 d).
 *
 * @example The zeros of a matrix are left out
 * ```ts
 * import { denseCouplings, isingModel, toSparse } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: denseCouplings([[0, 3, 0], [3, 0, 0], [0, 0, 0]]) });
 * assertEquals([...toSparse(model).couplings.rowPtr], [0, 1, 2, 2]);
 * ```
 */
export function toSparse(model: IsingModel): IsingModel & { readonly couplings: SparseCouplings };
/** Gives the same QUBO with couplings as compressed sparse rows. */
export function toSparse(model: QuboModel): QuboModel & { readonly couplings: SparseCouplings };
/** Gives the same model with couplings as compressed sparse rows. */
export function toSparse(model: Model): Model & { readonly couplings: SparseCouplings };
export function toSparse(model: Model): Model & { readonly couplings: SparseCouplings } {
  if (isSparse(model)) return model;
  const n = model.n;
  const pairs: number[] = [];
  const coefficients: number[] = [];
  const rowPtr = new Uint32Array(n + 1);
  forEachPair(model.couplings, (i, j, value) => {
    pairs.push(i, j);
    coefficients.push(value);
    rowPtr[i + 1]++;
    rowPtr[j + 1]++;
  });
  for (let i = 0; i < n; i++) rowPtr[i + 1] += rowPtr[i];
  const next = rowPtr.slice(0, n);
  const columns = new Uint32Array(pairs.length);
  const values = new Float64Array(pairs.length);
  // pairs come in ascending order, so that the rows fill in ascending order
  for (let k = 0; k < coefficients.length; k++) {
    const [i, j] = [pairs[2 * k], pairs[2 * k + 1]];
    columns[next[i]] = j;
    values[next[i]++] = coefficients[k];
    columns[next[j]] = i;
    values[next[j]++] = coefficients[k];
  }
  const couplings: SparseCouplings = Object.freeze({ form: "sparse", n, rowPtr, columns, values });
  return Object.freeze({ ...model, couplings });
}

function isDense(model: Model): model is Model & { readonly couplings: DenseCouplings } {
  return model.couplings.form === "dense";
}

function isSparse(model: Model): model is Model & { readonly couplings: SparseCouplings } {
  return model.couplings.form === "sparse";
}
