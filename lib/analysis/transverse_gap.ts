import { openHypercube } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { checkPositive } from "./_check.ts";
import { fillEnergies, stateEnergies } from "./_ising_energies.ts";
import { minimiseSquare } from "./_minimise_square.ts";
import { chooseMethod, type SpectrumMethod } from "./_spectrum_limits.ts";
import { type Field, levelVectors, type TransverseLevels, transverseLevels } from "./_transverse_levels.ts";

/** The two coefficients of an anneal, as functions of s from 0 to 1. */
export interface TransverseSchedule {
  /** A(s), from 0, in the unit of energy. */
  readonly transverse: (s: number) => number;
  /** B(s), from 0, without a unit. */
  readonly problem: (s: number) => number;
}

/** Options of {@link transverseGap}. */
export interface TransverseGapOptions {
  /** A(s) and B(s). @default {A = 1 - s, B = s} */
  readonly schedule?: TransverseSchedule;
  /** The energy of the model that counts as 1; A is in this unit, and so is the gap. @default {1} */
  readonly energyUnit?: number;
  /** Points of the grid on s, ends included, from 3. @default {33} */
  readonly points?: number;
  /** Local minima of the grid that are refined, lowest first. @default {3} */
  readonly minima?: number;
  /** `"dense"` to 12 spins, `"lanczos"` to 20. @default {dense up to 5 spins, lanczos above} */
  readonly method?: SpectrumMethod;
  /** Relative error of a gap that is small enough. @default {1e-7} */
  readonly tolerance?: number;
  /** Products with H a point. @default {5000} */
  readonly maxProducts?: number;
}

/** Levels at one point of the anneal. */
export interface TransversePoint {
  /** Where. */
  readonly s: number;
  /** From the lowest level to the first that ends outside the ground space. */
  readonly gap: number;
  /** The levels up to that one, ascending, in the unit of energy; the offset of the model left out. */
  readonly levels: readonly number[];
}

/** The smallest gap of an anneal in a transverse field. */
export interface TransverseGap {
  /** n, the number of spins. */
  readonly n: number;
  /** The smallest gap to the first level that ends outside the ground space. */
  readonly gap: number;
  /** Where it is. */
  readonly s: number;
  /** `|<1| dH/ds |0>|` there, of these two levels: the adiabatic time is this over the square of the gap. */
  readonly matrixElement: number;
  /** States of lowest energy, in the sector: the gap is to the level after so many. */
  readonly groundDegeneracy: number;
  /** `"even"`, where no spin has a field: functions that a flip of all spins leaves alone, as the start does. */
  readonly sector: "even" | "full";
  /** The energy of the model that counts as 1. */
  readonly energyUnit: number;
  /** The points of the grid and of the refinement, ascending in s. */
  readonly curve: readonly TransversePoint[];
  /** Groups of spins that no coupling connects. */
  readonly components: number;
  /** How levels were found. */
  readonly method: SpectrumMethod;
  /** Larger residual of the two levels at the smallest gap. */
  readonly residual: number;
  /** Products with H, all points together. */
  readonly iterations: number;
  /** Wall time, ms. */
  readonly timeMs: number;
}

/** Levels that are followed at most. */
const MAX_LEVELS = 65;
/** Largest coupling in units of energy, and one over the smallest: the crossing is as near to an end of the anneal. */
const MAX_SCALE = 1e6;
const DENSE_BELOW = 6;
const LINEAR: TransverseSchedule = { transverse: (s) => 1 - s, problem: (s) => s };

