import { forEachPair } from "./_terms.ts";
import { toSparse } from "./forms.ts";
import { checkOptionNames } from "./option_names.ts";
import type { Model } from "./types.ts";

/** Variables whose values in optima are known, as `fixVariables` takes them. */
export interface Persistency {
  /** The values by index, in the values of the model. */
  readonly values: ReadonlyMap<number, number>;
  /** `every`: all optima have these values. `some`: at least one optimum has all of them. */
  readonly optima: "every" | "some";
}

/** Settings of `signPersistency`. */
export interface SignPersistencyOptions {
  /** Fixes variables whose field may be zero as well: more of them, but they hold in some optimum only. @default {false} */
  readonly ties?: boolean;
}

/**
 * Finds variables whose linear coefficient outweighs their couplings, again and again as fixed ones become fields.
 *
 * A spin with `h_i > sum_j |J_ij|` is -1 in every optimum, one with `h_i < -sum_j |J_ij|` is +1; for a bit the same with the
 * lowest and the highest value of `linear_i + sum_j C_ij x_j`. `roofDuality` finds these and more, and costs more. Fields
 * nearer to zero than their rounding are taken for undecided.
 *
 * @param options.ties takes `>=` for `>`
 * @returns values that hold in every optimum, with ties in some optimum
 * @throws {TypeError} if an option is not known
 *
 * Cost O(n + m) for m couplings, beside O(neighbours) for each variable that is nearly decided; O(n^2 d) for factored ones.
 *
 * @example A strong field, then what it decides
 * ```ts
 * import { isingModel, signPersistency, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const chain = isingModel({ couplings: sparseCouplings(3, [[0, 1, -2], [1, 2, -1]]), linear: [3, 0, 0] });
 * assertEquals([...signPersistency(chain).values], [[0, -1], [1, -1], [2, -1]]);
 * ```
 */
export function signPersistency(model: Model, options: SignPersistencyOptions = {}): Persistency {
  checkOptionNames("Cannot fix variables by their signs", options, ["ties"]);
  const { ties = false } = options;
  const sparse = toSparse(model);
  const { n, linear, vartype } = sparse;
  const { rowPtr, columns, values } = sparse.couplings;
  const down = vartype === "ising" ? -1 : 0;
  const fixed = new Map<number, number>();
  const isWhole = allWhole(sparse);

  // lowest and highest field of i, fixed neighbours as they are, and how far rounding may have moved them
  const range = (i: number): [number, number, number] => {
    let [lowest, highest, size] = [linear[i], linear[i], Math.abs(linear[i])];
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const [c, value] = [values[k], fixed.get(columns[k])];
      lowest += value === undefined ? Math.min(down * c, c) : value * c;
      highest += value === undefined ? Math.max(down * c, c) : value * c;
      size += Math.abs(c);
    }
    return [lowest, highest, isWhole ? 0 : Number.EPSILON * (rowPtr[i + 1] - rowPtr[i] + 1) * size];
  };
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  const slop = new Float64Array(n);
  const waiting: number[] = [];
  for (let i = 0; i < n; i++) {
    const [lowest, highest, rounding] = range(i);
    // twice the rounding of one sum, for the updates; the decision is made on fresh sums
    [low[i], high[i], slop[i]] = [lowest, highest, 2 * rounding];
    waiting.push(i);
  }
  while (waiting.length > 0) {
    const i = waiting.pop() ?? 0;
    if (fixed.has(i) || (low[i] < -slop[i] && high[i] > slop[i])) continue;
    const [lowest, highest, rounding] = range(i);
    const isDown = lowest > rounding || (ties && lowest >= rounding);
    const isUp = highest < -rounding || (ties && highest <= -rounding);
    if (!isDown && !isUp) continue;
    const value = isDown ? down : 1;
    fixed.set(i, value);
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const [j, c] = [columns[k], values[k]];
      low[j] += value * c - Math.min(down * c, c);
      high[j] += value * c - Math.max(down * c, c);
      if (!fixed.has(j)) waiting.push(j);
    }
  }
  return Object.freeze({ values: fixed, optima: ties ? "some" : "every" });
}

function allWhole(model: Model): boolean {
  let isWhole = model.linear.every(Number.isSafeInteger);
  forEachPair(model.couplings, (_i, _j, value) => isWhole &&= Number.isSafeInteger(value));
  return isWhole;
}
