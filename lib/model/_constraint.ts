import { type LinearForm, linearForm, type NoForm } from "./_linear_form.ts";
import type { ConstraintEncoding, ConstraintKind } from "./constraints.ts";
import { slackCoefficients } from "./slack.ts";
import type { Vartype } from "./types.ts";

/** A constraint over the variables of a builder, before it has a weight. */
export interface Constraint {
  readonly name: string;
  readonly kind: ConstraintKind;
  readonly encoding: ConstraintEncoding;
  /** What the caller gave. */
  readonly weight?: number;
  readonly lambdas?: readonly [number, number];
  /** The sum in whole numbers; absent where the coefficients are no fractions. */
  readonly form?: LinearForm;
  /** The sum as it was given, `sum a z` against `bound`; `>=` is turned round. */
  readonly indices: readonly number[];
  readonly coefficients: readonly number[];
  readonly bound: number;
  readonly slack: readonly number[];
}

/** What a constraint is made of. */
export interface ConstraintParts {
  readonly name: string;
  readonly kind: ConstraintKind;
  readonly terms: ReadonlyMap<number, number>;
  readonly bound: number;
  readonly weight?: number;
  readonly lambdas?: readonly [number, number];
  readonly unbalanced?: boolean;
}

/** Chooses the encoding; throws where no state meets the constraint, or none of the exact encodings can hold it. */
export function makeConstraint(vartype: Vartype, parts: ConstraintParts): Constraint {
  const { name, kind, terms, bound, weight, lambdas, unbalanced = false } = parts;
  const isEquality = kind !== "inequality";
  const found = linearForm(vartype, terms, bound, isEquality ? "equality" : "inequality");
  // one variable too many is a violation of 1, whatever the values of a variable are
  const form = kind === "one-hot" ? { ...found, unit: 1 } : found;
  const given = {
    name,
    kind,
    weight,
    lambdas,
    indices: [...terms.keys()],
    coefficients: [...terms.values()],
    bound,
    slack: [],
  };
  if ("problem" in form) return withoutForm(given, form, unbalanced);
  const reachable = form.bound >= 0 && (!isEquality || (form.bound <= form.total && form.cut === 0));
  if (!reachable) {
    const sense = isEquality ? "equal to" : "at most";
    throw new RangeError(`Cannot add ${JSON.stringify(name)}: no state makes the sum ${sense} ${bound}`);
  }
  if (unbalanced) return { ...given, form, encoding: "unbalanced" };
  if (isEquality) return { ...given, form, encoding: "squared" };
  if (form.bound >= form.total) return { ...given, form, encoding: "none" };
  if (form.bound === 0) return { ...given, form, encoding: "linear" };
  if (form.bound === 1 && form.coefficients.every((a) => a === 1)) return { ...given, form, encoding: "pairs" };
  return { ...given, form, encoding: "slack", slack: slackCoefficients(form.bound) };
}

function withoutForm(given: Omit<Constraint, "encoding">, { problem }: NoForm, unbalanced: boolean): Constraint {
  if (unbalanced) return { ...given, encoding: "unbalanced" };
  if (given.kind === "inequality") {
    throw new RangeError(
      `Cannot add ${
        JSON.stringify(given.name)
      }: slack bits need whole or rational coefficients, and ${problem}; round ` +
        `them, or choose the method "unbalanced"`,
    );
  }
  if (given.weight === undefined) {
    throw new RangeError(
      `Cannot find a weight for ${JSON.stringify(given.name)}: ${problem}; round the coefficients, or give a weight`,
    );
  }
  return { ...given, encoding: "squared" };
}
