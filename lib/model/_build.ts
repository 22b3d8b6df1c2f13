import type { Constraint } from "./_constraint.ts";
import type { PairTable } from "./_pair_table.ts";
import { PenaltyTerms } from "./_penalty_terms.ts";
import { type Auxiliary, bitMonomials, type Monomial, quadratise } from "./_quadratisation.ts";
import { builtModel } from "./_built_model.ts";
import { weigh, type Weighted } from "./_weighted.ts";
import type { Label } from "./builder.ts";
import type { BuiltModel } from "./constraints.ts";
import { toDense } from "./forms.ts";
import { isingModel, type ModelParts, quboModel } from "./models.ts";
import type { Model, Vartype } from "./types.ts";

const MAX_AUTOMATIC_DENSE = 4096;
const DENSE_FROM = 0.25;

/** Everything that was added to a builder. */
export interface BuilderContent {
  readonly vartype: Vartype;
  readonly labels: readonly Label[];
  readonly linear: ArrayLike<number>;
  readonly pairs: PairTable;
  readonly offset: number;
  /** Products of three variables and more. */
  readonly products: readonly Monomial[];
  readonly constraints: readonly Constraint[];
}

/** The quadratic terms of a builder without constraints and products, sparse or dense as there are few or many. */
export function plainModel(
  { vartype, linear, pairs, offset }: Omit<BuilderContent, "products" | "constraints">,
): Model {
  return chosenForm(modelOf(vartype, { couplings: pairs.couplings(linear.length), linear, offset }));
}

/** Builds the model of all terms, constraints and products. */
export function buildModel(content: BuilderContent): BuiltModel {
  const { vartype, labels, pairs, products, constraints } = content;
  const own = labels.length;
  if (products.length === 0 && constraints.length === 0) {
    const model = plainModel(content);
    return builtModel({ model, labels, own, products, weighted: [], auxiliaries: [], terms: [] });
  }
  const objective = modelOf(vartype, { ...content, couplings: pairs.couplings(own) });
  const weighted = weigh(constraints, objective, products);
  const slackBits = constraints.reduce((sum, { slack }) => sum + slack.length, 0);
  const monomials = vartype === "qubo" ? products : bitMonomials(products);
  const quadratised = quadratise(monomials, own + slackBits);
  const n = own + slackBits + quadratised.auxiliaries.length;

  const linear = new Float64Array(n);
  linear.set(objective.linear);
  const terms = new PenaltyTerms(vartype, linear, pairs.copy(), content.offset);
  terms.pairs.reserve(constraints.reduce((sum, constraint) => sum + pairCount(constraint), quadratised.terms.length));
  for (const entry of weighted) addPenalty(terms, entry);
  for (const term of quadratised.terms) terms.addBits(term);
  const model = chosenForm(modelOf(vartype, { couplings: terms.pairs.couplings(n), linear, offset: terms.offset }));
  const all = allLabels(content, quadratised.auxiliaries);
  return builtModel({ model, objective, labels: all, own, products, weighted, ...quadratised });
}

function modelOf(vartype: Vartype, { couplings, linear, offset }: ModelParts): Model {
  const parts = { couplings, linear, offset };
  return vartype === "qubo" ? quboModel(parts) : isingModel(parts);
}

function chosenForm(model: Model): Model {
  const { n, couplings } = model;
  if (couplings.form !== "sparse" || n > MAX_AUTOMATIC_DENSE) return model;
  return couplings.columns.length >= DENSE_FROM * n * (n - 1) ? toDense(model) : model;
}

function pairCount({ encoding, indices, slack }: Constraint): number {
  const m = indices.length + slack.length;
  return encoding === "none" || encoding === "linear" ? 0 : m * (m - 1) / 2;
}

function addPenalty(terms: PenaltyTerms, { constraint, wholeWeight, lambdas, firstSlack }: Weighted): void {
  const { encoding, form, indices, coefficients, bound, slack } = constraint;
  if (encoding === "none") return;
  if (form === undefined || encoding === "unbalanced") {
    const sum = { indices, slopes: coefficients, constant: -bound };
    // h = bound - sum: -l1 h = + l1 (sum - bound)
    if (encoding === "unbalanced") terms.addSum(sum, lambdas[0]);
    terms.addSquare(sum, encoding === "unbalanced" ? lambdas[1] : wholeWeight);
    return;
  }
  if (encoding === "pairs") return terms.addPairs(form, wholeWeight);
  const sum = terms.difference(form, slack, firstSlack);
  if (encoding === "linear") terms.addSum(sum, wholeWeight);
  else terms.addSquare(sum, wholeWeight);
}

function allLabels({ labels, constraints }: BuilderContent, auxiliaries: readonly Auxiliary[]): Label[] {
  const taken = new Set<Label>(labels);
  const all: Label[] = [...labels];
  const add = (wanted: string) => {
    let label = wanted;
    while (taken.has(label)) label += "'";
    taken.add(label);
    all.push(label);
  };
  for (const { name, slack } of constraints) slack.forEach((_, k) => add(`${name}.slack${k}`));
  for (const { factors } of auxiliaries) add(factors.map((i) => String(all[i])).join("*"));
  return all;
}
