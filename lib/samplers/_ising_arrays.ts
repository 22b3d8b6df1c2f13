import { isingFromQubo, type Model, toDense, toSparse } from "../model/mod.ts";

const DENSE_FROM = 0.2;
const SPARSE_BELOW = 0.1;
const MAX_DENSE_BYTES = 2 ** 31;

/** J as a full matrix. */
export interface DenseArrays {
  readonly form: "dense";
  /** `[n, n]` row-major, symmetric, zero diagonal. */
  readonly values: Float64Array;
}

/** J as compressed sparse rows, every pair in both directions. */
export interface SparseArrays {
  readonly form: "sparse";
  readonly rowPtr: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** A model as its Ising model, couplings in the form that is cheaper to work with. Not to be written to. */
export interface IsingArrays {
  readonly n: number;
  readonly h: Float64Array;
  readonly offset: number;
  readonly couplings: DenseArrays | SparseArrays;
}

/**
 * Looks at any model as an Ising model: sparse couplings of which a fifth or more is there become dense, dense ones of
 * which less than a tenth is there become sparse, factored ones dense.
 *
 * @throws {RangeError} if factored couplings of so many variables would take more than 2 GiB
 */
export function isingArrays(model: Model): IsingArrays {
  const { n } = model;
  const given = model.couplings;
  if (given.form === "factored" && 8 * n * n > MAX_DENSE_BYTES) {
    throw new RangeError(
      `Cannot make the couplings of ${n} variables dense: the matrix would take ${8 * n * n} bytes, at most ` +
        `${MAX_DENSE_BYTES} are allowed; use simulatedAnnealing(), which takes them factored`,
    );
  }
  const ising = model.vartype === "ising" ? model : isingFromQubo(model);
  const pairs = n * (n - 1);
  const filled = given.form === "factored" ? pairs : nonzeros(given.values);
  const dense = given.form === "sparse"
    ? filled >= DENSE_FROM * pairs && 8 * n * n <= MAX_DENSE_BYTES
    : filled >= SPARSE_BELOW * pairs;
  const { couplings, linear: h, offset } = dense ? toDense(ising) : toSparse(ising);
  return { n, h, offset, couplings };
}

function nonzeros(values: Float64Array): number {
  let count = 0;
  for (let k = 0; k < values.length; k++) if (values[k] !== 0) count++;
  return count;
}
