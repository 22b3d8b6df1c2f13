import type { Vartype } from "./types.ts";

const MAX_DENOMINATOR = 10_000;
const MAX_TOTAL = 2 ** 26;

/** `sum_k A_k u_k` against a bound: A_k positive whole numbers, each u_k a bit x or its complement 1 - x. */
export interface LinearForm {
  /** The variable of each u. */
  readonly indices: readonly number[];
  /** A. */
  readonly coefficients: readonly number[];
  /** 1 where u = 1 - x. */
  readonly negated: readonly number[];
  /** B, a whole number; for an inequality the largest that is reachable. */
  readonly bound: number;
  /** How much of the bound was cut off to make it whole, in [0, 1). */
  readonly cut: number;
  /** The sum of A. */
  readonly total: number;
  /** What a difference of 1 is in the units of the terms. */
  readonly unit: number;
}

/** What is wrong with terms that have no such form. */
export interface NoForm {
  readonly problem: string;
}

/**
 * Writes `sum a_i z_i` against `bound` in whole numbers over bits and their complements.
 *
 * A number counts as the fraction of smallest denominator that rounds to it, so that 0.1 is a tenth.
 */
export function linearForm(
  vartype: Vartype,
  terms: ReadonlyMap<number, number>,
  bound: number,
  kind: "equality" | "inequality",
): LinearForm | NoForm {
  const entries = [...terms].filter(([, a]) => a !== 0);
  let denominator = 1;
  const numbers = entries.map(([, a]) => a);
  if (kind === "equality") numbers.push(bound);
  for (const value of numbers) {
    if (Number.isInteger(value)) continue;
    const found = fractionDenominator(value);
    if (found === undefined) {
      return { problem: `${value} is no fraction with a denominator up to ${MAX_DENOMINATOR}` };
    }
    denominator = leastCommonMultiple(denominator, found);
    if (denominator > MAX_TOTAL) return { problem: `the common denominator of the numbers is above ${MAX_TOTAL}` };
  }
  let whole = entries.map(([, a]) => Math.round(a * denominator));
  let target = wholeBound(bound, denominator);
  if (vartype === "ising") {
    // a s = 2 a x - a
    target += whole.reduce((sum, a) => sum + a, 0);
    whole = whole.map((a) => 2 * a);
  }
  const divisor = whole.reduce(greatestCommonDivisor, 0) || 1;
  const negated = whole.map((a) => a < 0 ? 1 : 0);
  const coefficients = whole.map((a) => Math.abs(a) / divisor);
  const total = coefficients.reduce((sum, a) => sum + a, 0);
  if (total > MAX_TOTAL) {
    return { problem: `its whole coefficients add up to ${total}, above ${MAX_TOTAL}: use a coarser unit` };
  }
  const reached = target / divisor + coefficients.reduce((sum, a, k) => sum + (negated[k] ? a : 0), 0);
  return {
    indices: entries.map(([i]) => i),
    coefficients,
    negated,
    bound: Math.floor(reached),
    cut: reached - Math.floor(reached),
    total,
    unit: divisor / denominator,
  };
}

// 0.57 * 100 is below 57: a bound that is a fraction is taken as one
function wholeBound(bound: number, denominator: number): number {
  const own = fractionDenominator(bound);
  if (own === undefined) return bound * denominator;
  return Math.round(bound * own) * denominator / own;
}

/** `sum_k A_k u_k` of a state of bits, of which `valueOf` gives one. */
export function formValue({ indices, coefficients, negated }: LinearForm, valueOf: (i: number) => number): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += valueOf(indices[k]) === negated[k] ? 0 : coefficients[k];
  return sum;
}

/** The denominator of the first convergent of the continued fraction that rounds to the value. */
function fractionDenominator(value: number): number | undefined {
  let [p, q, lastP, lastQ] = [Math.floor(value), 1, 1, 0];
  let rest = value - Math.floor(value);
  while (p / q !== value) {
    if (rest === 0) return undefined;
    const digit = Math.floor(1 / rest);
    rest = 1 / rest - digit;
    [p, q, lastP, lastQ] = [digit * p + lastP, digit * q + lastQ, p, q];
    if (q > MAX_DENOMINATOR) return undefined;
  }
  return q;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

function leastCommonMultiple(a: number, b: number): number {
  return a / greatestCommonDivisor(a, b) * b;
}
