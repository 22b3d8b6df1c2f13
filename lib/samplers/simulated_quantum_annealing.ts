import { checkOptionNames, type Model, type Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkCount, checkList, checkName } from "./_check_numbers.ts";
import { resolveOptions } from "./_options.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { LowestSeen, openRun, polish, type Steps } from "./_replica_run.ts";
import { runReads } from "./_run_reads.ts";
import { betaRangeWork } from "./beta_range.ts";
import type { Sampler } from "./types.ts";

const MAX_SLICES = 4096;
const STRONGEST = 20;
const START = 2;
const END = 0.02;
const SMALLEST_PRODUCT = 1e-290;
const CANNOT = "Cannot anneal quantum mechanically";

/** How {@link simulatedQuantumAnnealing} works. */
export interface SimulatedQuantumAnnealingOptions {
  /** P, the Trotter slices, a multiple of 8. @default {32} */
  readonly numSlices?: number;
  /** Sweeps over all spins of all slices, one a Gamma. @default {1000} */
  readonly numSweeps?: number;
  /** Inverse temperature of the quantum system, in 1/energy; a slice sees beta / P. @default {P times the geometric mean of `betaRange(model)`} */
  readonly beta?: number;
  /** Transverse field of the first and the last sweep, in units of energy. @default {[2 P / beta, 0.02 P / beta]} */
  readonly gammaRange?: readonly [strong: number, weak: number];
  /** How Gamma falls: by a constant step, or by a constant factor. @default {"linear"} */
  readonly gammaSchedule?: "linear" | "geometric";
  /** Sweeps after which every spin is also offered a flip in all slices together; 0: never. @default {10} */
  readonly globalInterval?: number;
  /** Sweeps after which the slices are looked at as the local minima below them; 0: never. @default {10} */
  readonly quenchInterval?: number;
  /** What a read gives back: the lowest slice seen, or slice 0 after the last sweep. @default {"lowest"} */
  readonly returns?: "lowest" | "sample";
}

const KNOWN = [
  "numSlices",
  "numSweeps",
  "beta",
  "gammaRange",
  "gammaSchedule",
  "globalInterval",
  "quenchInterval",
  "returns",
];

interface Settings extends Required<Omit<SimulatedQuantumAnnealingOptions, "beta" | "gammaRange">> {
  readonly beta: number | undefined;
  readonly gammaRange: readonly [number, number] | undefined;
}

/**
 * Makes a simulated quantum annealer: path-integral Monte Carlo of the transverse-field Ising model while the field falls.
 *
 * `H = E(sigma^z) - Gamma sum_i sigma^x_i` at inverse temperature beta becomes P classical slices, by the formula of Trotter:
 * `weight = exp(-(beta / P) sum_p E(s^p) + K sum_p sum_i s_i^p s_i^(p+1))`, slices on a ring,
 * `K = -ln(tanh(beta Gamma / P)) / 2` (in energies, `J_perp = K P / beta`). The error of the formula is of order
 * `(beta / P)^2` of the commutators. Metropolis sweeps over all slices, even and odd ones by turns, 8 at once; every few
 * sweeps each spin is offered a flip in all slices together, costed by the sum of its energies. Gamma falls from sweep to sweep.
 *
 * At constant Gamma and with `returns: "sample"` a read is a sample of a slice, whose distribution is the diagonal of
 * `exp(-beta H)` up to the Trotter error and the bias of the start. This is a classical algorithm: it follows the thermal
 * states of the quantum system, not its dynamics, and its sweeps are no times. Initial states are put into every slice.
 * Gives the lowest slice seen, not the ground state. The findings tell the share of flips in all slices that the last read accepted, and
 * `descentLooks`: how often the descents from the lowest slices, made where slices round, looked at a spin, over all reads.
 *
 * Bad at: quick answers (P replicas are paid for); sampling at small Gamma, where the slices lock together and single flips
 * freeze; models whose walls are wide rather than thin, where it has no advantage over `parallelTempering()`.
 *
 * @param options.numSlices more slices: less Trotter error, more time
 * @returns a sampler
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if `gammaSchedule` or `returns` is no name of one
 *
 * Cost O(P numSweeps (n + m)) a read sparse, O(P numSweeps n^2) dense at most; memory O(P n) beside the couplings.
 * Source: Suzuki (1976), DOI 10.1143/PTP.56.1454; Martonak, Santoro and Tosatti, Quantum annealing by the path-integral Monte
 * Carlo method (2002), DOI 10.1103/PhysRevB.66.094203. Differs in: minima below the slices are looked at.
 *
 * @example Two spins that want to differ
 * ```ts
 * import { simulatedQuantumAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
 * const { energies } = await simulatedQuantumAnnealing({ numSweeps: 10 }).sample(model, { seed: 1 });
 * assertEquals([...energies], [-1]);
 * ```
 */
export function simulatedQuantumAnnealing(options: SimulatedQuantumAnnealingOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, KNOWN);
  const settings = checkedSettings(options);
  const name = "simulatedQuantumAnnealing";
  const origin = { module: import.meta.url, name, options };
  return {
    name,
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions(name, model, sampleOptions, true);
      const prepare = (target: number) => quantumReader(model, settings, target);
      return await runReads({ sampler: name, origin, model, options: resolved, prepare });
    },
  };
}

