import type { UpdateRule } from "../kernels/mod.ts";
import { checkOptionNames, type Model } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { fillEnergies, stateEnergies } from "./_ising_energies.ts";
import { checkChain } from "./_open_chain.ts";

/** Spins up to which all states are kept in memory. */
const MAX_SPINS = 22;
const MAX_BETA_RANGE = 640;

/** How first passages are counted. */
export interface FirstPassageOptions {
  /** Inverse temperature, in 1/energy, from 0. */
  readonly beta: number;
  /** Heat bath or Metropolis. @default {"glauber"} */
  readonly dynamics?: UpdateRule;
  /** Where a run starts: drawn from the chain's stationary distribution, or uniform over all states. @default {"stationary"} */
  readonly from?: "stationary" | "uniform";
  /** Number of runs; run r uses stream r. */
  readonly numRuns: number;
  /** Updates after which a run is given up. @default {2^31} */
  readonly maxUpdates?: number;
  /** Seed. @default {0} */
  readonly seed?: number;
}

/** How many updates runs took until they met a ground state. */
export interface FirstPassages {
  /** Updates, `[numRuns]`: 0 for a run that starts in a ground state, `maxUpdates` for one that was given up. */
  readonly updates: Float64Array;
  /** True for a run that met a ground state, `[numRuns]`. */
  readonly reached: readonly boolean[];
  /** The lowest energy, offset left out. */
  readonly groundEnergy: number;
}

/**
 * Opens a model for counting first passages: runs of the random-scan chain at fixed beta until they meet a ground state.
 *
 * An update picks one of the n spins at random and flips it with probability `1 / (1 + e^(beta dE))` (heat bath) or
 * `min(1, e^(-beta dE))` (Metropolis): the chain whose gap `chainGap` computes, so that its bounds hold for these times. The energies of
 * all states are kept, so an update costs two look-ups; nothing is rounded but the 32 bits of a draw, which round the probability of
 * a move up: moves less likely than 2^-32 are made with 2^-32.
 *
 * @param model any model of 1 to 22 spins
 * @returns a function that makes runs, the same for the same options
 * @throws {RangeError} if there are no spins or too many; when called, if an option is out of range, or beta times the range of energies
 * is above 640
 *
 * Cost O(n 2^n) once, O(2^n) a call, and some ten ns an update while the energies fit into the cache; 16 bytes a state.
 * Source: Levin and Peres, Markov Chains and Mixing Times (2nd ed., 2017), chapter 10, for hitting times.
 *
 * @example One spin at beta 0: it flips every second time, and starts right every second time
 * ```ts
 * import { firstPassages } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const run = firstPassages(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }));
 * const { updates } = run({ beta: 0, numRuns: 10_000, seed: 1 });
 * assertAlmostEquals(updates.reduce((sum, count) => sum + count, 0) / 10_000, 1, 0.07);
 * ```
 */
export function firstPassages(model: Model): (options: FirstPassageOptions) => FirstPassages {
  const cannot = "Cannot count first passages";
  const { n } = model;
  if (n < 1 || n > MAX_SPINS) {
    throw new RangeError(
      `${cannot}: the model has ${n} spins, expected 1 to ${MAX_SPINS}; all its states are kept in memory, 16 bytes each`,
    );
  }
  const states = stateEnergies(model);
  const size = 2 ** n;
  const E = new Float64Array(size);
  const lowest = fillEnergies(states, false, E);
  let highest = -Infinity;
  for (let x = 0; x < size; x++) highest = Math.max(highest, E[x]);
  const ground = Uint8Array.from(E, (energy) => energy <= lowest + states.tolerance ? 1 : 0);
  const weight = new Float64Array(size);
  const sums = new Float64Array(size);

  return (options) => {
    checkOptionNames(cannot, options, ["beta", "dynamics", "from", "numRuns", "maxUpdates", "seed"]);
    const { beta, dynamics = "glauber", from = "stationary", numRuns, maxUpdates = 2 ** 31, seed = 0 } = options;
    checkChain(cannot, beta, dynamics);
    if (beta * (highest - lowest) > MAX_BETA_RANGE) {
      throw new RangeError(
        `${cannot}: beta times the range of energies is ${
          beta * (highest - lowest)
        }, at most ${MAX_BETA_RANGE} can be; lower beta`,
      );
    }
    for (const [name, count] of [["numRuns", numRuns], ["maxUpdates", maxUpdates]] as const) {
      if (!Number.isSafeInteger(count) || count < 1) {
        throw new RangeError(`${cannot}: ${name} must be an integer from 1, got ${count}`);
      }
    }
    if (from !== "stationary" && from !== "uniform") {
      throw new RangeError(`${cannot}: from must be "stationary" or "uniform", got ${String(from)}`);
    }
    let total = 0;
    for (let x = 0; x < size; x++) {
      weight[x] = Math.exp(-beta * (E[x] - lowest));
      sums[x] = total += weight[x];
    }
    const heatBath = dynamics === "glauber";
    const updates = new Float64Array(numRuns);
    const reached: boolean[] = new Array(numRuns);
    for (let r = 0; r < numRuns; r++) {
      const rng = new Rng(seed, r);
      let x = from === "uniform" ? rng.integer(size) : firstAbove(sums, total * rng.uniform());
      let count = 0;
      for (; ground[x] === 0 && count < maxUpdates; count++) {
        const flipped = x ^ 1 << Math.floor(n * rng.uniform());
        const stay = weight[x];
        const go = weight[flipped];
        if (rng.uniform() * (heatBath ? stay + go : stay) < go) x = flipped;
      }
      updates[r] = count;
      reached[r] = ground[x] === 1;
    }
    return { updates, reached, groundEnergy: lowest };
  };
}

/** The first index whose running sum is above the value. */
function firstAbove(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
