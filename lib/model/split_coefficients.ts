import { bitsFromSpins, isingFromQubo } from "./conversions.ts";
import { isingModel } from "./models.ts";
import { checkOptionNames } from "./option_names.ts";
import { PairTable } from "./_pair_table.ts";
import { forEachPair } from "./_terms.ts";
import type { IsingModel, Model } from "./types.ts";

const CANNOT = "Cannot split coefficients";
const MAX_SPINS = 2 ** 22;

/** What {@link splitCoefficients} may not exceed. */
export interface SplitCoefficientsOptions {
  /** Largest size of a coefficient, in units of energy. */
  readonly largest: number;
}

/** A model with more spins and smaller coefficients, and the way back. */
export interface SplitModel {
  /** Spins 0 .. n - 1 are those of the model, the rest are leaves; no coefficient is above `largest`. */
  readonly model: IsingModel;
  /** The spin that each leaf belongs to, one a leaf. */
  readonly centres: Uint32Array;
  /**
   * Leaves the leaves out.
   *
   * @param states `[R, n + leaves]` row-major, spins
   * @returns fresh states of the given model, in its values, `[R, n]`
   * @throws {TypeError} if the length is no multiple of `n + leaves`
   */
  join(states: Int8Array): Int8Array;
}

/**
 * Writes a model with coefficients no larger than a machine takes, at the price of more spins.
 *
 * What is above L = `largest` of a field or a coupling goes to leaves: copies of a spin, each held to it by a coupling -L and
 * loaded with at most L / 2. A leaf that differs from its spin costs at least L, so
 * `min over leaves of E'(s, leaves) = E(s)` for every s, and the optimum of the one is that of the other. The price is
 * `ceil(2 (|c| - L) / L)` leaves for each coefficient c above L.
 *
 * Bad at: coefficients that are far above the rest, of a field most of all: a spin of field 100 L takes 198 leaves.
 *
 * @param model a QUBO is split as the Ising model it stands for
 * @param options.largest L
 * @returns a fresh Ising model with sparse couplings, and the way back
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if L is not positive, or there would be more than 2^22 spins: the message says how many
 *
 * Cost O(n + m + leaves).
 * Source: copies of a variable held together by a ferromagnetic chain, as in minor embedding: Choi, Minor-embedding in adiabatic
 * quantum computation (2008), DOI 10.1007/s11128-008-0082-9. Differs in: stars in place of trees, loads of half the link.
 *
 * @example A field of 2 where 1 is the most
 * ```ts
 * import { energy, isingModel, sparseCouplings, splitCoefficients } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, centres } = splitCoefficients(
 *   isingModel({ couplings: sparseCouplings(1, []), linear: [2] }),
 *   { largest: 1 },
 * );
 * assertEquals([...centres], [0, 0]);
 * assertEquals([energy(model, [-1, -1, -1]), energy(model, [-1, 1, -1])], [-2, 1]);
 * ```
 */
export function splitCoefficients(given: Model, options: SplitCoefficientsOptions): SplitModel {
  const largest = checkedLargest(options);
  const { n, couplings, linear, offset } = given.vartype === "ising" ? given : isingFromQubo(given);
  checkSize(n, largest, spinsOf(n, couplings, linear, largest));
  const pairs = new PairTable();
  const centres: number[] = [];
  const fields = [...linear];
  // a leaf of spin i, and its load
  const grow = (i: number) => {
    const leaf = n + centres.push(i) - 1;
    pairs.add(i, leaf, -largest);
    fields.push(0);
    return leaf;
  };
  linear.forEach((h, i) => fields[i] = deal(h, largest, (part) => fields[grow(i)] = part));
  forEachPair(couplings, (i, j, value) => {
    pairs.add(i, j, deal(value, largest, (part) => pairs.add(grow(i), j, part)));
  });
  const leaves = centres.length;
  const model = isingModel({
    couplings: pairs.couplings(n + leaves),
    linear: fields,
    offset: offset + largest * leaves,
  });
  return Object.freeze({
    model,
    centres: Uint32Array.from(centres),
    join: (states: Int8Array) => join(states, n, leaves, given.vartype === "qubo"),
  });
}

/** Gives parts of at most L / 2 away until at most L is left, and returns that. */
function deal(value: number, largest: number, give: (part: number) => void): number {
  const count = leavesOf(value, largest);
  if (count === 0) return value;
  const part = (value - Math.sign(value) * largest) / count;
  for (let k = 0; k < count; k++) give(part);
  return Math.sign(value) * largest;
}

function leavesOf(value: number, largest: number): number {
  return Math.max(0, Math.ceil(2 * (Math.abs(value) - largest) / largest));
}

/**
 * Counts the spins that {@link splitCoefficients} would need, without making them.
 *
 * @param model a QUBO is split as the Ising model it stands for
 * @param options.largest L
 * @returns `n + sum over coefficients c of ceil(2 (|c| - L) / L)` where that is above 0
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if L is not positive
 *
 * Cost O(n + m).
 *
 * @example A field of 2 where 1 is the most
 * ```ts
 * import { isingModel, sparseCouplings, splitSpins } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [2] });
 * assertEquals(splitSpins(model, { largest: 1 }), 3);
 * ```
 */
export function splitSpins(model: Model, options: SplitCoefficientsOptions): number {
  const largest = checkedLargest(options);
  const { n, couplings, linear } = model.vartype === "ising" ? model : isingFromQubo(model);
  return spinsOf(n, couplings, linear, largest);
}

function spinsOf(n: number, couplings: IsingModel["couplings"], linear: Float64Array, largest: number): number {
  let spins = n;
  for (const h of linear) spins += leavesOf(h, largest);
  forEachPair(couplings, (_i, _j, value) => spins += leavesOf(value, largest));
  return spins;
}

function checkSize(n: number, largest: number, spins: number): void {
  if (spins > MAX_SPINS) {
    throw new RangeError(
      `${CANNOT}: ${spins} spins would be needed for ${n}, at most ${MAX_SPINS} are allowed; choose a larger coefficient than ` +
        `${largest}, or fix what fixes itself first (signPersistency)`,
    );
  }
}

function checkedLargest(options: SplitCoefficientsOptions): number {
  checkOptionNames(CANNOT, options, ["largest"]);
  const { largest } = options;
  if (!(largest > 0 && Number.isFinite(largest))) {
    throw new RangeError(`${CANNOT}: largest must be a positive number, got ${largest}`);
  }
  return largest;
}

function join(states: Int8Array, n: number, leaves: number, isQubo: boolean): Int8Array {
  const width = n + leaves;
  const rows = width === 0 ? 0 : states.length / width;
  if (!Number.isInteger(rows)) {
    throw new TypeError(`Cannot join states: ${states.length} entries are no whole number of states of ${width} spins`);
  }
  const joined = new Int8Array(rows * n);
  for (let r = 0; r < rows; r++) joined.set(states.subarray(r * width, r * width + n), r * n);
  return isQubo ? bitsFromSpins(joined) : joined;
}
