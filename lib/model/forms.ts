import { sparseOfMatrix } from "./_matrix_couplings.ts";
import { PairTable } from "./_pair_table.ts";
import { forEachPair } from "./_terms.ts";
import type { Couplings, DenseCouplings, IsingModel, Model, QuboModel, SparseCouplings } from "./types.ts";

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
      `Cannot make a dense matrix of ${n} variables: it would take ${
        (8 * n * n / 2 ** 30).toFixed(1)
      } GiB, and at most ` +
        `${MAX_DENSE_VARIABLES} variables are allowed; keep the ${couplings.form} form`,
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
  return Object.freeze({ ...model, couplings: sparseOf(model.couplings) });
}

function sparseOf(couplings: Couplings): SparseCouplings {
  if (couplings.form === "sparse") return couplings;
  const n = couplings.n;
  if (couplings.form === "factored") {
    const pairs = new PairTable();
    pairs.reserve(n * (n - 1) / 2);
    forEachPair(couplings, (i, j, value) => pairs.add(i, j, value));
    return pairs.couplings(n);
  }
  return sparseOfMatrix(couplings.values, n);
}

function isDense(model: Model): model is Model & { readonly couplings: DenseCouplings } {
  return model.couplings.form === "dense";
}

function isSparse(model: Model): model is Model & { readonly couplings: SparseCouplings } {
  return model.couplings.form === "sparse";
}
