import { Rng } from "../random/mod.ts";
import { couplingFields } from "./_terms.ts";
import { isingModel, quboModel } from "./models.ts";
import { checkOptionNames } from "./option_names.ts";
import type { Couplings, IsingModel, Model, QuboModel } from "./types.ts";

/** Which variables are turned round: drawn, or given. */
export interface SpinReversalOptions {
  /** Draws each variable with probability 1/2 from stream 0 of this seed. */
  readonly seed?: number;
  /** `[n]`, other than 0 for a variable to turn round; instead of a seed. */
  readonly flips?: ArrayLike<number>;
}

/** A model some of whose variables mean their opposite. */
export interface ReversedModel<M extends Model = Model> {
  /** The model in the new variables. */
  readonly model: M;
  /** `[n]`, 1 where the variable is turned round. */
  readonly flips: Uint8Array;
  /**
   * Turns the states of one model into those of the other, either way.
   *
   * @param states `[R, n]` row-major
   * @returns fresh states, `[R, n]`
   * @throws {TypeError} if the length is no multiple of n
   */
  undo(states: ArrayLike<number>): Int8Array;
}

/**
 * Turns variables round, a gauge transformation: `s_i -> -s_i`, or `x_i -> 1 - x_i`, the energies staying what they are.
 *
 * With g_i = -1 where turned: `J_ij g_i g_j`, `h_i g_i`. Averages out what a machine does differently for up and for down. The
 * form of the couplings is kept. Exact for spins; for bits exact but for the rounding of the sums.
 *
 * @returns a fresh model with what was turned and the way back
 * @throws {TypeError} unless either a seed or flips, `[n]`, are given
 * @throws {RangeError} if the seed is no integer from 0
 *
 * Cost one pass over the couplings.
 *
 * @example A ferromagnetic pair becomes an antiferromagnetic one
 * ```ts
 * import { isingModel, sparseCouplings, spinReversal } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, -1]]) });
 * const { model, undo } = spinReversal(pair, { flips: [0, 1] });
 * assertEquals([...model.couplings.form === "sparse" ? model.couplings.values : []], [1, 1]);
 * assertEquals([...undo([1, -1])], [1, 1]);
 * ```
 */
export function spinReversal(model: IsingModel, options: SpinReversalOptions): ReversedModel<IsingModel>;
/** Turns bits round: `x_i -> 1 - x_i`. */
export function spinReversal(model: QuboModel, options: SpinReversalOptions): ReversedModel<QuboModel>;
/** Turns variables round. */
export function spinReversal(model: Model, options: SpinReversalOptions): ReversedModel;
export function spinReversal(model: Model, options: SpinReversalOptions): ReversedModel {
  const { n, vartype, couplings } = model;
  const flips = chosenFlips(n, options);
  const slopes = Float64Array.from(flips, (flip) => flip === 1 ? -1 : 1);
  const linear = model.linear.slice();
  let offset = model.offset;
  if (vartype === "qubo") {
    // z = constant + slope y with constant 1 where turned
    const fields = couplingFields(couplings, flips);
    for (let i = 0; i < n; i++) {
      if (flips[i] === 1) offset += model.linear[i] + fields[i] / 2;
      linear[i] += fields[i];
    }
  }
  for (let i = 0; i < n; i++) linear[i] *= slopes[i];
  const parts = { couplings: gauged(couplings, slopes), linear, offset };
  const undo = (states: ArrayLike<number>) => undone(states, flips, vartype === "ising");
  return Object.freeze({ model: vartype === "ising" ? isingModel(parts) : quboModel(parts), flips, undo });
}

function chosenFlips(n: number, options: SpinReversalOptions): Uint8Array {
  checkOptionNames("Cannot turn spins round", options, ["seed", "flips"]);
  const { seed, flips } = options;
  if ((seed === undefined) === (flips === undefined)) {
    throw new TypeError("Cannot turn spins round: expected either a seed or flips");
  }
  if (flips !== undefined) {
    if (flips.length !== n) throw new TypeError(`Cannot turn spins round: ${flips.length} flips for ${n} variables`);
    return Uint8Array.from(flips, (flip) => flip === 0 ? 0 : 1);
  }
  const rng = new Rng(seed ?? 0);
  return Uint8Array.from({ length: n }, () => rng.uint32() >>> 31);
}

function gauged(couplings: Couplings, g: Float64Array): Couplings {
  if (couplings.form === "factored") {
    const rows = (factor: Float64Array) => factor.map((value, k) => value * g[Math.floor(k / couplings.width)]);
    return Object.freeze({ ...couplings, left: rows(couplings.left), right: rows(couplings.right) });
  }
  const values = couplings.values.slice();
  for (let i = 0; i < couplings.n; i++) {
    if (couplings.form === "dense") {
      for (let j = 0; j < couplings.n; j++) if (i !== j) values[i * couplings.n + j] *= g[i] * g[j];
    } else {
      for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) values[k] *= g[i] * g[couplings.columns[k]];
    }
  }
  return Object.freeze({ ...couplings, values });
}

function undone(states: ArrayLike<number>, flips: Uint8Array, isIsing: boolean): Int8Array {
  const n = flips.length;
  if (n === 0 ? states.length > 0 : states.length % n !== 0) {
    throw new TypeError(`Cannot turn states round: ${states.length} entries are no whole number of states of ${n}`);
  }
  return Int8Array.from(states, (value, k) => flips[k % n] === 0 ? value : isIsing ? -value : 1 - value);
}
