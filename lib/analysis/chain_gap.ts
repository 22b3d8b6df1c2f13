import type { UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { removeAlong } from "./_conjugate_gradients.ts";
import { denseSpectrum } from "./_dense_spectrum.ts";
import { stateEnergies } from "./_ising_energies.ts";
import { type ChainSector, checkChain, openChain } from "./_open_chain.ts";
import { MODE_BASIS, MODE_VECTORS, slowestMode } from "./_slowest_mode.ts";
import { chooseMethod, type SpectrumMethod } from "./_spectrum_limits.ts";
import { GapNotConverged } from "./gap_not_converged.ts";
import { lanczos, norm } from "./lanczos.ts";

/** Options of {@link chainGap}. */
export interface ChainGapOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** `"dense"` to 12 spins, `"lanczos"` to 20. @default {dense up to 8 spins, lanczos above} */
  readonly method?: SpectrumMethod;
  /**
   * `"even"` looks only at functions that a flip of all spins leaves alone: how fast the chain mixes but for the sign, which is
   * what counts where a state and its opposite are equally good. Only for models without fields. @default {"full"}
   */
  readonly sector?: ChainSector;
  /** Relative error of the gap that is small enough. @default {1e-8} */
  readonly tolerance?: number;
  /** Products with the generator, those inside the solving of systems included. @default {100000} */
  readonly maxProducts?: number;
}

/** The spectral gap of a chain at one beta. */
export interface ChainGap {
  /** n, the number of spins. */
  readonly n: number;
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
  /** Heat bath or Metropolis. */
  readonly dynamics: UpdateRule;
  /** All functions of the states, or the even ones. */
  readonly sector: ChainSector;
  /** `1 - lambda_2`, per update of one spin. */
  readonly gap: number;
  /** `1 - max(lambda_2, |lambda_min|)`, per update. */
  readonly absoluteGap: number;
  /** n times `gap`. */
  readonly gapPerSweep: number;
  /** Second largest eigenvalue of P. */
  readonly lambda2: number;
  /** Smallest eigenvalue of P; null where Lanczos did not look: those of heat bath are never negative. */
  readonly lambdaMin: number | null;
  /** Stationary weight of the ground states. */
  readonly groundWeight: number;
  /** How many states have the lowest energy. */
  readonly groundStates: number;
  /** Smallest stationary weight of a state. */
  readonly minimumWeight: number;
  /** `1 / absoluteGap`, in updates; Infinity for a chain that has a period. */
  readonly relaxationUpdates: number;
  /** Groups of spins that no coupling connects: the gap per sweep is that of the slowest. */
  readonly components: number;
  /** How the gap was found. */
  readonly method: "dense" | "lanczos" | "inverse lanczos";
  /** `|H psi - gap psi|` for the vector of length 1 that was found, H the symmetrised `1 - P`. */
  readonly residual: number;
  /** Products with the generator. */
  readonly iterations: number;
  /** Wall time, ms. */
  readonly timeMs: number;
}

/**
 * Computes the spectral gap of the random-scan single-spin-flip chain of a model at one beta.
 *
 * An update picks a spin at random and flips it with probability p: heat bath `1 / (1 + e^(beta dE))`, Metropolis
 * `min(1, e^(-beta dE))`. P is reversible for `pi = e^(-beta E) / Z`, so `H = 1 - D^(1/2) P D^(-1/2)`, D the weights, is symmetric with
 * `sqrt(pi)` at 0, and the gap is its next eigenvalue. H is a sum over pairs of `w w'`, w made of `sqrt(pi)` alone, and the gap a
 * sum of squares over its vector: nothing is taken from 1, and a gap of 1e-12 has its digits. For another clock: one update a unit
 * of time; `gapPerSweep` counts n updates. H is also a quantum Hamiltonian, with the levels of the chain.
 *
 * A model without couplings between two groups of spins has a chain all the same: the groups share the updates. Where a gap is
 * not found to `tolerance`, nothing is returned: the error tells an upper bound. Lanczos so refuses most gaps below 1e-15.
 *
 * @param model any model of 1 to 20 spins; its offset does not matter
 * @param options see {@link ChainGapOptions}
 * @returns gap, weights and how they were found
 * @throws {RangeError} if beta is no number from 0, infinite, or beta times the range of energies above 640; if the model has no
 * spins or too many for the method; if the sector is even and a spin has a field
 * @throws {GapNotConverged} if `maxProducts` do not suffice
 *
 * Cost dense O(8^n): 0.2 s at 8 spins, 4 minutes at 12; Lanczos O(n 2^n) a product, 50 vectors of 2^n: some 100 products where the gap is not
 * small, 10 s and 0.3 GiB at 20 spins (`deno task bench --only gaps`).
 * Source: Levin and Peres, Markov Chains and Mixing Times (2nd ed., 2017), chapter 12; Nishimori, Tsuda and Knysh, Comparative
 * study of the performance of quantum annealing and simulated annealing (2015), DOI 10.1103/PhysRevE.91.012104, for H.
 *
 * @example A ring of four spins: 1 - tanh(2 beta J) per sweep
 * ```ts
 * import { chainGap } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const ring = sparseCouplings(4, [[0, 1, -1], [1, 2, -1], [2, 3, -1], [0, 3, -1]]);
 * const { gapPerSweep } = chainGap(isingModel({ couplings: ring }), { beta: 0.5 });
 * assertAlmostEquals(gapPerSweep, 1 - Math.tanh(1), 1e-12);
 * ```
 */