/**
 * Computes the smallest gap of an anneal in a transverse field, between the lowest level and the first that ends outside the ground
 * space.
 *
 * `H(s) = -A(s) sum_i sigma^x_i + B(s) E / energyUnit`. Without fields all is done in the even sector, where the anneal starts
 * and stays. With g ground states in the sector the gap is `E_g - E_0`, levels counted as often as they occur: those between
 * end in the ground space. Levels of one symmetry do not cross; where the model has other symmetries than the flip of all spins,
 * a level counted may be one that the anneal cannot reach. Gaps are found on a grid, and between points where the slope of the gap
 * (from the vectors: Hellmann and Feynman) turns from falling to rising, and around the lowest points, by a search that takes the
 * square of the gap for a parabola, as it is at an avoided crossing. A crossing of which the grid sees nothing is missed: raise
 * `points`.
 *
 * The gap depends on the unit of A: `energyUnit` is part of the result. Groups of spins without couplings between them have
 * the smallest of their gaps.
 *
 * @param model any model of 1 to 20 spins; its offset does not matter
 * @param options see {@link TransverseGapOptions}
 * @returns the gap, where it is, and the curve
 * @throws {RangeError} if the model has no spins, too many for the method, no state but ground states, or more than 64 of
 * them in the sector; if the largest coupling is not between 1e-6 and 1e6 energy units; if a coefficient of the schedule is no number from 0
 * @throws {GapNotConverged} if `maxProducts` do not suffice at a point
 *
 * Cost Lanczos O(n 2^n) a product and 68 vectors and more: some 50 to 100 products a point, more where levels lie close: at 18 spins 43 s
 * without fields, 49 s with them, some 3,800 products each (`deno task bench --only gaps`).
 * Source: Farhi et al., A quantum adiabatic evolution algorithm applied to random instances of an NP-complete problem (2001), DOI
 * 10.1126/science.1057726.
 *
 * @example A spin in a field: 2 sqrt(A^2 + B^2 h^2), smallest at s = 1 / (1 + h^2)
 * ```ts
 * import { transverseGap } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const { gap, s } = transverseGap(isingModel({ couplings: sparseCouplings(1, []), linear: [0.5] }));
 * assertAlmostEquals(gap, 2 * Math.sqrt(0.2 ** 2 + 0.4 ** 2), 1e-7);
 * assertAlmostEquals(s, 0.8, 1e-3);
 * ```
 */
export function transverseGap(model: Model, options: TransverseGapOptions = {}): TransverseGap {
  const started = performance.now();
  const cannot = "Cannot give the gap of an anneal";
  const { schedule = LINEAR, energyUnit = 1, points = 33, minima = 3, tolerance = 1e-7, maxProducts = 5000 } = options;
  checkOptionNames(cannot, options, [
    ...["schedule", "energyUnit", "points", "minima", "method", "tolerance", "maxProducts"],
  ]);
  checkPositive(cannot, "energyUnit", energyUnit);
  if (!Number.isSafeInteger(points) || points < 3) {
    throw new RangeError(`${cannot}: points must be an integer from 3, got ${points}`);
  }
  const n = model.n;
  const method = chooseMethod(
    cannot,
    n,
    options.method ?? (n > 0 && n < DENSE_BELOW ? "dense" : undefined),
    levelVectors(2),
  );
  const states = stateEnergies(model);
  const even = states.symmetric;
  const scale = states.largest / energyUnit;
  if (scale > 0 && !(scale <= MAX_SCALE && scale >= 1 / MAX_SCALE)) {
    throw new RangeError(
      `${cannot}: the largest |J| or |h|, ${states.largest}, is ${scale} energy units, and must be between ${
        1 / MAX_SCALE
      } ` +
        `and ${MAX_SCALE} for the grid on s to see its crossings; give an energyUnit near ${states.largest}`,
    );
  }
  const { ground, total } = countGround(states, even);
  if (ground === total) {
    throw new RangeError(`${cannot}: every state of the model is a ground state, so no level ends outside`);
  }
  const wanted = ground + 1;
  if (wanted > MAX_LEVELS) {
    throw new RangeError(
      `${cannot}: ${ground} states${even ? " of the even sector" : ""} have the lowest energy, and at most ` +
        `${MAX_LEVELS - 1} levels can be followed; a small field on one spin leaves fewer`,
    );
  }

  const cube = openHypercube({ n, even, vectors: levelVectors(Math.min(wanted, total)) });
  const [E] = cube.vectors;
  const lowest = fillEnergies(states, even, E);
  for (let x = 0; x < E.length; x++) E[x] = (E[x] - lowest) / energyUnit;
  try {
    let iterations = 0;
    let warm = false;
    const visited: TransverseLevels[] = [];
    const look = (s: number, verify: boolean) => {
      const field = fieldAt(cannot, schedule, s);
      const levels = transverseLevels(cube, field, { method, wanted, tolerance, maxProducts, warm, verify });
      warm = true;
      iterations += levels.products;
      visited.push(levels);
      return levels;
    };
    // among several ground levels a missed one would shift the count
    const grid = Array.from({ length: points }, (_, k) => look(k / (points - 1), ground > 1));
    for (const [from, to] of brackets(grid).slice(0, minima)) {
      minimiseSquare((s) => look(s, ground > 1), from, to, tolerance);
    }
    const least = visited.reduce((a, b) => b.gap < a.gap ? b : a);
    const smallest = look(least.s, true);
    const shift = (levels: TransverseLevels) =>
      Array.from(levels.values, (value) => value + schedule.problem(levels.s) * lowest / energyUnit);
    const curve = visited.toSorted((a, b) => a.s - b.s).filter(({ s }, k, all) => k === 0 || s > all[k - 1].s);
    return {
      n,
      gap: smallest.gap,
      s: smallest.s,
      matrixElement: smallest.element,
      groundDegeneracy: ground,
      sector: even ? "even" : "full",
      energyUnit,
      curve: curve.map((levels) => ({ s: levels.s, gap: levels.gap, levels: shift(levels) })),
      components: states.components,
      method,
      residual: smallest.residual,
      iterations,
      timeMs: performance.now() - started,
    };
  } finally {
    cube.close();
  }
}

