import type { LinearForm } from "./_linear_form.ts";
import type { Monomial } from "./_quadratisation.ts";
import { forEachPair } from "./_terms.ts";
import type { ConstraintEncoding } from "./constraints.ts";
import type { Model } from "./types.ts";

const MARGIN = 1.1;

/** What the rules for weights have to know of a constraint. */
export interface WeighedConstraint {
  readonly encoding: ConstraintEncoding;
  /** Its variables. */
  readonly variables: ArrayLike<number>;
  /** Whole coefficients; undefined where there are none. */
  readonly form?: LinearForm;
  readonly isEquality: boolean;
  readonly isWeightGiven: boolean;
}

/** A weight per squared whole unit, and why it is enough. */
export interface SufficientWeight {
  readonly weight: number;
  readonly argument: "single-flip" | "assignment" | "range";
}

/** What the objective can gain or lose. */
export interface ObjectiveMoves {
  /** The largest change of the objective by a flip of variable i, over all states. */
  readonly largest: Float64Array;
  /** True if all coefficients are whole, and weights may be. */
  readonly isWhole: boolean;
}

/** Bounds every single flip of the objective, a quadratic model and products of higher degree. */
export function objectiveMoves(objective: Model, products: readonly Monomial[]): ObjectiveMoves {
  const lowest = objective.linear.slice();
  const highest = objective.linear.slice();
  const isIsing = objective.vartype === "ising";
  let isWhole = objective.linear.every(Number.isInteger);
  const add = (i: number, value: number) => {
    if (isIsing || value < 0) lowest[i] -= Math.abs(value);
    if (isIsing || value > 0) highest[i] += Math.abs(value);
  };
  forEachPair(objective.couplings, (i, j, value) => {
    isWhole &&= Number.isInteger(value);
    add(i, value);
    add(j, value);
  });
  for (const { indices, coefficient } of products) {
    isWhole &&= Number.isInteger(coefficient);
    for (const i of indices) add(i, coefficient);
  }
  const step = isIsing ? 2 : 1;
  return { largest: lowest.map((low, i) => step * Math.max(Math.abs(low), Math.abs(highest[i]))), isWhole };
}

/**
 * Finds for each constraint a weight from which on no minimum violates it, if some state meets all of them.
 *
 * Constraints that share variables form a group. Alone in its group, with a violation that some flip always lowers: above the
 * largest move. A square assignment: above 3/2 of it. Else above the sum of all terms that touch the group's variables.
 */
export function sufficientWeights(
  constraints: readonly WeighedConstraint[],
  objective: Model,
  products: readonly Monomial[],
  moves: ObjectiveMoves,
): (SufficientWeight | undefined)[] {
  const groups = groupOf(constraints, objective.n);
  const ranges = groupRanges(constraints, groups, objective, products);
  const members = new Map<number, number[]>();
  groups.forEach((group, c) => {
    const ids = members.get(group);
    if (ids === undefined) members.set(group, [c]);
    else ids.push(c);
  });
  const results = new Array<SufficientWeight | undefined>(constraints.length);
  for (const [group, ids] of members) {
    const all = ids.map((c) => constraints[c]);
    if (all.some(({ encoding, form }) => encoding === "unbalanced" || form === undefined)) continue;
    const largest = all.reduce((most, { variables }) => largestOf(variables, moves.largest, most), 0);
    let found: SufficientWeight;
    if (all.length === 1 && isMendedByFlips(all[0])) {
      found = { weight: above(largest, moves), argument: "single-flip" };
    } else if (isAssignment(all)) {
      found = { weight: above(1.5 * largest, moves), argument: "assignment" };
    } else {
      found = { weight: above(ranges[group], moves), argument: "range" };
    }
    for (const c of ids) results[c] = found;
  }
  return results;
}

function above(bound: number, { isWhole }: ObjectiveMoves): number {
  if (isWhole) return Math.floor(bound) + 1;
  return bound === 0 ? 1 : MARGIN * bound;
}

