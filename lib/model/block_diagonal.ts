import { forEachPair } from "./_terms.ts";
import { PairTable } from "./_pair_table.ts";
import { isingModel, quboModel } from "./models.ts";
import type { IsingModel, Model, QuboModel } from "./types.ts";

/** Several models as one, and the way back. */
export interface BlockDiagonal<M extends Model = Model> {
  /** The variables of all models one after the other, no coupling between two models; its energy is the sum of theirs. */
  readonly model: M;
  /** Model k has the variables `starts[k] .. starts[k + 1] - 1`, `[K + 1]`. */
  readonly starts: Uint32Array;
  /**
   * Takes states apart.
   *
   * @param states `[R, n]` row-major
   * @returns fresh states of each model, `[R, n_k]`
   * @throws {TypeError} if the length is no multiple of n
   */
  split(states: Int8Array): Int8Array[];
}

/**
 * Puts models side by side into one: the way to send several to a machine that has room for them.
 *
 * `E(z_1, ..., z_K) = sum_k E_k(z_k)`, offsets included: a state is optimal if and only if each part is.
 *
 * @param models one or more, all of one vartype
 * @returns a fresh model with sparse couplings
 * @throws {TypeError} if there is no model, or their vartypes differ
 *
 * Cost one pass over all couplings.
 *
 * @example Two spins that know nothing of each other
 * ```ts
 * import { blockDiagonal, energy, isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const one = (h: number) => isingModel({ couplings: sparseCouplings(1, []), linear: [h] });
 * const { model, split } = blockDiagonal([one(1), one(2)]);
 * assertEquals(energy(model, [-1, 1]), -1 + 2);
 * assertEquals(split(Int8Array.of(-1, 1)), [Int8Array.of(-1), Int8Array.of(1)]);
 * ```
 */
export function blockDiagonal(models: readonly IsingModel[]): BlockDiagonal<IsingModel>;
/** Puts QUBOs side by side into one. */
export function blockDiagonal(models: readonly QuboModel[]): BlockDiagonal<QuboModel>;
/** Puts models side by side into one. */
export function blockDiagonal(models: readonly Model[]): BlockDiagonal;
export function blockDiagonal(models: readonly Model[]): BlockDiagonal {
  if (models.length === 0) throw new TypeError("Cannot put models side by side: expected one or more, got none");
  const { vartype } = models[0];
  const other = models.findIndex((model) => model.vartype !== vartype);
  if (other >= 0) {
    throw new TypeError(
      `Cannot put models side by side: model 0 is of vartype ${vartype}, model ${other} of ${models[other].vartype}; ` +
        `convert them first, with isingFromQubo() or quboFromIsing()`,
    );
  }
  const starts = new Uint32Array(models.length + 1);
  models.forEach(({ n }, k) => starts[k + 1] = starts[k] + n);
  const n = starts[models.length];
  const pairs = new PairTable();
  const linear = new Float64Array(n);
  let offset = 0;
  models.forEach((model, k) => {
    forEachPair(model.couplings, (i, j, value) => pairs.add(starts[k] + i, starts[k] + j, value));
    linear.set(model.linear, starts[k]);
    offset += model.offset;
  });
  const parts = { couplings: pairs.couplings(n), linear, offset };
  return Object.freeze({
    model: vartype === "ising" ? isingModel(parts) : quboModel(parts),
    starts,
    split: (states: Int8Array) => split(states, starts),
  });
}

function split(states: Int8Array, starts: Uint32Array): Int8Array[] {
  const n = starts[starts.length - 1];
  const rows = n === 0 ? 0 : states.length / n;
  if (!Number.isInteger(rows)) {
    throw new TypeError(
      `Cannot take states apart: ${states.length} entries are no whole number of states of ${n} variables`,
    );
  }
  return Array.from({ length: starts.length - 1 }, (_, k) => {
    const [from, to] = [starts[k], starts[k + 1]];
    const part = new Int8Array(rows * (to - from));
    for (let r = 0; r < rows; r++) part.set(states.subarray(r * n + from, r * n + to), r * (to - from));
    return part;
  });
}
