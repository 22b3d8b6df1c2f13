import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Hypercube, UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { operatorMatrix } from "./_dense_spectrum.ts";
import { fillEnergies, type StateEnergies, stateEnergies } from "./_ising_energies.ts";
import { type ChainSector, checkChain, openChain } from "./_open_chain.ts";
import { lowestMode, MODE_VECTORS, type ModeProblem } from "./_slowest_mode.ts";
import { chooseMethod, type SpectrumMethod } from "./_spectrum_limits.ts";
import { type Unshortened, unshortened } from "./_unshortened.ts";
import { checkSector } from "./chain_gap.ts";
import { norm } from "./lanczos.ts";

/** Options of {@link sweepGap}. */
export interface SweepGapOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** `"dense"` to 10 spins, `"lanczos"` to 20. @default {dense up to 7 spins, lanczos above} */
  readonly method?: SpectrumMethod;
  /** `"even"`: only functions that a flip of all spins leaves alone, for models without fields. @default {"full"} */
  readonly sector?: ChainSector;
  /** Relative error of a gap that is small enough. @default {1e-8} */
  readonly tolerance?: number;
  /** Products, two sweeps of a vector each, for either gap; those inside the solving of systems included. @default {100000} */
  readonly maxProducts?: number;
}

/** Singular-value gaps of a sequential sweep. */
export interface SweepGap {
  /** n, the number of spins. */
  readonly n: number;
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
  /** Heat bath or Metropolis. */
  readonly dynamics: UpdateRule;
  /** All functions of the states, or the even ones. */
  readonly sector: ChainSector;
  /** `1 - sigma_2(K)`: a sweep shortens every function of mean 0 to `1 - gap` of its length or less. */
  readonly gap: number;
  /** Second smallest singular value of `1 - K`: one over the time in which averages along the chain settle. */
  readonly generatorGap: number;
  /** How they were found. */
  readonly method: SpectrumMethod;
  /** The larger of the two residuals, each that of a squared singular value. */
  readonly residual: number;
  /** Sweeps of a vector. */
  readonly iterations: number;
  /** Wall time, ms. */
  readonly timeMs: number;
}

const DENSE_BY_DEFAULT = 7;
const MAX_DENSE = 10;
/** Vectors after `sqrt(pi)`: those of the search, and two for what a sweep leaves and takes. */
const SWEEP_VECTORS = MODE_VECTORS + 2;
/** States up to which the diagonal of `1 - K'K` is computed, a sweep each. */
const MAX_DIAGONAL = 2 ** 12;

/**
 * Computes the singular-value gaps of a sweep that updates every spin once, in the order of their numbers.
 *
 * `K = P_0 P_1 .. P_(n-1)` keeps the Gibbs weights but is not reversible, so it has no gap in the usual sense; its singular values in
 * the inner product of the weights take the place. `gap`, of K itself, bounds what one sweep does at least; it is 0 where some
 * function of mean 0 is not shortened, though sweeps in a row may shorten it. `generatorGap`, of `1 - K`, is the gap of Chatterjee;
 * for a reversible K both are the usual one, if K has no negative eigenvalues. Per sweep, both.
 * Whether a gap is exactly 0 is a question of which states are exchanged, and answered so: Metropolis exchanges states of equal
 * energies for certain, and a sweep may then lead from some states never to others.
 *
 * Singular values are found as eigenvalues of `1 - K'K` and `(1 - K)'(1 - K)`, with values made of sums of squares. What is not found
 * to `tolerance`, with a residual below a thousandth of the eigenvalue, is refused: `gap` below some 1e-13, `generatorGap`, whose square
 * is looked for, below some 1e-6.
 *
 * @param model any model of 1 to 20 spins; its offset does not matter
 * @param options see {@link SweepGapOptions}
 * @returns both gaps and how they were found
 * @throws {RangeError} as `chainGap`
 * @throws {GapNotConverged} if `maxProducts` do not suffice
 *
 * Cost two sweeps, O(n 2^n), a product; dense O(8^n), some 10 s at 10 spins.
 * Source: Fill, Eigenvalue bounds on convergence to stationarity for nonreversible Markov chains (1991), DOI
 * 10.1214/aoap/1177005981, for `gap`; Chatterjee, Spectral gap of nonreversible Markov chains (2023), arXiv 2310.10876.
 *
 * @example Spins that do not interact are in equilibrium after one sweep
 * ```ts
 * import { sweepGap } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const free = isingModel({ couplings: sparseCouplings(3, []), linear: [1, 0, -2] });
 * assertAlmostEquals(sweepGap(free, { beta: 0.7 }).gap, 1);
 * ```
 */
export function sweepGap(model: Model, options: SweepGapOptions): SweepGap {
  const started = performance.now();
  const cannot = "Cannot give the gap of a sweep";
  checkOptionNames(cannot, options, ["beta", "dynamics", "method", "sector", "tolerance", "maxProducts"]);
  const { beta, dynamics = "glauber", tolerance = 1e-8, maxProducts = 100_000, sector = "full" } = options;
  checkChain(cannot, beta, dynamics);
  const n = model.n;
  const small = options.method ?? (n > 0 && n <= DENSE_BY_DEFAULT ? "dense" : "lanczos");
  const method = chooseMethod(cannot, n, small, SWEEP_VECTORS + 1);
  if (method === "dense" && n > MAX_DENSE) {
    throw new RangeError(
      `${cannot} of ${n} spins by a dense solver: at most ${MAX_DENSE} spins are; use the method "lanczos"`,
    );
  }
  const states = stateEnergies(model);
  checkSector(cannot, sector, states.symmetric);
  const { cube } = openChain(cannot, states, beta, sector, method === "dense" ? 3 : SWEEP_VECTORS);
  try {
    const left = leftBySweeps(states, beta, dynamics, sector);
    const found = cube.size === 1
      // the one even function is constant: nothing is left to relax
      ? { gap: 1, generatorGap: 1, residual: 0, iterations: 0 }
      : method === "dense"
      ? denseGaps(cube, dynamics, left)
      : lanczosGaps(cube, dynamics, left, tolerance, maxProducts);
    return { n, beta, dynamics, sector, ...found, method, timeMs: performance.now() - started };
  } finally {
    cube.close();
  }
}

