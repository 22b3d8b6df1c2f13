import type { Constraint } from "./_constraint.ts";
import { formValue, type LinearForm } from "./_linear_form.ts";
import type { Auxiliary, Monomial } from "./_quadratisation.ts";
import { stateBits } from "./_state_bits.ts";
import type { Weighted } from "./_weighted.ts";
import type { Label } from "./builder.ts";
import type { BuiltModel, ConstraintReport, FeasibilityReport } from "./constraints.ts";
import { energy } from "./energy.ts";
import type { Model } from "./types.ts";

const ROUNDING = 1e-9;

/** What a built model is made of. */
export interface BuiltParts {
  readonly model: Model;
  /** The quadratic terms alone; absent where there is nothing else. */
  readonly objective?: Model;
  readonly labels: readonly Label[];
  /** How many labels are the builder's own. */
  readonly own: number;
  /** In the variables of the builder. */
  readonly products: readonly Monomial[];
  readonly weighted: readonly Weighted[];
  readonly auxiliaries: readonly Auxiliary[];
  /** What the products became, in bits. */
  readonly terms: readonly Monomial[];
}

/** Puts the parts together. */
export function builtModel(parts: BuiltParts): BuiltModel {
  const { model, own, weighted } = parts;
  const labels = Object.freeze(parts.labels.slice());
  const valueOf = model.vartype === "qubo" ? (bit: number) => bit : (bit: number) => 2 * bit - 1;
  return Object.freeze({
    model,
    labels,
    variables: own,
    constraints: Object.freeze(weighted.map(({ built }) => built)),
    decode(state: ArrayLike<number>) {
      const bits = stateBits("Cannot decode the state", state, model.n);
      const values = new Map<Label, number>();
      for (let i = 0; i < own; i++) values.set(labels[i], valueOf(bits[i]));
      return values;
    },
    report(state: ArrayLike<number>) {
      const bits = stateBits("Cannot report on the state", state, model.n);
      return report(parts, bits, bits.map(valueOf));
    },
    complete(state: ArrayLike<number>) {
      const bits = new Int8Array(model.n);
      bits.set(stateBits("Cannot complete the state", state, own));
      for (const { constraint, firstSlack } of weighted) setSlack(constraint, bits, firstSlack);
      for (const { index, factors } of parts.auxiliaries) bits[index] = factors.every((i) => bits[i] === 1) ? 1 : 0;
      return bits.map(valueOf);
    },
  });
}

function report(
  { model, objective, own, products, weighted, terms }: BuiltParts,
  bits: Int8Array,
  values: Int8Array,
): FeasibilityReport {
  const total = energy(model, values);
  const constraints = weighted.map((entry) => constraintReport(entry, bits, values));
  const productEnergy = products.reduce((sum, monomial) => sum + monomialValue(monomial, values), 0);
  const quadratisedEnergy = terms.reduce((sum, monomial) => sum + monomialValue(monomial, bits), 0);
  return Object.freeze({
    feasible: constraints.every(({ satisfied }) => satisfied),
    objective: objective === undefined ? total : energy(objective, values.subarray(0, own)) + productEnergy,
    energy: total,
    auxiliaryEnergy: quadratisedEnergy - productEnergy,
    constraints: Object.freeze(constraints),
  });
}

function monomialValue({ indices, coefficient }: Monomial, values: ArrayLike<number>): number {
  let value = coefficient;
  for (const i of indices) value *= values[i];
  return value;
}

function constraintReport(
  { constraint, wholeWeight, lambdas, firstSlack }: Weighted,
  bits: Int8Array,
  values: Int8Array,
): ConstraintReport {
  const { name, kind, encoding, form, indices, coefficients, bound, slack } = constraint;
  let excess = -bound;
  let size = Math.abs(bound);
  for (let k = 0; k < indices.length; k++) {
    excess += coefficients[k] * values[indices[k]];
    size += Math.abs(coefficients[k]);
  }
  const violation = form === undefined
    ? roundedViolation(kind === "inequality" ? Math.max(0, excess) : Math.abs(excess), size)
    : wholeViolation(form, kind === "inequality", bits);
  let penaltyEnergy = 0;
  if (encoding === "unbalanced") {
    penaltyEnergy = lambdas[0] * excess + lambdas[1] * excess * excess;
  } else if (form === undefined) {
    penaltyEnergy = wholeWeight * excess * excess;
  } else if (encoding !== "none") {
    const sum = formValue(form, (i) => bits[i]);
    const taken = slack.reduce((total, a, k) => total + a * bits[firstSlack + k], 0);
    const missed = sum + taken - form.bound;
    if (encoding === "pairs") penaltyEnergy = wholeWeight * sum * (sum - 1) / 2;
    else if (encoding === "linear") penaltyEnergy = wholeWeight * sum;
    else penaltyEnergy = wholeWeight * missed * missed;
  }
  return Object.freeze({ name, kind, satisfied: violation === 0, violation, penaltyEnergy });
}

function roundedViolation(violation: number, size: number): number {
  return violation <= ROUNDING * size ? 0 : violation;
}

function wholeViolation(form: LinearForm, isInequality: boolean, bits: Int8Array): number {
  const missed = formValue(form, (i) => bits[i]) - form.bound;
  if (isInequality) return missed > 0 ? form.unit * (missed - form.cut) : 0;
  return form.unit * Math.abs(missed);
}

// the last coefficient first: what is left is then below the next power of two
function setSlack({ form, slack }: Constraint, bits: Int8Array, firstSlack: number): void {
  if (form === undefined) return;
  let left = form.bound - formValue(form, (i) => bits[i]);
  for (let k = slack.length - 1; k >= 0; k--) {
    if (left < slack[k]) continue;
    bits[firstSlack + k] = 1;
    left -= slack[k];
  }
}
