import { rowSums, rowSumsWork, scaled, scaledWork } from "./_terms.ts";
import { isingModel, quboModel } from "./models.ts";
import type { IsingModel, QuboModel } from "./types.ts";
import { finished, type Work } from "./work.ts";

/**
 * Gives the Ising model with the energies of a QUBO, state by state, under `x = (1 + s) / 2`.
 *
 * `J_ij = Q_ij / 4`, `h_i = Q_ii / 2 + sum_j Q_ij / 4`, offset `+ sum_i Q_ii / 2 + sum_{i<j} Q_ij / 4`. The form of the
 * couplings is kept. Exact but for the rounding of the sums; exact for integer coefficients up to 2^50.
 *
 * @returns a fresh model
 *
 * Cost one pass over the couplings.
 *
 * @example One bit
 * ```ts
 * import { isingFromQubo, quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const ising = isingFromQubo(quboModel({ couplings: sparseCouplings(1, []), linear: [6] }));
 * assertEquals([ising.linear[0], ising.offset], [3, 3]);
 * ```
 */
export function isingFromQubo(model: QuboModel): IsingModel {
  return finished(isingFromQuboWork(model));
}

/**
 * Converts as {@link isingFromQubo} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is a fresh model
 *
 * Cost that of {@link isingFromQubo}.
 *
 * @example One bit
 * ```ts
 * import { finished, isingFromQuboWork, quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const ising = finished(isingFromQuboWork(quboModel({ couplings: sparseCouplings(1, []), linear: [6] })));
 * assertEquals([ising.linear[0], ising.offset], [3, 3]);
 * ```
 */
export function* isingFromQuboWork(model: QuboModel): Work<IsingModel> {
  const sums = yield* rowSumsWork(model.couplings);
  let single = 0;
  let pairs = 0;
  const linear = new Float64Array(model.n);
  for (let i = 0; i < model.n; i++) {
    linear[i] = model.linear[i] / 2 + sums[i] / 4;
    single += model.linear[i];
    pairs += sums[i];
  }
  return isingModel({
    couplings: yield* scaledWork(model.couplings, 0.25),
    linear,
    offset: model.offset + single / 2 + pairs / 8,
  });
}

/**
 * Gives the QUBO with the energies of an Ising model, state by state, under `s = 2 x - 1`.
 *
 * `Q_ij = 4 J_ij`, `Q_ii = 2 h_i - 2 sum_j J_ij`, offset `- sum_i h_i + sum_{i<j} J_ij`. The form of the couplings is
 * kept. Exact but for the rounding of the sums; exact for integer coefficients up to 2^50.
 *
 * @returns a fresh model
 *
 * Cost one pass over the couplings.
 *
 * @example One spin in a field
 * ```ts
 * import { isingModel, quboFromIsing, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const qubo = quboFromIsing(isingModel({ couplings: sparseCouplings(1, []), linear: [3], offset: 3 }));
 * assertEquals([qubo.linear[0], qubo.offset], [6, 0]);
 * ```
 */
export function quboFromIsing(model: IsingModel): QuboModel {
  const sums = rowSums(model.couplings);
  let single = 0;
  let pairs = 0;
  const linear = new Float64Array(model.n);
  for (let i = 0; i < model.n; i++) {
    linear[i] = 2 * model.linear[i] - 2 * sums[i];
    single += model.linear[i];
    pairs += sums[i];
  }
  return quboModel({
    couplings: scaled(model.couplings, 4),
    linear,
    offset: model.offset - single + pairs / 2,
  });
}

/**
 * Gives the bits of spins: `x = (1 + s) / 2`.
 *
 * @param spins -1 and +1, any length
 * @returns fresh bits, the same length
 * @throws {RangeError} if an entry is neither -1 nor 1
 *
 * Cost O(length).
 *
 * @example Up is one
 * ```ts
 * import { bitsFromSpins } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...bitsFromSpins([1, -1])], [1, 0]);
 * ```
 */
export function bitsFromSpins(spins: ArrayLike<number>): Int8Array {
  return Int8Array.from(spins, (s, i) => {
    if (s !== 1 && s !== -1) throw new RangeError(`Cannot read spins: entry ${i} is ${s}, expected -1 or 1`);
    return s === 1 ? 1 : 0;
  });
}

/**
 * Gives the spins of bits: `s = 2 x - 1`.
 *
 * @param bits 0 and 1, any length
 * @returns fresh spins, the same length
 * @throws {RangeError} if an entry is neither 0 nor 1
 *
 * Cost O(length).
 *
 * @example One is up
 * ```ts
 * import { spinsFromBits } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...spinsFromBits([1, 0])], [1, -1]);
 * ```
 */
export function spinsFromBits(bits: ArrayLike<number>): Int8Array {
  return Int8Array.from(bits, (x, i) => {
    if (x !== 1 && x !== 0) throw new RangeError(`Cannot read bits: entry ${i} is ${x}, expected 0 or 1`);
    return 2 * x - 1;
  });
}
