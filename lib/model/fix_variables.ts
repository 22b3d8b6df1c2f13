import { couplingFields } from "./_terms.ts";
import { isingModel, quboModel } from "./models.ts";
import type { Couplings, IsingModel, Model, QuboModel, SparseCouplings } from "./types.ts";

/** A model in which some variables have been replaced by values. */
export interface FixedModel<M extends Model = Model> {
  /** The model of the variables that are left; its energies are those of the whole states. */
  readonly model: M;
  /** The original index of each variable that is left, `[m]`, ascending. */
  readonly indices: Uint32Array;
  /**
   * Puts the fixed values back.
   *
   * @param states `[R, m]` row-major; with no variable left there is one state, and `states` is empty
   * @returns fresh states of the original model, `[R, n]`
   * @throws {TypeError} if the length is no multiple of m
   */
  lift(states: ArrayLike<number>): Int8Array;
}

/**
 * Replaces variables by values: a smaller model with the same energies.
 *
 * `linear_i + sum_{j fixed} C_ij z_j` for those that are left, the energy of the fixed ones in the offset. The form of the
 * couplings is kept. Exact but for the rounding of the sums; exact for whole coefficients.
 *
 * @param values the value of each variable to fix, by index, in the values of the model
 * @returns a fresh model with the map of indices and the way back
 * @throws {RangeError} if an index is no variable, or a value none of the vartype
 *
 * Cost one pass over the couplings.
 *
 * @example One of two spins
 * ```ts
 * import { energy, fixVariables, isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, lift } = fixVariables(isingModel({ couplings: sparseCouplings(2, [[0, 1, 3]]) }), new Map([[0, -1]]));
 * assertEquals([model.linear[0], energy(model, [1])], [-3, -3]);
 * assertEquals([...lift([1])], [-1, 1]);
 * ```
 */
export function fixVariables(model: IsingModel, values: ReadonlyMap<number, number>): FixedModel<IsingModel>;
/** Replaces variables of a QUBO by values. */
export function fixVariables(model: QuboModel, values: ReadonlyMap<number, number>): FixedModel<QuboModel>;
/** Replaces variables by values. */
export function fixVariables(model: Model, values: ReadonlyMap<number, number>): FixedModel;
export function fixVariables(model: Model, values: ReadonlyMap<number, number>): FixedModel {
  const { n, vartype, couplings } = model;
  const low = vartype === "ising" ? -1 : 0;
  const fixed = new Int8Array(n);
  for (const [i, value] of values) {
    if (!Number.isInteger(i) || i < 0 || i >= n) {
      throw new RangeError(`Cannot fix variable ${i}: expected an index from 0 to ${n - 1}`);
    }
    if (value !== low && value !== 1) {
      throw new RangeError(`Cannot fix variable ${i} to ${value}: expected ${low} or 1`);
    }
    fixed[i] = value;
  }
  const indices = new Uint32Array(n - values.size);
  for (let i = 0, m = 0; i < n; i++) if (!values.has(i)) indices[m++] = i;
  const fields = couplingFields(couplings, fixed);
  const linear = Float64Array.from(indices, (i) => model.linear[i] + fields[i]);
  let single = 0;
  let pairs = 0;
  for (const i of values.keys()) {
    single += fixed[i] * model.linear[i];
    pairs += fixed[i] * fields[i];
  }
  const parts = { couplings: subCouplings(couplings, indices), linear, offset: model.offset + single + pairs / 2 };
  return Object.freeze({
    model: vartype === "ising" ? isingModel(parts) : quboModel(parts),
    indices,
    lift: (states: ArrayLike<number>) => lift(states, fixed, indices),
  });
}

function lift(states: ArrayLike<number>, fixed: Int8Array, indices: Uint32Array): Int8Array {
  const [n, m] = [fixed.length, indices.length];
  const rows = m === 0 && states.length === 0 ? 1 : states.length / m;
  if (!Number.isInteger(rows)) {
    throw new TypeError(`Cannot lift states: ${states.length} entries are no whole number of states of ${m} variables`);
  }
  const lifted = new Int8Array(rows * n);
  for (let r = 0; r < rows; r++) {
    lifted.set(fixed, r * n);
    for (let k = 0; k < m; k++) lifted[r * n + indices[k]] = states[r * m + k];
  }
  return lifted;
}

function subCouplings(couplings: Couplings, indices: Uint32Array): Couplings {
  const m = indices.length;
  if (couplings.form === "sparse") return subSparse(couplings, indices);
  if (couplings.form === "dense") {
    const values = new Float64Array(m * m);
    for (let k = 0; k < m; k++) {
      const row = indices[k] * couplings.n;
      for (let l = 0; l < m; l++) values[k * m + l] = couplings.values[row + indices[l]];
    }
    return Object.freeze({ form: "dense", n: m, values });
  }
  const { width } = couplings;
  const rows = (factor: Float64Array) => {
    const kept = new Float64Array(m * width);
    indices.forEach((i, k) => kept.set(factor.subarray(i * width, (i + 1) * width), k * width));
    return kept;
  };
  const [left, right] = [rows(couplings.left), rows(couplings.right)];
  return Object.freeze({ form: "factored", n: m, width: m === 0 ? 0 : width, left, right });
}

function subSparse({ n, rowPtr, columns, values }: SparseCouplings, indices: Uint32Array): SparseCouplings {
  const place = new Int32Array(n).fill(-1);
  indices.forEach((i, k) => place[i] = k);
  const ownRowPtr = new Uint32Array(indices.length + 1);
  const ownColumns = new Uint32Array(columns.length);
  const ownValues = new Float64Array(columns.length);
  let kept = 0;
  indices.forEach((i, k) => {
    for (let t = rowPtr[i]; t < rowPtr[i + 1]; t++) {
      if (place[columns[t]] < 0) continue;
      ownColumns[kept] = place[columns[t]];
      ownValues[kept++] = values[t];
    }
    ownRowPtr[k + 1] = kept;
  });
  return Object.freeze({
    form: "sparse",
    n: indices.length,
    rowPtr: ownRowPtr,
    columns: ownColumns.slice(0, kept),
    values: ownValues.slice(0, kept),
  });
}
