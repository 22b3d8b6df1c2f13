import type { Label } from "./builder.ts";
import type { Model } from "./types.ts";

/** What a constraint asks for. */
export type ConstraintKind = "one-hot" | "equality" | "inequality";

/**
 * How a constraint became a penalty, v being its violation.
 *
 * `squared`: weight v^2, no further bits. `slack`: the same, with slack bits that take up what is below the bound. `pairs`:
 * at most one of some literals, `sum_{i<j} u_i u_j`, no slack. `linear`: no literal at all may hold, `sum a u`, no slack.
 * `unbalanced`: `-l1 h + l2 h^2`, no slack and only approximate. `none`: it holds in every state.
 */
export type ConstraintEncoding = "squared" | "slack" | "pairs" | "linear" | "unbalanced" | "none";

/** What is common to all constraints of a `ModelBuilder`. */
export interface ConstraintOptions {
  /** Energy per squared unit of the violation. @default {found by the rule of `BuiltConstraint.sufficientWeight`} */
  readonly weight?: number;
  /** Its name in reports and in the labels of its slack bits. @default {"<kind> <its number>"} */
  readonly name?: string;
}

/** Settings of `addInequality`. */
export interface InequalityOptions extends ConstraintOptions {
  /** `slack` is exact; `unbalanced` needs no slack bits, takes any coefficients, and is approximate. @default {"slack"} */
  readonly method?: "slack" | "unbalanced";
  /** `[l1, l2]` of the unbalanced penalty, in units of energy. @default {the largest move of the objective, and half of it} */
  readonly lambdas?: readonly [l1: number, l2: number];
}

/** A constraint as it stands in a built model. */
export interface BuiltConstraint {
  /** Its name. */
  readonly name: string;
  /** What it asks for. */
  readonly kind: ConstraintKind;
  /** How it became a penalty. */
  readonly encoding: ConstraintEncoding;
  /** Energy per squared unit of the violation; 0 for `unbalanced` and `none`. */
  readonly weight: number;
  /**
   * A weight from which on no minimum of the model violates this constraint, provided that some state meets them all;
   * undefined if none is known (`unbalanced`, or variables shared with such a one, or coefficients that are not whole).
   */
  readonly sufficientWeight?: number;
  /**
   * The argument behind `sufficientWeight`. `single-flip`: some flip always makes the violation smaller, and none gains more
   * than the largest move of the objective. `assignment`: the same with the two or three flips that mend a square
   * assignment. `range`: meeting all constraints that share variables costs at most the terms that touch these variables.
   */
  readonly argument?: "single-flip" | "assignment" | "range";
  /** True if the weight is large enough for that guarantee. */
  readonly guaranteed: boolean;
  /** Indices of its slack bits. */
  readonly slack: readonly number[];
}

/** A constraint in one state. */
export interface ConstraintReport {
  /** Its name. */
  readonly name: string;
  /** What it asks for. */
  readonly kind: ConstraintKind;
  /** True if the variables meet it, whatever its slack bits say. */
  readonly satisfied: boolean;
  /** How far it is missed, in the units of its terms; 0 if it is met. */
  readonly violation: number;
  /** What its penalty adds to the energy of this state, slack bits as they are. */
  readonly penaltyEnergy: number;
}

/** One state, judged. */
export interface FeasibilityReport {
  /** True if all constraints are met. */
  readonly feasible: boolean;
  /** The energy of the terms alone: no penalties, no auxiliaries. */
  readonly objective: number;
  /** The energy of the model: objective, penalties and `auxiliaryEnergy`. */
  readonly energy: number;
  /** What auxiliary bits of products add by having a wrong value; 0 if all are right. */
  readonly auxiliaryEnergy: number;
  /** Every constraint, in the order of adding. */
  readonly constraints: readonly ConstraintReport[];
}

/** A model with what is needed to read its states: labels, constraints, slack and auxiliary bits. */
export interface BuiltModel {
  /** The model, in the vartype of the builder: a QUBO or an Ising model. */
  readonly model: Model;
  /** The labels of all n variables; the builder's own come first. */
  readonly labels: readonly Label[];
  /** How many variables are the builder's own; slack and auxiliary bits follow. */
  readonly variables: number;
  /** The constraints, in the order of adding. */
  readonly constraints: readonly BuiltConstraint[];
  /**
   * Gives the values of the builder's own variables by label, in the values of its vartype.
   *
   * @param state `[n]`, of either vartype
   * @throws {TypeError} if the state has another length than n
   * @throws {RangeError} if an entry is no value of a variable
   */
  decode(state: ArrayLike<number>): Map<Label, number>;
  /**
   * Judges a state: which constraints hold, by how much others are missed, and the objective without penalties.
   *
   * @param state `[n]`, of either vartype
   * @throws {TypeError} if the state has another length than n
   * @throws {RangeError} if an entry is no value of a variable
   */
  report(state: ArrayLike<number>): FeasibilityReport;
  /**
   * Completes values of the builder's own variables by the slack and auxiliary bits of lowest energy.
   *
   * @param state `[variables]`, of either vartype
   * @returns a fresh state, `[n]`, in the values of the model: a start for a sampler
   * @throws {TypeError} if the state has another length than there are variables
   * @throws {RangeError} if an entry is no value of a variable
   */
  complete(state: ArrayLike<number>): Int8Array;
}
