import { checkOptionNames } from "../model/mod.ts";
import { annealingReader, type AnnealingSettings } from "./_annealing_reader.ts";
import { checkBetaRange, checkCount, checkFlag, checkList, checkName } from "./_check_numbers.ts";
import { resolveOptions } from "./_options.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler } from "./types.ts";

/** How {@link simulatedAnnealing} works. */
export interface SimulatedAnnealingOptions {
  /** Sweeps over all variables, one a beta. @default {1000, or as many as betas are given} */
  readonly numSweeps?: number;
  /** Inverse temperatures of the first and the last sweep, in 1/energy. @default {`betaRange(model)`} */
  readonly betaRange?: readonly [hot: number, cold: number];
  /**
   * How beta grows: by a constant factor, by a constant step, at constant thermodynamic speed (measured on the model by a
   * short pilot run), or as listed, one beta a sweep, in 1/energy.
   *
   * @default {"geometric"}
   */
  readonly betaSchedule?: "geometric" | "linear" | "adaptive" | ArrayLike<number>;
  /**
   * Reverse annealing: starts at the cold end, heats up to this beta by the middle of the sweeps, and cools down again, by
   * constant factors. Needs initial states; in 1/energy, at most the cold end.
   *
   * @default {none: from hot to cold}
   */
  readonly reheatTo?: number;
  /** When a flip is taken: by the rule of Metropolis, or by the heat bath of Gibbs sampling. @default {"metropolis"} */
  readonly acceptance?: "metropolis" | "gibbs";
  /** Descend to a local minimum after the last sweep. @default {true} */
  readonly descend?: boolean;
}

const CANNOT = "Cannot anneal";
const KNOWN = ["numSweeps", "betaRange", "betaSchedule", "reheatTo", "acceptance", "descend"];

/**
 * Makes a simulated annealer: single-flip sweeps in index order while beta grows, then descent to a local minimum.
 *
 * A flip that costs dE is taken with probability `min(1, exp(-beta dE))` (Metropolis) or `1 / (1 + exp(beta dE))` (Gibbs).
 * Draws have 24 bits, 32 where large factored couplings are kept as they are: moves with `beta dE > 17.4`, or 22.2, are never made.
 * Betas are scaled to the model (`betaRange`) and do not depend on whether it comes as Ising model or as QUBO. Warm starts are
 * `initialStates`; with them, `reheatTo` anneals in reverse. Local fields are cached: in 16-bit integers where the coefficients are
 * whole multiples of a power of two and fit, else in float32 (and the final descent in float64), eight or four spins looked at at
 * once; energies beyond float32 are brought into it by a power of two; large factored couplings keep two sums of width d. The
 * story's `kernel` says which. With a `target`, the energy is looked at after every sweep.
 *
 * Gives the state at the end of each read, not the ground state. Bad at: landscapes of deep valleys behind high walls, where
 * `parallelTempering()` helps; models whose coefficients span many orders of magnitude, for which no one beta is right.
 *
 * @param options.numSweeps more sweeps: lower energies, more time
 * @returns a sampler
 * @throws {RangeError} if `numSweeps`, `betaRange`, a beta or `reheatTo` is out of range
 * @throws {TypeError} if `betaSchedule` or `acceptance` is no name of one
 *
 * Cost O(numSweeps n^2) a read dense, O(numSweeps (n + m)) sparse, O(numSweeps n d) factored; most flips are refused late in
 * a read, and a refused one costs O(1) or O(d).
 * Source: Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing (1983), DOI 10.1126/science.220.4598.671;
 * adaptive schedule: Salamon, Nulton, Robinson, Petersen, Ruppeiner and Liao, Simulated annealing with constant thermodynamic
 * speed (1988), DOI 10.1016/0010-4655(88)90003-3. Differs in: final descent; speed measured by a pilot run.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { simulatedAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
 * const { energies } = await simulatedAnnealing({ numSweeps: 10 }).sample(model, { seed: 1, numReads: 2 });
 * assertEquals([...energies], [-1, -1]);
 * ```
 */
export function simulatedAnnealing(options: SimulatedAnnealingOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, KNOWN);
  const settings = checkedSettings(options);
  const name = "simulatedAnnealing";
  const origin = { module: import.meta.url, name, options };
  return {
    name,
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions(name, model, sampleOptions, true);
      if (settings.reheatTo !== undefined && resolved.initialStates === undefined) {
        throw new TypeError("Cannot anneal in reverse: reheatTo needs initialStates to start from");
      }
      const prepare = (target: number) => annealingReader(model, resolved.seed, settings, target);
      return await runReads({ sampler: name, origin, model, options: resolved, prepare });
    },
  };
}

function checkedSettings(options: SimulatedAnnealingOptions): AnnealingSettings {
  const { betaRange: range, betaSchedule: given = "geometric", reheatTo, acceptance = "metropolis", descend = true } =
    options;
  const betaSchedule = typeof given === "string" ? given : checkedBetas(given);
  const numSweeps = options.numSweeps ?? (typeof betaSchedule === "string" ? 1000 : betaSchedule.length);
  checkCount(CANNOT, "numSweeps", numSweeps, 1);
  if (typeof betaSchedule === "string" && !["geometric", "linear", "adaptive"].includes(betaSchedule)) {
    throw new TypeError(
      `Cannot anneal: betaSchedule must be "geometric", "linear", "adaptive" or a list of betas, got ${betaSchedule}`,
    );
  }
  if (typeof betaSchedule !== "string") {
    if (numSweeps !== betaSchedule.length) {
      throw new RangeError(`Cannot anneal: ${betaSchedule.length} betas for ${numSweeps} sweeps; leave numSweeps out`);
    }
    if (range !== undefined || reheatTo !== undefined) {
      throw new TypeError("Cannot anneal: a list of betas leaves no room for betaRange and reheatTo; leave them out");
    }
  }
  if (reheatTo !== undefined && (betaSchedule === "linear" || betaSchedule === "adaptive")) {
    throw new TypeError(
      `Cannot anneal in reverse: reheatTo goes by constant factors, not ${betaSchedule}; leave one out`,
    );
  }
  checkName(CANNOT, "acceptance", acceptance, ["metropolis", "gibbs"]);
  checkFlag(CANNOT, "descend", descend);
  if (range !== undefined) checkBetaRange(CANNOT, range);
  if (reheatTo !== undefined && !(reheatTo > 0 && Number.isFinite(reheatTo))) {
    throw new RangeError(`Cannot anneal: reheatTo must be a positive beta, got ${reheatTo}`);
  }
  return { numSweeps, betaRange: range, betaSchedule, reheatTo, acceptance, descend };
}

function checkedBetas(betas: ArrayLike<number>): Float64Array {
  checkList(CANNOT, "betaSchedule", betas);
  const own = Float64Array.from(betas);
  const wrong = own.findIndex((beta) => !(beta > 0 && Number.isFinite(beta)));
  if (wrong >= 0) throw new RangeError(`Cannot anneal: beta ${wrong} is ${own[wrong]}, expected a positive number`);
  return own;
}