function largestOf(variables: ArrayLike<number>, largest: Float64Array, start: number): number {
  let most = start;
  for (let k = 0; k < variables.length; k++) most = Math.max(most, largest[variables[k]]);
  return most;
}

// one-sided: dropping a literal that holds never overshoots; an equality needs steps of 1
function isMendedByFlips({ isEquality, form }: WeighedConstraint): boolean {
  return form !== undefined && (!isEquality || form.coefficients.every((a) => a === 1));
}

/** The number of the group of each constraint: the lowest number of a constraint in it. */
function groupOf(constraints: readonly WeighedConstraint[], n: number): number[] {
  const parent = constraints.map((_, c) => c);
  const root = (c: number): number => {
    while (parent[c] !== c) c = parent[c] = parent[parent[c]];
    return c;
  };
  const owner = new Int32Array(n).fill(-1);
  constraints.forEach(({ variables }, c) => {
    for (let k = 0; k < variables.length; k++) {
      const i = variables[k];
      if (owner[i] < 0) owner[i] = c;
      const [a, b] = [root(owner[i]), root(c)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  });
  return constraints.map((_, c) => root(c));
}

/** By group: how much the objective can change when only the variables of the group do. */
function groupRanges(
  constraints: readonly WeighedConstraint[],
  groups: readonly number[],
  objective: Model,
  products: readonly Monomial[],
): Float64Array {
  const ranges = new Float64Array(constraints.length);
  const groupOfVariable = new Int32Array(objective.n).fill(-1);
  constraints.forEach(({ variables }, c) => {
    for (let k = 0; k < variables.length; k++) groupOfVariable[variables[k]] = groups[c];
  });
  const step = objective.vartype === "ising" ? 2 : 1;
  const touch = (group: number, value: number) => {
    if (group >= 0) ranges[group] += step * Math.abs(value);
  };
  objective.linear.forEach((value, i) => touch(groupOfVariable[i], value));
  forEachPair(objective.couplings, (i, j, value) => {
    touch(groupOfVariable[i], value);
    if (groupOfVariable[j] !== groupOfVariable[i]) touch(groupOfVariable[j], value);
  });
  for (const { indices, coefficient } of products) {
    for (const group of new Set(indices.map((i) => groupOfVariable[i]))) touch(group, coefficient);
  }
  return ranges;
}

/**
 * True for n rows and n columns, "exactly one" in each, every row meeting every column in one variable of its own.
 *
 * Then a state that is no assignment gets closer by one flip, by moving one entry, or by a move of three flips; the sum of
 * squared violations falls by at least 1, 2 and 2: 2/3 a flip is the least.
 */
function isAssignment(group: readonly WeighedConstraint[]): boolean {
  const n = group.length / 2;
  const isOneHot = ({ isEquality, form, isWeightGiven }: WeighedConstraint) =>
    isEquality && !isWeightGiven && form !== undefined && form.bound === 1 && form.indices.length === n &&
    form.coefficients.every((a) => a === 1) && form.negated.every((bit) => bit === 0);
  if (!Number.isInteger(n) || !group.every(isOneHot)) return false;
  const of = new Map<number, number[]>();
  group.forEach(({ variables }, c) => {
    for (let k = 0; k < variables.length; k++) of.set(variables[k], [...(of.get(variables[k]) ?? []), c]);
  });
  const rows = new Set([0]);
  const first = new Set(Array.from(group[0].variables));
  group.forEach(({ variables }, c) => {
    if (c > 0 && !Array.from(variables).some((i) => first.has(i))) rows.add(c);
  });
  const crossings = new Set<string>();
  for (const ids of of.values()) {
    if (ids.length !== 2 || rows.has(ids[0]) === rows.has(ids[1])) return false;
    crossings.add(ids.join());
  }
  return rows.size === n && crossings.size === n * n;
}
