import type { LinearForm } from "./_linear_form.ts";
import type { PairTable } from "./_pair_table.ts";
import type { Monomial } from "./_quadratisation.ts";
import type { Vartype } from "./types.ts";

/** `sum_k slopes_k z_k + constant` in the variables of a model. */
export interface AffineSum {
  readonly indices: ArrayLike<number>;
  readonly slopes: ArrayLike<number>;
  readonly constant: number;
}

/** The terms of a model in the making: penalties are written into them. */
export class PenaltyTerms {
  readonly vartype: Vartype;
  readonly linear: Float64Array;
  readonly pairs: PairTable;
  offset: number;

  constructor(vartype: Vartype, linear: Float64Array, pairs: PairTable, offset: number) {
    this.vartype = vartype;
    this.linear = linear;
    this.pairs = pairs;
    this.offset = offset;
  }

  /** Adds `weight (sum_k slopes_k z_k + constant)`. */
  addSum({ indices, slopes, constant }: AffineSum, weight: number): void {
    for (let k = 0; k < indices.length; k++) this.linear[indices[k]] += weight * slopes[k];
    this.offset += weight * constant;
  }

  /** Adds `weight (sum_k slopes_k z_k + constant)^2`; no variable comes twice. */
  addSquare({ indices, slopes, constant }: AffineSum, weight: number): void {
    const m = indices.length;
    this.offset += weight * constant * constant;
    for (let k = 0; k < m; k++) {
      const a = slopes[k];
      this.linear[indices[k]] += 2 * weight * constant * a;
      if (this.vartype === "qubo") this.linear[indices[k]] += weight * a * a;
      else this.offset += weight * a * a;
      for (let l = k + 1; l < m; l++) this.pairs.add(indices[k], indices[l], 2 * weight * a * slopes[l]);
    }
  }

  /** Adds `weight sum_{k<l} u_k u_l` over the literals of a form. */
  addPairs(form: LinearForm, weight: number): void {
    const { indices } = form;
    const m = indices.length;
    const u = Array.from(indices, (_, k) => this.#literal(form.negated[k] === 1));
    const constants = u.reduce((sum, { constant }) => sum + constant, 0);
    const squares = u.reduce((sum, { constant }) => sum + constant * constant, 0);
    this.offset += weight * (constants * constants - squares) / 2;
    for (let k = 0; k < m; k++) {
      this.linear[indices[k]] += weight * u[k].slope * (constants - u[k].constant);
      for (let l = k + 1; l < m; l++) this.pairs.add(indices[k], indices[l], weight * u[k].slope * u[l].slope);
    }
  }

  /** Adds `coefficient` times a product of at most two bits. */
  addBits({ indices, coefficient }: Monomial): void {
    const { slope, constant } = this.#literal(false);
    if (indices.length === 0) this.offset += coefficient;
    if (indices.length === 1) {
      this.linear[indices[0]] += slope * coefficient;
      this.offset += constant * coefficient;
    }
    if (indices.length < 2) return;
    this.pairs.add(indices[0], indices[1], slope * slope * coefficient);
    for (const i of indices) this.linear[i] += slope * constant * coefficient;
    this.offset += constant * constant * coefficient;
  }

  /** The sum `sum_k A_k u_k + sum_k slack_k y_k - bound` of a form and its slack bits. */
  difference(form: LinearForm, slack: readonly number[], firstSlack: number): AffineSum {
    const m = form.indices.length;
    const indices = new Uint32Array(m + slack.length);
    const slopes = new Float64Array(m + slack.length);
    let constant = -form.bound;
    for (let k = 0; k < m + slack.length; k++) {
      const literal = this.#literal(k < m && form.negated[k] === 1);
      const coefficient = k < m ? form.coefficients[k] : slack[k - m];
      indices[k] = k < m ? form.indices[k] : firstSlack + k - m;
      slopes[k] = literal.slope * coefficient;
      constant += literal.constant * coefficient;
    }
    return { indices, slopes, constant };
  }

  // x or 1 - x as slope z + constant
  #literal(negated: boolean): { slope: number; constant: number } {
    const slope = this.vartype === "qubo" ? 1 : 0.5;
    const constant = this.vartype === "qubo" ? 0 : 0.5;
    return negated ? { slope: -slope, constant: 1 - constant } : { slope, constant };
  }
}
