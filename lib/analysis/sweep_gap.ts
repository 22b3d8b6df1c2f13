import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Hypercube, UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { operatorMatrix } from "./_dense_spectrum.ts";
import { stateEnergies } from "./_ising_energies.ts";
import { checkChain, openChain } from "./_open_chain.ts";
import { chooseMethod, type SpectrumMethod } from "./_spectrum_limits.ts";
import { GapNotConverged } from "./gap_not_converged.ts";
import { lanczos, norm } from "./lanczos.ts";

/** Options of {@link sweepGap}. */
export interface SweepGapOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** `"dense"` to 10 spins, `"lanczos"` to 20. @default {dense up to 7 spins, lanczos above} */
  readonly method?: SpectrumMethod;
  /** Relative error of a gap that is small enough. @default {1e-8} */
  readonly tolerance?: number;
  /** Sweeps of a vector. @default {20000} */
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
const BASIS = 40;

/**
 * Computes the singular-value gaps of a sweep that updates every spin once, in the order of their numbers.
 *
 * `K = P_0 P_1 .. P_(n-1)` keeps the Gibbs weights but is not reversible, so it has no gap in the usual sense; its singular values in
 * the inner product of the weights take the place. `gap`, of K itself, bounds what one sweep does at least; it is 0 where some
 * function of mean 0 is not shortened, though sweeps in a row may shorten it. `generatorGap`, of `1 - K`, is the gap of Chatterjee;
 * for a reversible K both are the usual one, if K has no negative eigenvalues. Per sweep, both.
 *
 * Singular values are found as eigenvalues of `1 - K'K` and `(1 - K)'(1 - K)`, with values made of sums of squares; gaps whose
 * squares are below the rounding of a product, some 1e-7, are refused.
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
  checkOptionNames(cannot, options, ["beta", "dynamics", "method", "tolerance", "maxProducts"]);
  const { beta, dynamics = "glauber", tolerance = 1e-8, maxProducts = 20_000 } = options;
  checkChain(cannot, beta, dynamics);
  const n = model.n;
  const small = options.method ?? (n > 0 && n <= DENSE_BY_DEFAULT ? "dense" : "lanczos");
  const method = chooseMethod(cannot, n, small, BASIS + 6);
  if (method === "dense" && n > MAX_DENSE) {
    throw new RangeError(
      `${cannot} of ${n} spins by a dense solver: at most ${MAX_DENSE} spins are; use the method "lanczos"`,
    );
  }
  const { cube } = openChain(cannot, stateEnergies(model), beta, "full", method === "dense" ? 4 : BASIS + 6);
  try {
    const found = method === "dense" ? denseGaps(cube, dynamics) : lanczosGaps(cube, dynamics, tolerance, maxProducts);
    return { n, beta, dynamics, ...found, method, timeMs: performance.now() - started };
  } finally {
    cube.close();
  }
}

type Gaps = Pick<SweepGap, "gap" | "generatorGap" | "residual" | "iterations">;

function denseGaps(cube: Hypercube, rule: UpdateRule): Gaps {
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
  const smallest = Math.min(...values(generator));
  return { gap: 1 - Math.max(...values(rest)), generatorGap: smallest, residual: 0, iterations: cube.size };
}

const NO_VECTORS = { computeLeftSingularVectors: false, computeRightSingularVectors: false };

function outer(g: Float64Array): Matrix {
  const column = Matrix.columnVector(Array.from(g));
  return column.mmul(column.transpose());
}

function lanczosGaps(cube: Hypercube, rule: UpdateRule, tolerance: number, maxProducts: number): Gaps {
  const g = cube.vectors[0];
  const [after, taken] = cube.vectors.slice(BASIS + 3);
  // 1 - K'K
  const loss = (psi: Float64Array, out: Float64Array) => {
    out.set(psi);
    cube.sweep("lastFirst", rule, g, out);
    cube.sweep("firstFirst", rule, g, out);
    for (let x = 0; x < out.length; x++) out[x] = psi[x] - out[x];
  };
  // (1 - K)'(1 - K), from what the sweeps take away
  const square = (psi: Float64Array, out: Float64Array) => {
    after.set(psi);
    taken.fill(0);
    cube.sweep("lastFirst", rule, g, after, taken);
    out.fill(0);
    cube.sweep("firstFirst", rule, g, taken, out);
  };
  const search = (what: string, apply: typeof loss, value: (psi: Float64Array) => number) => {
    const { residuals, converged, products, values } = lanczos(cube, apply, {
      first: 1,
      deflated: 1,
      wanted: 2,
      basis: BASIS,
      maxProducts,
      settled: (values, errors, residuals) => errors[0] <= tolerance * values[0] && residuals[0] <= 1e-3 * values[0],
    });
    const psi = cube.vectors[1];
    const found = value(psi);
    const residual = residuals[0];
    if (!converged || !(Math.abs(values[0] - found) <= Math.max(1e-6, 10 * tolerance) * found)) {
      throw new GapNotConverged(what, { upperBound: Math.sqrt(Math.max(0, found)), residual, products });
    }
    return { found, residual, products };
  };

  const lost = search("1 - sigma^2 of a sweep", loss, (psi) => {
    after.set(psi);
    return cube.sweep("lastFirst", rule, g, after) / norm(psi) ** 2;
  });
  const moved = search("the generator gap of a sweep", square, (psi) => {
    after.set(psi);
    taken.fill(0);
    cube.sweep("lastFirst", rule, g, after, taken);
    return (norm(taken) / norm(psi)) ** 2;
  });
  // 1 - sqrt(1 - x) without cancellation
  const x = Math.min(1, lost.found);
  return {
    gap: x / (1 + Math.sqrt(1 - x)),
    generatorGap: Math.sqrt(moved.found),
    residual: Math.max(lost.residual, moved.residual),
    iterations: 2 * (lost.products + moved.products),
  };
}
