import { finiteNumbers } from "./_matrix.ts";
import { checkOptionNames } from "./option_names.ts";
import type { Couplings, IsingModel, Model, QuboModel } from "./types.ts";

/** What a model is made of. */
export interface ModelParts {
  /** C, made by `denseCouplings`, `sparseCouplings`, `csrCouplings` or `factoredCouplings`. */
  readonly couplings: Couplings;
  /** h of an Ising model, the diagonal of Q of a QUBO, `[n]`; copied. @default {all zero} */
  readonly linear?: ArrayLike<number>;
  /** The constant of the energy. @default {0} */
  readonly offset?: number;
}

/**
 * Makes an Ising model: `E(s) = sum_{i<j} J_ij s_i s_j + sum_i h_i s_i + offset`, s in {-1, +1}, minimised.
 *
 * @param parts.couplings J
 * @param parts.linear h, `[n]`
 * @returns a fresh, frozen model
 * @throws {TypeError} if `linear` has another length than n, or a part another name
 * @throws {RangeError} if a number is not finite
 *
 * Cost O(n).
 *
 * @example Two spins that want to differ
 * ```ts
 * import { denseCouplings, energy, isingModel } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: denseCouplings([[0, 1], [1, 0]]) });
 * assertEquals(energy(model, [1, -1]), -1);
 * ```
 */
export function isingModel(parts: ModelParts): IsingModel {
  return Object.freeze({ vartype: "ising", ...checkedParts("an Ising model", parts) });
}

/**
 * Makes a QUBO: `E(x) = sum_{i<j} C_ij x_i x_j + sum_i linear_i x_i + offset`, x in {0, 1}, minimised.
 *
 * A matrix with a diagonal comes in through `quboFromUpper` or `quboFromSymmetric`, which differ in how often a pair counts.
 *
 * @param parts.couplings Q off the diagonal, each pair counted once
 * @param parts.linear the diagonal of Q, `[n]`
 * @returns a fresh, frozen model
 * @throws {TypeError} if `linear` has another length than n, or a part another name
 * @throws {RangeError} if a number is not finite
 *
 * Cost O(n).
 *
 * @example At most one of two bits
 * ```ts
 * import { energy, quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, -1] });
 * assertEquals(energy(model, [1, 1]), 3);
 * ```
 */
export function quboModel(parts: ModelParts): QuboModel {
  return Object.freeze({ vartype: "qubo", ...checkedParts("a QUBO", parts) });
}

function checkedParts(what: string, parts: ModelParts): Omit<Model, "vartype"> {
  checkOptionNames(`Cannot make ${what}`, parts, ["couplings", "linear", "offset"]);
  const { couplings, linear, offset = 0 } = parts;
  const n = couplings.n;
  if (linear !== undefined && linear.length !== n) {
    throw new TypeError(`Cannot make ${what}: linear has ${linear.length} entries for ${n} variables`);
  }
  if (!Number.isFinite(offset)) {
    throw new RangeError(`Cannot make ${what}: the offset is ${offset}, expected a finite number`);
  }
  const own = linear === undefined ? new Float64Array(n) : finiteNumbers("linear", linear);
  return { n, couplings, linear: own, offset };
}
