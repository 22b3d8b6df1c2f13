import { CompensatedSum } from "./_compensated_sum.ts";
import { FlowNetwork } from "./_max_flow.ts";
import { forEachPair } from "./_terms.ts";
import type { Persistency } from "./persistency.ts";
import type { Model } from "./types.ts";

// capacities are whole numbers below 2^50, so that what is left of them is exact
const CAPACITY_BITS = 50;
const SMALLEST_POWER = -1074;

/** What roof duality says about a model. */
export interface RoofDuality extends Persistency {
  /** No state has less energy than this. */
  readonly lowerBound: number;
  /**
   * 0 where the coefficients fit the grid of 50 bits on which the flow is computed, as whole ones do. Else the values hold in
   * all optima of a model whose energies differ by at most this, so that fixing them costs at most twice as much.
   */
  readonly energyError: number;
}

/**
 * Finds variables that have one value in every optimum, and a lower bound, by the roof dual.
 *
 * The model is written as a constant and positive terms `a u v` over bits and their complements; each is an implication, an arc
 * from u to the complement of v and one from v to that of u. The maximum flow from "true" to "false" gives the bound, and
 * what "true" still reaches is true in every optimum (strong persistency). Strong on sparse models with fields; on dense
 * random couplings without fields it finds nothing.
 *
 * @returns values as `fixVariables` takes them, and the bound
 *
 * Cost a maximum flow over 2 n + 2 nodes and 2 (n + m) arcs for m couplings, 80 bytes a coupling; O(n^2 d) to list factored ones.
 * Source: Boros and Hammer, Pseudo-Boolean optimization (2002), section 4.3, DOI 10.1016/S0166-218X(01)00341-9; Kolmogorov and Rother,
 * Minimizing nonsubmodular functions with graph cuts (2007), DOI 10.1109/TPAMI.2007.1031.
 *
 * @example A frustrated triangle in a field
 * ```ts
 * import { fixVariables, isingModel, roofDuality, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const triangle = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [0, 2, 1], [1, 2, 1]]), linear: [2.5, 0, 0] });
 * const { values, lowerBound } = roofDuality(triangle);
 * assertEquals([[...values], lowerBound], [[[0, -1]], -3.5]);
 * assertEquals(fixVariables(triangle, values).model.n, 2);
 * ```
 */
export function roofDuality(model: Model): RoofDuality {
  const { n } = model;
  const { linear, constant, visitPairs, grid, energyError, boundError } = wholeBits(model);
  const network = new FlowNetwork(2 * n + 2);
  // node 2 i: x_i is 1; node 2 i + 1: x_i is 0; the complement is the other one of the two
  const [yes, no] = [2 * n, 2 * n + 1];
  visitPairs((i, j, value) => {
    // c x y = c x + |c| x (1 - y) for a negative c
    const u = 2 * i;
    const v = value < 0 ? 2 * j + 1 : 2 * j;
    if (value < 0) linear[i] += value;
    network.addArc(u, v ^ 1, Math.abs(value));
    network.addArc(v, u ^ 1, Math.abs(value));
  });
  for (let i = 0; i < n; i++) {
    if (linear[i] === 0) continue;
    const u = linear[i] < 0 ? 2 * i + 1 : 2 * i;
    constant.add(Math.min(0, linear[i]));
    network.addArc(u, no, Math.abs(linear[i]));
    network.addArc(yes, u ^ 1, Math.abs(linear[i]));
  }
  constant.add(network.maximise(yes, no) / 2);
  const reached = network.reached(yes);
  const values = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    if (reached[2 * i] === 1) values.set(i, 1);
    else if (reached[2 * i + 1] === 1) values.set(i, model.vartype === "ising" ? -1 : 0);
  }
  return Object.freeze({
    values,
    optima: "every",
    lowerBound: model.offset + constant.value * grid - energyError - boundError,
    energyError,
  });
}

interface WholeBits {
  /** Coefficients of single bits, in units of the grid. */
  readonly linear: Float64Array;
  readonly constant: CompensatedSum;
  readonly visitPairs: (visit: (i: number, j: number, value: number) => void) => void;
  /** What 1 is in units of energy. */
  readonly grid: number;
  /** What rounding to the grid changes of an energy, at most. */
  readonly energyError: number;
  /** What rounding changes of the bound, at most. */
  readonly boundError: number;
}

/** The terms in bits and in whole multiples of a grid. */
function wholeBits(model: Model): WholeBits {
  const { n, vartype, couplings } = model;
  const isIsing = vartype === "ising";
  const { grid, boundError } = chooseGrid(model);
  let energyError = 0;
  const whole = (value: number) => {
    const multiple = Math.round(value / grid);
    energyError += Math.abs(value - multiple * grid);
    return multiple;
  };
  const linear = new Float64Array(n);
  const constant = new CompensatedSum();
  for (let i = 0; i < n; i++) {
    const value = whole(model.linear[i]);
    linear[i] = isIsing ? 2 * value : value;
    if (isIsing) constant.add(-value);
  }
  forEachPair(couplings, (i, j, value) => {
    const multiple = whole(value);
    if (!isIsing) return;
    linear[i] -= 2 * multiple;
    linear[j] -= 2 * multiple;
    constant.add(multiple);
  });
  const visitPairs: WholeBits["visitPairs"] = (visit) =>
    forEachPair(couplings, (i, j, value) => {
      const multiple = Math.round(value / grid);
      if (multiple !== 0) visit(i, j, isIsing ? 4 * multiple : multiple);
    });
  return { linear, constant, visitPairs, grid, energyError, boundError };
}

/**
 * A power of two so fine that capacities are exact, below 2^50: all of them together where the coefficients are multiples of
 * it, as whole ones are; else those around each variable, and the bound is rounded.
 */
function chooseGrid({ n, couplings, linear }: Model): { grid: number; boundError: number } {
  const around = linear.map(Math.abs);
  forEachPair(couplings, (i, j, value) => {
    around[i] += Math.abs(value);
    around[j] += Math.abs(value);
  });
  let [size, largest] = [0, 0];
  for (let i = 0; i < n; i++) {
    size += around[i];
    largest = Math.max(largest, around[i]);
  }
  const coarse = gridFor(size);
  let isExact = linear.every((value) => Number.isInteger(value / coarse));
  forEachPair(couplings, (_i, _j, value) => isExact &&= Number.isInteger(value / coarse));
  return isExact ? { grid: coarse, boundError: 0 } : { grid: gridFor(largest), boundError: 8 * Number.EPSILON * size };
}

// in bits 2 h - 2 sum J, less a negative 4 J each: at most 8 times as much
function gridFor(size: number): number {
  return size === 0 ? 1 : 2 ** Math.max(SMALLEST_POWER, Math.ceil(Math.log2(size)) + 3 - CAPACITY_BITS);
}