function leftBySweeps(states: StateEnergies, beta: number, rule: UpdateRule, sector: ChainSector): Unshortened {
  const E = new Float64Array(rule === "metropolis" ? 2 ** states.n : 2);
  if (rule === "metropolis") fillEnergies(states, false, E);
  // below the second, weights are equal to all their digits
  const least = Math.max(beta * states.tolerance, Number.EPSILON / 2);
  return unshortened(states.n, rule, sector === "even", (x, y) => beta * Math.abs(E[x] - E[y]) <= least);
}

type Gaps = Pick<SweepGap, "gap" | "generatorGap" | "residual" | "iterations">;

function denseGaps(cube: Hypercube, rule: UpdateRule, left: Unshortened): Gaps {
  const [g, psi, out] = cube.vectors;
  const K = operatorMatrix(
    cube,
    (from, to) => {
      to.set(from);
      cube.sweep("lastFirst", rule, g, to);
    },
    psi,
    out,
  );
  // without the stationary vector, which K and its transpose leave alone
  const rest = Matrix.sub(K, outer(g));
  // 1 - K is not longer than 2
  const generator = Matrix.add(Matrix.sub(Matrix.eye(cube.size), K), outer(g).mul(3));
  const values = (matrix: Matrix) => new SingularValueDecomposition(matrix, NO_VECTORS).diagonal;
  return {
    gap: left.length ? 0 : 1 - Math.max(...values(rest)),
    generatorGap: left.itself ? 0 : Math.min(...values(generator)),
    residual: 0,
    iterations: cube.size,
  };
}

const NO_VECTORS = { computeLeftSingularVectors: false, computeRightSingularVectors: false };

function outer(g: Float64Array): Matrix {
  const column = Matrix.columnVector(Array.from(g));
  return column.mmul(column.transpose());
}

function lanczosGaps(
  cube: Hypercube,
  rule: UpdateRule,
  left: Unshortened,
  tolerance: number,
  maxProducts: number,
): Gaps {
  const g = cube.vectors[0];
  const [after, taken] = cube.vectors.slice(MODE_VECTORS + 1);
  const diagonal = (form: ModeProblem["form"], out: Float64Array) => {
    for (let x = 0; x < cube.size; x++) out[x] = cube.size > MAX_DIAGONAL ? leaves(cube, rule, g, x) : 0;
    if (cube.size > MAX_DIAGONAL) return;
    const unit = cube.vectors[MODE_VECTORS];
    for (let x = 0; x < cube.size; x++) {
      unit.fill(0);
      unit[x] = 1;
      out[x] = Math.max(LEAST_DIAGONAL, form(unit));
    }
  };
  const search = (what: string, { apply, form }: Pick<ModeProblem, "apply" | "form">) =>
    lowestMode(what, cube, { apply, form, fillDiagonal: (out) => diagonal(form, out) }, tolerance, maxProducts);
  const none = { value: 0, residual: 0, products: 0 };

  // 1 - K'K, from what the sweeps take away
  const lost = left.length ? none : search("1 - sigma^2 of a sweep", {
    apply: (psi, out) => {
      after.set(psi);
      out.fill(0);
      cube.sweep("lastFirst", rule, g, after, out);
      cube.sweep("firstFirst", rule, g, after, out);
    },
    form: (psi) => {
      after.set(psi);
      return cube.sweep("lastFirst", rule, g, after);
    },
  });
  // (1 - K)'(1 - K)
  const moved = left.itself ? none : search("the generator gap of a sweep", {
    apply: (psi, out) => {
      after.set(psi);
      taken.fill(0);
      cube.sweep("lastFirst", rule, g, after, taken);
      out.fill(0);
      cube.sweep("firstFirst", rule, g, taken, out);
    },
    form: (psi) => {
      after.set(psi);
      taken.fill(0);
      cube.sweep("lastFirst", rule, g, after, taken);
      return norm(taken) ** 2;
    },
  });
  // 1 - sqrt(1 - x) without cancellation
  const x = Math.min(1, lost.value);
  return {
    gap: x / (1 + Math.sqrt(1 - x)),
    generatorGap: Math.sqrt(moved.value),
    residual: Math.max(lost.residual, moved.residual),
    iterations: 2 * (lost.products + moved.products),
  };
}

const LEAST_DIAGONAL = 1e-12;

/** The probability that a sweep's updates, each from x, leave x: about what a sweep takes there. */
function leaves(cube: Hypercube, rule: UpdateRule, g: Float64Array, x: number): number {
  const half = cube.size < 2 ** cube.n;
  let stays = 1;
  for (let i = 0; i < cube.n; i++) {
    const y = half && i === cube.n - 1 ? cube.size - 1 - x : x ^ (1 << i);
    if (y === x) continue;
    const square = rule === "metropolis" ? Math.max(g[x], g[y]) ** 2 : g[x] * g[x] + g[y] * g[y];
    stays *= 1 - g[y] * (g[y] / square);
  }
  return Math.max(LEAST_DIAGONAL, 1 - stays);
}