function countGround(states: Parameters<typeof fillEnergies>[0], even: boolean): { ground: number; total: number } {
  const energies = new Float64Array(2 ** (even ? states.n - 1 : states.n));
  const lowest = fillEnergies(states, even, energies);
  return {
    ground: energies.reduce((count, energy) => count + (energy - lowest <= states.tolerance ? 1 : 0), 0),
    total: energies.length,
  };
}

/** Coefficients at s, derivatives by a small difference that stays inside 0 .. 1. */
function fieldAt(cannot: string, { transverse, problem }: TransverseSchedule, s: number): Field {
  const [from, to] = [Math.max(0, s - 1e-5), Math.min(1, s + 1e-5)];
  const [A, B] = [transverse(s), problem(s)];
  for (const [name, value] of [["A", A], ["B", B]] as const) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`${cannot}: ${name}(${s}) must be a number from 0, got ${value}`);
    }
  }
  const slope = (f: (s: number) => number) => (f(to) - f(from)) / (to - from);
  return { s, A, B, dA: slope(transverse), dB: slope(problem) };
}

/** Intervals in which the gap has a minimum, the lowest first. */
function brackets(grid: readonly TransverseLevels[]): [number, number][] {
  const found: { gap: number; range: [number, number] }[] = [];
  for (let k = 0; k + 1 < grid.length; k++) {
    const [a, b] = [grid[k], grid[k + 1]];
    if (a.slope < 0 && b.slope > 0) found.push({ gap: Math.min(a.gap, b.gap), range: [a.s, b.s] });
  }
  for (let k = 0; k < grid.length; k++) {
    const [before, after] = [grid[Math.max(0, k - 1)], grid[Math.min(grid.length - 1, k + 1)]];
    const dip = grid[k].gap <= before.gap && grid[k].gap <= after.gap;
    const seen = found.some(({ range: [from, to] }) => from <= grid[k].s && grid[k].s <= to);
    if (dip && !seen) found.push({ gap: grid[k].gap, range: [before.s, after.s] });
  }
  return found.toSorted((a, b) => a.gap - b.gap).map(({ range }) => range);
}
