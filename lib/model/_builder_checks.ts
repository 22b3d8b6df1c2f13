import type { ConstraintParts } from "./_constraint.ts";
import type { Label } from "./builder.ts";
import type { ConstraintKind, InequalityOptions } from "./constraints.ts";
import { checkOptionNames } from "./option_names.ts";

/** Checks the options of a constraint and gives it a name if it has none. */
export function constraintParts(
  kind: ConstraintKind,
  options: InequalityOptions,
  taken: ReadonlyMap<string, unknown>,
): Pick<ConstraintParts, "name" | "weight" | "lambdas" | "unbalanced"> {
  const cannot = `Cannot add the ${kind} constraint`;
  checkOptionNames(cannot, options, ["weight", "name", ...(kind === "inequality" ? ["method", "lambdas"] : [])]);
  const { weight, name = freeName(kind, taken), method = "slack", lambdas } = options;
  if (typeof name !== "string") throw new TypeError(`${cannot}: its name is ${String(name)}, expected a string`);
  if (taken.has(name)) throw new RangeError(`${cannot}: there is one of the name ${JSON.stringify(name)} already`);
  if (method !== "slack" && method !== "unbalanced") {
    throw new TypeError(`${cannot}: there is no method ${JSON.stringify(method)}; known are "slack" and "unbalanced"`);
  }
  const unbalanced = method === "unbalanced";
  if (weight !== undefined) checkWeight(`the ${kind} constraint`, weight);
  if (unbalanced ? weight !== undefined : lambdas !== undefined) {
    throw new TypeError(`${cannot}: weight belongs to the method "slack", lambdas to "unbalanced"`);
  }
  if (lambdas !== undefined && !(lambdas.length === 2 && lambdas.every(Number.isFinite) && lambdas[1] > 0)) {
    throw new RangeError(`${cannot}: lambdas are [${lambdas}], expected two numbers, the second positive`);
  }
  return { name, weight, lambdas: lambdas && [lambdas[0], lambdas[1]], unbalanced };
}

function freeName(kind: ConstraintKind, taken: ReadonlyMap<string, unknown>): string {
  let number = taken.size;
  while (taken.has(`${kind} ${number}`)) number++;
  return `${kind} ${number}`;
}

/** The terms with the coefficients of equal labels added. */
export function merged(terms: Iterable<readonly [Label, number]>): Map<Label, number> {
  const sums = new Map<Label, number>();
  for (const [label, a] of terms) sums.set(label, (sums.get(label) ?? 0) + finite(`the term of ${label}`, a));
  return sums;
}

/** Throws unless the label is a string or a finite number. */
export function checkLabel(label: Label): void {
  if (typeof label !== "string" && !Number.isFinite(label)) {
    throw new TypeError(`Cannot name a variable ${String(label)}: expected a string or a finite number`);
  }
}

/** Throws unless the weight is positive. */
export function checkWeight(what: string, weight: number): void {
  if (!(finite(`the weight of ${what}`, weight) > 0)) {
    throw new RangeError(`Cannot add ${what}: its weight is ${weight}, expected a positive number`);
  }
}

/** Gives the number back, or throws if it is not finite. */
export function finite(what: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot add ${what}: expected a finite number, got ${value}`);
  return value;
}
