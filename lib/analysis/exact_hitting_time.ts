import type { UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { fillExitRates, solve } from "./_conjugate_gradients.ts";
import { stateEnergies } from "./_ising_energies.ts";
import { checkChain, type OpenChain, openChain } from "./_open_chain.ts";
import { chooseMethod } from "./_spectrum_limits.ts";
import { GapNotConverged } from "./gap_not_converged.ts";

/** Options of {@link exactHittingTime}. */
export interface HittingTimeOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** Where the chain starts: distributed by the Gibbs weights, or uniformly over all states. @default {"stationary"} */
  readonly from?: "stationary" | "uniform";
  /** Relative error that is small enough. @default {1e-6} */
  readonly tolerance?: number;
  /** Products with the generator. @default {100000} */
  readonly maxProducts?: number;
}

/** The mean time to a ground state. */
export interface HittingTime {
  /** Mean number of updates until the first ground state; 0 for a start there. */
  readonly meanUpdates: number;
  /** The share by which the mean may be wrong: `|1 - (L t)_x|`, the largest or, from stationarity, the mean by `pi_x t_x`. */
  readonly residual: number;
  /** Products with the generator, and passes over the states. */
  readonly iterations: number;
}

const MAX_SPINS = 16;
const MAX_PASSES = 400;
const ROUGH = 1e-12;

/**
 * Computes the mean number of updates of the random-scan chain until it meets a ground state, from the linear equations of the chain.
 *
 * `(1 - P) t = 1` outside the ground states, `t = 0` on them. Conjugate gradients solve the symmetrised equations, whose weights hide
 * rare states; passes of Gauss and Seidel over the states by rising energy then settle each state's own equation. The inverse of
 * `1 - P` has no negative entries, so with residuals `r_x = 1 - ((1 - P) t)_x` a uniform start's mean is wrong by the share `max |r_x|`
 * at most, and that of a stationary one by the mean of `|r_x|` weighted with `pi_x t_x`. Rounding is 1e-16 of the longest time in
 * `r_x`: uniform starts above some 1e9 updates are refused, stationary ones later.
 *
 * @param model any model of 1 to 16 spins
 * @param options see {@link HittingTimeOptions}
 * @returns the mean, and how well the equations are met
 * @throws {RangeError} as `chainGap`, with 16 spins at most
 * @throws {GapNotConverged} if the tolerance is not met
 *
 * Cost O(n 2^n) a product and pass, about `1 / sqrt(gap)` products at most.
 * Source: Levin and Peres, Markov Chains and Mixing Times (2nd ed., 2017), chapter 10.
 *
 * @example One spin in a field, uniformly started, flips down with probability p = 1 / (1 + e^(-2 beta h))
 * ```ts
 * import { exactHittingTime } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const spin = isingModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * const { meanUpdates } = exactHittingTime(spin, { beta: 1, from: "uniform" });
 * assertAlmostEquals(meanUpdates, (1 + Math.exp(-2)) / 2);
 * ```
 */
export function exactHittingTime(model: Model, options: HittingTimeOptions): HittingTime {
  const cannot = "Cannot give a hitting time";
  checkOptionNames(cannot, options, ["beta", "dynamics", "from", "tolerance", "maxProducts"]);
  const { beta, dynamics = "glauber", from = "stationary", tolerance = 1e-6, maxProducts = 100_000 } = options;
  checkChain(cannot, beta, dynamics);
  if (from !== "stationary" && from !== "uniform") {
    throw new RangeError(`${cannot}: from must be "stationary" or "uniform", got ${String(from)}`);
  }
  chooseMethod(cannot, model.n, "lanczos", 8, MAX_SPINS);
  const chain = openChain(cannot, stateEnergies(model), beta, "full", 7);
  try {
    const { cube, g, isGround } = chain;
    const [, b, phi, diagonal, residual, direction, image] = cube.vectors;
    const scale = 1 / cube.n;
    fillExitRates(cube, dynamics, scale, g, diagonal);
    for (let x = 0; x < cube.size; x++) b[x] = isGround(x) ? 0 : g[x];
    const apply = (psi: Float64Array, out: Float64Array) => {
      cube.applyGenerator(dynamics, scale, g, psi, out);
      for (let x = 0; x < cube.size; x++) if (isGround(x)) out[x] = 0;
    };
    const { products } = solve({ apply, diagonal }, b, phi, { residual, direction, image }, ROUGH, maxProducts);
    const times = phi;
    for (let x = 0; x < cube.size; x++) times[x] /= g[x];
    const settled = settle(chain, dynamics, from, times, tolerance);
    let [sum, weight] = [0, 0];
    for (let x = 0; x < cube.size; x++) {
      const share = from === "uniform" ? 1 : g[x] * g[x];
      sum += share * times[x];
      weight += share;
    }
    const meanUpdates = sum / weight;
    const iterations = products + settled.passes;
    if (!(settled.residual <= tolerance)) {
      const upperBound = settled.residual < 1 ? meanUpdates / (1 - settled.residual) : Infinity;
      throw new GapNotConverged("the hitting time", { upperBound, residual: settled.residual, products: iterations });
    }
    return { meanUpdates, residual: settled.residual, iterations };
  } finally {
    chain.cube.close();
  }
}

/** Passes of Gauss and Seidel by rising energy, until the equations are met; what the last pass found left. */
function settle(
  { cube, g, isGround }: OpenChain,
  rule: UpdateRule,
  from: "stationary" | "uniform",
  times: Float64Array,
  tolerance: number,
): { residual: number; passes: number } {
  const n = cube.n;
  const order = Uint32Array.from({ length: cube.size }, (_, x) => x).sort((x, y) => g[y] - g[x]);
  let residual = 0;
  for (let passes = 1;; passes++) {
    let [largest, weighted, weight] = [0, 0, 0];
    for (const x of order) {
      if (isGround(x)) continue;
      let [rate, inflow] = [0, 0];
      for (let i = 0; i < n; i++) {
        const y = x ^ (1 << i);
        const p = rule === "metropolis" ? g[y] >= g[x] ? 1 : (g[y] / g[x]) ** 2 : 1 / (1 + (g[x] / g[y]) ** 2);
        rate += p;
        inflow += p * times[y];
      }
      const left = Math.abs(1 - (rate * times[x] - inflow) / n);
      const share = g[x] * g[x] * Math.abs(times[x]);
      largest = Math.max(largest, left);
      weighted += share * left;
      weight += share;
      times[x] = (n + inflow) / rate;
    }
    residual = from === "uniform" || weight === 0 ? largest : weighted / weight;
    if (residual <= tolerance || passes === MAX_PASSES) return { residual, passes };
  }
}