export function chainGap(model: Model, options: ChainGapOptions): ChainGap {
  const started = performance.now();
  const cannot = "Cannot give the gap of a chain";
  checkOptionNames(cannot, options, ["beta", "dynamics", "method", "sector", "tolerance", "maxProducts"]);
  const { beta, dynamics = "glauber", sector = "full", tolerance = 1e-8, maxProducts = 100_000 } = options;
  checkChain(cannot, beta, dynamics);
  const n = model.n;
  const method = chooseMethod(cannot, n, options.method, MODE_VECTORS + 1);
  const states = stateEnergies(model);
  checkSector(cannot, sector, states.symmetric);
  const chain = openChain(cannot, states, beta, sector, method === "dense" ? 3 : MODE_VECTORS);
  try {
    const spectrum = chain.cube.size === 1
      // the one even function is constant: nothing is left to relax
      ? { gap: 1, highest: 0, residual: 0, products: 0, method: "dense" as const }
      : method === "dense"
      ? denseGap(chain.cube, dynamics)
      : lanczosGap(chain.cube, dynamics, tolerance, maxProducts);
    const { gap } = spectrum;
    // known, where rounding would leave a gap of 1e-16 or none
    const highest = hasPeriod(chain.g, n, dynamics, sector) ? 2 : spectrum.highest;
    const absoluteGap = highest === null ? gap : Math.max(0, Math.min(gap, 2 - highest));
    return {
      n,
      beta,
      dynamics,
      sector,
      gap,
      absoluteGap,
      gapPerSweep: n * gap,
      lambda2: 1 - gap,
      lambdaMin: highest === null ? null : 1 - highest,
      groundWeight: chain.groundWeight,
      groundStates: chain.groundStates,
      minimumWeight: chain.minimumWeight,
      relaxationUpdates: 1 / absoluteGap,
      components: states.components,
      method: spectrum.method,
      residual: spectrum.residual,
      iterations: spectrum.products,
      timeMs: performance.now() - started,
    };
  } finally {
    chain.cube.close();
  }
}

/** Refuses the even sector of a model that has none. */
export function checkSector(cannot: string, sector: ChainSector, symmetric: boolean): void {
  if (sector !== "full" && sector !== "even") {
    throw new RangeError(`${cannot}: sector must be "full" or "even", got ${String(sector)}`);
  }
  if (sector === "even" && !symmetric) {
    throw new RangeError(`${cannot} in the even sector: a spin has a field, so a flip of all spins changes energies`);
  }
}

/** True for a chain that takes every flip; an even function of an odd number of spins does not see that. */
function hasPeriod(g: Float64Array, n: number, rule: UpdateRule, sector: ChainSector): boolean {
  return rule === "metropolis" && (sector === "full" || n % 2 === 0) && g.every((root) => root === g[0]);
}

interface Spectrum {
  readonly gap: number;
  /** Largest eigenvalue of `1 - P`. */
  readonly highest: number | null;
  readonly residual: number;
  readonly products: number;
  readonly method: ChainGap["method"];
}

function denseGap(cube: Parameters<typeof denseSpectrum>[0], rule: UpdateRule): Spectrum {
  const [g, psi, out] = cube.vectors;
  const scale = 1 / cube.n;
  const { values, vectors } = denseSpectrum(
    cube,
    (from, to) => cube.applyGenerator(rule, scale, g, from, to),
    psi,
    out,
  );
  for (let x = 0; x < cube.size; x++) psi[x] = vectors.get(x, 1);
  // where the gap is small the solver has mixed it with the stationary vector
  removeAlong(g, psi);
  const length = norm(psi);
  for (let x = 0; x < cube.size; x++) psi[x] /= length;
  const gap = cube.dirichletForm(rule, scale, g, psi);
  cube.applyGenerator(rule, scale, g, psi, out);
  const residual = Math.hypot(...out.map((value, x) => value - gap * psi[x]));
  return { gap, highest: values[cube.size - 1], residual, products: cube.size, method: "dense" };
}

function lanczosGap(
  cube: Parameters<typeof denseSpectrum>[0],
  rule: UpdateRule,
  tolerance: number,
  maxProducts: number,
): Spectrum {
  const mode = slowestMode("the gap of the chain", cube, rule, tolerance, maxProducts);
  const spectrum = { gap: mode.value, residual: mode.residual, method: mode.method };
  if (rule === "glauber") return { ...spectrum, highest: null, products: mode.products };
  const g = cube.vectors[0];
  // how far the other end is from 2 has to be known as well as the gap, or only that it is farther
  const end = lanczos(cube, (psi, out) => cube.applyGenerator(rule, 1 / cube.n, g, psi, out), {
    end: "highest",
    first: 1,
    deflated: 1,
    basis: MODE_BASIS,
    maxProducts,
    settled: (values, errors) => errors[0] <= Math.max(1e-14, tolerance * (2 - values[0])),
  });
  if (!end.converged) {
    throw new GapNotConverged("the smallest eigenvalue of the chain", {
      upperBound: 1 - end.values[0],
      residual: end.residuals[0],
      products: end.products,
    });
  }
  return { ...spectrum, highest: end.values[0], products: mode.products + end.products };
}
