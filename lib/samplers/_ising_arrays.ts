import { type Couplings, inBlocks, isingFromQuboWork, type IsingModel, type Model, type Work } from "../model/mod.ts";
import { fillRow } from "./_model_graph.ts";

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
export function* isingArrays(model: Model): Work<IsingArrays> {
  const { n } = model;
  const given = model.couplings;
  if (given.form === "factored" && 8 * n * n > MAX_DENSE_BYTES) {
    throw new RangeError(
      `Cannot make the couplings of ${n} variables dense: the matrix would take ${8 * n * n} bytes, at most ` +
        `${MAX_DENSE_BYTES} are allowed; use simulatedAnnealing(), which takes them factored`,
    );
  }
  const ising = yield* isingOf(model);
  const { couplings, linear: h, offset } = ising;
  const pairs = n * (n - 1);
  const filled = given.form === "factored" ? pairs : yield* nonzeros(given.values);
  const dense = given.form === "sparse"
    ? filled >= DENSE_FROM * pairs && 8 * n * n <= MAX_DENSE_BYTES
    : filled >= SPARSE_BELOW * pairs;
  return { n, h, offset, couplings: dense ? yield* denseArrays(couplings) : yield* sparseArrays(couplings, filled) };
}

/** The model itself, or the Ising model of the same energies. */
export function* isingOf(model: Model): Work<IsingModel> {
  return model.vartype === "ising" ? model : yield* isingFromQuboWork(model);
}

/** Couplings as a full matrix. */
export function* denseArrays(couplings: Couplings): Work<DenseArrays> {
  if (couplings.form === "dense") return { form: "dense", values: couplings.values };
  const n = couplings.n;
  const values = new Float64Array(n * n);
  const width = couplings.form === "sparse" ? n : n * couplings.width;
  yield* inBlocks(n, width, (from, to) => {
    for (let i = from; i < to; i++) {
      const row = values.subarray(i * n, (i + 1) * n);
      if (couplings.form === "factored") {
        fillRow(couplings, i, row);
        row[i] = 0;
      } else {for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
          row[couplings.columns[k]] = couplings.values[k];
        }}
    }
  });
  return { form: "dense", values };
}

// of couplings that are not factored, `filled` of them other than 0
function* sparseArrays(couplings: Couplings, filled: number): Work<SparseArrays> {
  if (couplings.form === "sparse") return couplings;
  if (couplings.form === "factored") throw new TypeError("Cannot list factored couplings: they are made dense");
  const { n, values } = couplings;
  const rowPtr = new Uint32Array(n + 1);
  const columns = new Uint32Array(filled);
  const kept = new Float64Array(filled);
  let next = 0;
  yield* inBlocks(n, n, (from, to) => {
    for (let i = from, k = from * n; i < to; i++) {
      for (let j = 0; j < n; j++, k++) {
        if (values[k] === 0) continue;
        columns[next] = j;
        kept[next++] = values[k];
      }
      rowPtr[i + 1] = next;
    }
  });
  return { form: "sparse", rowPtr, columns, values: kept };
}

function* nonzeros(values: Float64Array): Work<number> {
  let count = 0;
  yield* inBlocks(values.length, 1, (from, to) => {
    let own = 0;
    for (let k = from; k < to; k++) if (values[k] !== 0) own++;
    count += own;
  });
  return count;
}