function checkedSettings(options: SimulatedQuantumAnnealingOptions): Settings {
  const {
    numSlices = 32,
    numSweeps = 1000,
    beta,
    gammaRange,
    gammaSchedule = "linear",
    globalInterval = 10,
    quenchInterval = 10,
    returns = "lowest",
  } = options;
  checkCount(CANNOT, "numSlices", numSlices, 8, MAX_SLICES);
  if (numSlices % 8 !== 0) throw new RangeError(`${CANNOT}: numSlices must be a multiple of 8, got ${numSlices}`);
  checkCount(CANNOT, "numSweeps", numSweeps, 1);
  checkCount(CANNOT, "globalInterval", globalInterval, 0);
  checkCount(CANNOT, "quenchInterval", quenchInterval, 0);
  checkName(CANNOT, "gammaSchedule", gammaSchedule, ["linear", "geometric"]);
  checkName(CANNOT, "returns", returns, ["lowest", "sample"]);
  if (beta !== undefined && !(beta > 0 && Number.isFinite(beta))) {
    throw new RangeError(`${CANNOT}: beta must be a positive number, got ${beta}`);
  }
  if (gammaRange !== undefined) {
    checkList(CANNOT, "gammaRange", gammaRange);
    const [strong, weak] = gammaRange;
    if (gammaRange.length !== 2 || !(weak > 0) || !(strong >= weak) || !Number.isFinite(strong)) {
      throw new RangeError(
        `${CANNOT}: gammaRange must be [strong, weak] with strong >= weak > 0, got [${gammaRange.join(", ")}]`,
      );
    }
  }
  return {
    numSlices,
    numSweeps,
    beta,
    gammaRange,
    gammaSchedule,
    globalInterval,
    quenchInterval,
    returns,
  };
}

function geometricMean([hot, cold]: readonly [number, number]): number {
  const product = hot * cold;
  return product > SMALLEST_PRODUCT && product < Infinity ? Math.sqrt(product) : Math.sqrt(hot) * Math.sqrt(cold);
}

function* quantumReader(model: Model, settings: Settings, target: number): Work<Reader> {
  const { numSlices, numSweeps, gammaSchedule, globalInterval, quenchInterval, returns } = settings;
  const beta = settings.beta ?? numSlices * geometricMean(yield* betaRangeWork(model));
  const sliceBeta = beta / numSlices;
  const [strong, weak] = settings.gammaRange ?? [START / sliceBeta, END / sliceBeta];
  const run = yield* openRun(model, numSlices);
  const { replicas } = run;
  const lowest = new LowestSeen(model, run, returns === "lowest" ? target : -Infinity);
  let rng = new Rng(0);
  let spins: Int8Array = new Int8Array(model.n);
  let steps: Steps | undefined;
  let globalFlips = 0;
  let globalOffers = 0;
  let descentLooks = 0;

  const look = () => lowest.see(0, numSlices);
  const gamma = (sweep: number) => {
    const share = numSweeps === 1 ? 1 : sweep / (numSweeps - 1);
    return gammaSchedule === "linear" ? strong + (weak - strong) * share : strong * (weak / strong) ** share;
  };

  // every spin may flip in all slices, which leaves the coupling of the slices as it is
  function* flipTogether(): Steps {
    for (let i = 0; i < replicas.n; i++) {
      let cost = 0;
      for (let lane = 0; lane < numSlices; lane++) cost += replicas.flipCost(lane, i);
      globalOffers++;
      const accepted = cost <= 0 || rng.uniform() < Math.exp(-sliceBeta * cost);
      if (accepted) {
        globalFlips++;
        for (let lane = 0; lane < numSlices; lane++) replicas.flip(lane, i);
      }
      if (run.spend(accepted ? 100 * numSlices : 5 * numSlices)) yield;
    }
    for (let g = 0; g < replicas.groups; g++) replicas.measure(g);
  }

  function* read(): Steps {
    yield* run.begin(rng, () => spins);
    look();
    for (let sweep = 0; sweep < numSweeps && !lowest.reached; sweep++) {
      const coupling = Math.min(STRONGEST, -Math.log(Math.tanh(sliceBeta * gamma(sweep))) / 2);
      yield* run.sweep(sweep, coupling);
      if (globalInterval > 0 && sweep % globalInterval === globalInterval - 1) yield* flipTogether();
      look();
      const quenched = quenchInterval > 0 && (sweep % quenchInterval === quenchInterval - 1 || sweep === numSweeps - 1);
      if (quenched && returns === "lowest" && !lowest.reached) yield* run.quench(look);
    }
    if (returns === "lowest") descentLooks += yield* polish(model, run, lowest.spins);
  }

  const give = () => {
    if (returns === "lowest") spins.set(lowest.spins);
    else replicas.read(0, spins);
  };

  return {
    kernel: replicas.name,
    options: {
      numSlices,
      numSweeps,
      beta,
      gammaRange: [strong, weak],
      gammaSchedule,
      globalInterval,
      quenchInterval,
      returns,
    },
    begin([start]: readonly ReadStart[]) {
      ({ spins, rng } = start);
      for (let lane = 0; lane < replicas.lanes; lane++) replicas.setBeta(lane, sliceBeta);
      globalFlips = globalOffers = 0;
      lowest.reset();
      steps = read();
    },
    advance() {
      if (steps?.next().done === false) return false;
      give();
      return true;
    },
    settle() {
      if (returns === "lowest") run.settle(lowest, spins);
      if (lowest.energy < Infinity) give();
    },
    best: () => returns === "lowest" && lowest.energy < Infinity ? lowest : undefined,
    close: () => replicas.close(),
    get findings() {
      return { globalAcceptance: globalOffers === 0 ? 0 : globalFlips / globalOffers, descentLooks };
    },
  };
}
