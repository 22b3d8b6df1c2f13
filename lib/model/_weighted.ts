import type { Constraint } from "./_constraint.ts";
import { objectiveMoves, type SufficientWeight, sufficientWeights } from "./_penalty_weights.ts";
import type { Monomial } from "./_quadratisation.ts";
import type { BuiltConstraint } from "./constraints.ts";
import type { Model } from "./types.ts";

// e^-h to second order is 1 - h + h^2 / 2
const UNBALANCED_LAMBDAS = [1, 0.5] as const;

/** A constraint with its weight per squared whole unit, and where its slack bits are. */
export interface Weighted {
  readonly constraint: Constraint;
  readonly wholeWeight: number;
  readonly lambdas: readonly [number, number];
  readonly firstSlack: number;
  readonly built: BuiltConstraint;
}

/** Gives every constraint its weight: the caller's, else the sufficient one. */
export function weigh(
  constraints: readonly Constraint[],
  objective: Model,
  products: readonly Monomial[],
): Weighted[] {
  const moves = objectiveMoves(objective, products);
  const sufficient = sufficientWeights(
    constraints.map(({ encoding, indices, form, kind, weight }) => ({
      encoding,
      variables: encoding === "none" ? [] : indices,
      form,
      isEquality: kind !== "inequality",
      isWeightGiven: weight !== undefined,
    })),
    objective,
    products,
    moves,
  );
  const largest = moves.largest.reduce((most, move) => Math.max(most, move), 0) || 1;
  let firstSlack = objective.n;
  return constraints.map((constraint, c) => {
    const entry = weighted(constraint, sufficient[c], largest, firstSlack);
    firstSlack += constraint.slack.length;
    return entry;
  });
}

function weighted(
  constraint: Constraint,
  sufficient: SufficientWeight | undefined,
  largest: number,
  firstSlack: number,
): Weighted {
  const { name, kind, encoding, form, weight: given, slack, lambdas } = constraint;
  const unit = form?.unit ?? 1;
  const isPenalty = encoding !== "none" && encoding !== "unbalanced";
  // without a bound, because an unbalanced penalty is near: the largest move is no guarantee, but the right size
  const wholeWeight = given === undefined ? sufficient?.weight ?? largest : given * unit * unit;
  const enough = sufficient === undefined ? undefined : sufficient.weight / (unit * unit);
  const weight = given ?? wholeWeight / (unit * unit);
  const built: BuiltConstraint = Object.freeze({
    name,
    kind,
    encoding,
    weight: isPenalty ? weight : 0,
    ...(isPenalty && sufficient !== undefined && { sufficientWeight: enough, argument: sufficient.argument }),
    guaranteed: encoding === "none" || (isPenalty && enough !== undefined && weight >= enough),
    slack: Object.freeze(slack.map((_, k) => firstSlack + k)),
  });
  const [l1, l2] = UNBALANCED_LAMBDAS;
  return { constraint, wholeWeight, lambdas: lambdas ?? [l1 * largest, l2 * largest], firstSlack, built };
}
