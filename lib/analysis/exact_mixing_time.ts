import { Matrix } from "ml-matrix";
import type { UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { checkOpenShare } from "./_check.ts";
import { stateEnergies } from "./_ising_energies.ts";
import { checkChain, openChain } from "./_open_chain.ts";
import { chooseMethod } from "./_spectrum_limits.ts";

/** Options of {@link exactMixingTime}. */
export interface MixingTimeOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** Distance in total variation, between 0 and 1. @default {0.25} */
  readonly epsilon?: number;
}

const MAX_SPINS = 10;
const MAX_DOUBLINGS = 48;
const ROUNDING = 1e-12;

/**
 * Computes after how many updates the random-scan chain is within epsilon of its Gibbs weights in total variation, from its worst
 * start.
 *
 * Squares the matrix P until it is close, then goes back by halves: the smallest t with `max_x |P^t(x, .) - pi| <= epsilon`. All
 * entries are sums of what is not negative, so none is lost; 1 less the gap has 16 digits, so t has those of the gap beyond 1e-16.
 *
 * @param model any model of 1 to 10 spins
 * @param options see {@link MixingTimeOptions}
 * @returns updates; Infinity for a chain that has a period and so never comes that close
 * @throws {RangeError} as `chainGap`, with 10 spins at most; if epsilon is not between 0 and 1, or more than 2^48 updates are needed
 *
 * Cost O(8^n log t), some seconds a product at 10 spins.
 * Source: Levin and Peres, Markov Chains and Mixing Times (2nd ed., 2017), section 4.5.
 *
 * @example One spin is in equilibrium after one update
 * ```ts
 * import { exactMixingTime } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exactMixingTime(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }), { beta: 1 }), 1);
 * ```
 */
export function exactMixingTime(model: Model, options: MixingTimeOptions): number {
  const cannot = "Cannot give a mixing time";
  checkOptionNames(cannot, options, ["beta", "dynamics", "epsilon"]);
  const { beta, dynamics = "glauber", epsilon = 0.25 } = options;
  checkChain(cannot, beta, dynamics);
  checkOpenShare(cannot, "epsilon", epsilon);
  chooseMethod(cannot, model.n, "dense", 3, MAX_SPINS);
  const { cube, g } = openChain(cannot, stateEnergies(model), beta, "full", 0);
  const weights = g.map((value) => value * value);
  const step = updates(cube.n, dynamics, g);
  cube.close();

  // at the start all is in one state, which is 1 less its weight away
  if (1 - weights.reduce((least, weight) => Math.min(least, weight)) <= epsilon) return 0;
  // half of the states are never there at one time: it comes as close as 1/2, and no closer
  const periodic = isPeriodic(step);
  if (periodic && epsilon < 0.5) return Infinity;
  const close = periodic ? Math.max(epsilon, 0.5 + ROUNDING) : epsilon;
  const powers = [step];
  while (distance(powers[powers.length - 1], weights) > close) {
    if (powers.length > MAX_DOUBLINGS) {
      throw new RangeError(
        `${cannot}: after 2^${MAX_DOUBLINGS} updates the chain is not within ${epsilon}; lower beta`,
      );
    }
    powers.push(product(powers[powers.length - 1], powers[powers.length - 1]));
  }
  // the last power that is not close, and what can be added without coming close
  if (powers.length === 1) return 1;
  let far = powers[powers.length - 2];
  let t = 2 ** (powers.length - 2);
  for (let k = powers.length - 3; k >= 0; k--) {
    const next = product(far, powers[k]);
    if (distance(next, weights) <= close) continue;
    far = next;
    t += 2 ** k;
  }
  return t + 1;
}

function updates(n: number, rule: UpdateRule, g: Float64Array): Matrix {
  const P = Matrix.zeros(g.length, g.length);
  for (let x = 0; x < g.length; x++) {
    let stay = 0;
    for (let i = 0; i < n; i++) {
      const y = x ^ (1 << i);
      const ratio = (g[y] / g[x]) ** 2;
      const flip = rule === "metropolis" ? Math.min(1, ratio) : ratio / (1 + ratio);
      P.set(x, y, flip / n);
      stay += rule === "metropolis" ? 1 - flip : 1 / (1 + ratio);
    }
    P.set(x, x, stay / n);
  }
  return P;
}

/** A chain that never stays goes from even to odd states and back. */
function isPeriodic(P: Matrix): boolean {
  for (let x = 0; x < P.rows; x++) if (P.get(x, x) > 0) return false;
  return true;
}

/** The product, its rows summing to 1 again. */
function product(a: Matrix, b: Matrix): Matrix {
  const c = a.mmul(b);
  for (let x = 0; x < c.rows; x++) c.mulRow(x, 1 / c.getRow(x).reduce((sum, value) => sum + value, 0));
  return c;
}

function distance(P: Matrix, weights: Float64Array): number {
  let largest = 0;
  for (let x = 0; x < P.rows; x++) {
    let sum = 0;
    for (let y = 0; y < P.columns; y++) sum += Math.abs(P.get(x, y) - weights[y]);
    largest = Math.max(largest, sum / 2);
  }
  return largest;
}
