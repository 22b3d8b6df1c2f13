import { isingFromQubo, type IsingModel, type QuboModel, toSparse } from "../../model/mod.ts";

const TORQUE_PREFACTOR = Math.SQRT2;

/**
 * How strongly the qubits of a chain are coupled:
 *
 * - `torque`: `sqrt 2 rms(J) sqrt(mean degree)` for all, which balances the pull of random neighbours; chains may break;
 * - `scaled`: the largest coefficient of the model;
 * - `bound`: `(|h_i| + sum_j |J_ij|) / 2` for variable i: no state of least energy needs a broken chain, at the price of range;
 * - a number for all, or a list of one a variable.
 *
 * Coefficients are those of the Ising model.
 */
export type ChainStrength = "torque" | "scaled" | "bound" | number | ArrayLike<number>;

/**
 * Works out how strongly the qubits of each chain are to be coupled.
 *
 * With `bound`, take a state with a broken chain and turn its lesser part, by weight of coefficients, to agree with the rest: this
 * wins twice the strength or more, and loses at most twice half of `|h_i| + sum_j |J_ij|`. So the optimum of the embedded model
 * is that of the model, up to ties.
 *
 * @param rule see {@link ChainStrength}
 * @returns `[n]`, in units of energy; 1 where a rule gives 0
 * @throws {RangeError} if a number is not positive
 * @throws {TypeError} if the rule is none, or a list has another length than n
 *
 * Cost O(n + m).
 * Source: torque: J. Raymond, N. Ndiaye, G. Rayaprolu and A. D. King, Improving performance of logical qubits by parameter
 * tuning and topology compensation (2020), DOI 10.1109/QCE49297.2020.00044; bound: V. Choi, Minor-embedding in adiabatic
 * quantum computation (2008), DOI 10.1007/s11128-008-0082-9. Differs in: half of Choi's bound, by the choice of the part.
 *
 * @example A pair and a field
 * ```ts
 * import { chainStrengths } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -3]]), linear: [5, 0] });
 * assertEquals([...chainStrengths(model, "bound")], [4, 1.5]);
 * assertEquals([...chainStrengths(model, "scaled")], [5, 5]);
 * ```
 */
export function chainStrengths(model: IsingModel | QuboModel, rule: ChainStrength = "torque"): Float64Array {
  const cannot = "Cannot couple the chains";
  const n = model.n;
  if (typeof rule === "number") return checked(cannot, new Float64Array(n).fill(rule));
  if (typeof rule === "object" && rule !== null) {
    if (rule.length === n) return checked(cannot, Float64Array.from(rule));
    throw new TypeError(`${cannot}: got ${rule.length} strengths for ${n} variables`);
  }
  const { linear, couplings: { rowPtr, values } } = toSparse(model.vartype === "ising" ? model : isingFromQubo(model));
  if (rule === "torque") {
    const squares = values.reduce((sum, value) => sum + value * value, 0);
    const rms = values.length === 0 ? 0 : Math.sqrt(squares / values.length);
    return new Float64Array(n).fill(TORQUE_PREFACTOR * rms * Math.sqrt(values.length / Math.max(1, n)) || 1);
  }
  if (rule === "scaled") {
    const largest = (numbers: Float64Array) => numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return new Float64Array(n).fill(Math.max(largest(values), largest(linear)) || 1);
  }
  if (rule !== "bound") {
    throw new TypeError(
      `${cannot}: expected "torque", "scaled", "bound", a number or a list of them, got ${String(rule)}`,
    );
  }
  return linear.map((field, i) => {
    let sum = Math.abs(field);
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += Math.abs(values[k]);
    return sum / 2 || 1;
  });
}

function checked(cannot: string, strengths: Float64Array): Float64Array {
  const wrong = strengths.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (wrong < 0) return strengths;
  throw new RangeError(`${cannot}: strength ${wrong} is ${strengths[wrong]}, expected a positive number`);
}
