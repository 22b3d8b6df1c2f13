import { checkOptionNames, type Model, type Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkCount, checkedBetas, checkName, checkSizes } from "./_check_numbers.ts";
import { resolveOptions } from "./_options.ts";
import { Population } from "./_population.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { LowestSeen, openRun, polish, type Steps } from "./_replica_run.ts";
import { runReads } from "./_run_reads.ts";
import { betaRangeWork } from "./beta_range.ts";
import type { Sampler } from "./types.ts";

const MAX_POPULATION = 1 << 18;
const CANNOT = "Cannot anneal a population";

/** How {@link populationAnnealing} works. */
export interface PopulationAnnealingOptions {
  /** R, the members of the population, rounded up to a multiple of 8. @default {256} */
  readonly populationSize?: number;
  /** Sweeps of every member at every temperature. @default {10} */
  readonly sweepsPerTemperature?: number;
  /**
   * Inverse temperature of the last step, in 1/energy; the first is always 0, where every state is equally likely.
   *
   * @default {the cold end of `betaRange(model)`}
   */
  readonly beta?: number;
  /** The inverse temperatures after 0, as a list in 1/energy, in place of `beta`. @default {steps by `cullingFraction`} */
  readonly betas?: ArrayLike<number>;
  /** The share of the population that a step gives up, by which its length is found. @default {0.1} */
  readonly cullingFraction?: number;
  /** Whether the local minima below the members are looked at, once a temperature. @default {true if the lowest is asked for} */
  readonly quench?: boolean;
  /** What a read gives back: the lowest state seen, or a random member at the end. @default {"lowest"} */
  readonly returns?: "lowest" | "sample";
}

const KNOWN = [
  "populationSize",
  "sweepsPerTemperature",
  "beta",
  "betas",
  "cullingFraction",
  "quench",
  "returns",
];

interface Settings {
  readonly populationSize: number;
  readonly sweepsPerTemperature: number;
  readonly beta: number | undefined;
  readonly betas: Float64Array | undefined;
  readonly cullingFraction: number;
  readonly quench: boolean;
  readonly returns: "lowest" | "sample";
}

/**
 * Makes a population annealer: many replicas cooled together, the good ones copied in place of the bad ones.
 *
 * From beta = 0, where the members are independent random states, beta grows in steps. At each step member i is copied
 * `R w_i / sum_j w_j` times on average, `w_i = exp(-(b' - b) E_i)` (systematic resampling: the number is that, rounded down
 * or up, and the population keeps its size), then all make Metropolis sweeps at b'. A step is as long as makes the expected
 * share of members without a copy `cullingFraction`, at most.
 *
 * The product of the mean weights estimates Z(beta) without bias: the finding `logPartitionFunction` is ln Z of the model,
 * offset included, from the mean of Z over the reads complete; `freeEnergy` is -ln Z / beta. Trust them only if
 * `rho_t = R sum_f n_f^2` (n_f: share of the population that descends from member f of the start), the finding `familySize`, is
 * far below R. Ask one worker for findings. With `returns: "sample"` a read is a random member: a sample of `exp(-beta E)` with a bias of order rho_t / R.
 * `lowest` means lowest seen, not the ground state.
 *
 * Bad at: going on (a run cannot be made longer once it has ended); small populations in rough landscapes, where one family
 * takes all; initial states, which it has no use for and refuses.
 *
 * @param options.populationSize more members: lower energies, less bias, more time
 * @returns a sampler
 * @throws {RangeError} if a number is out of range, or `betas` falls
 * @throws {TypeError} if both `beta` and `betas` are given, or `returns` is no name
 *
 * Cost O(R T s (n + m)) a read sparse, O(R T s n^2) dense at most, for s sweeps at each of T temperatures; T grows with sqrt(n).
 * Memory O(R n) beside the couplings.
 * Source: Hukushima and Iba (2003), DOI 10.1063/1.1632130; Machta, Population annealing with weighted averages (2010), DOI
 * 10.1103/PhysRevE.82.026704; Wang, Machta and Katzgraber (2015), DOI 10.1103/PhysRevE.92.063307, on rho_t. Differs in: fixed
 * population; steps by the share given up; minima below the members are looked at.
 *
 * @example ln Z of two coupled spins at beta 1: 2 e + 2 / e
 * ```ts
 * import { populationAnnealing } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
 * const { energies, story } = await populationAnnealing({ beta: 1, populationSize: 1000 }).sample(model, { seed: 1 });
 * assertEquals([...energies], [-1]);
 * assertAlmostEquals(Number(story.findings.logPartitionFunction), Math.log(2 * Math.E + 2 / Math.E), 0.1);
 * ```
 */
export function populationAnnealing(options: PopulationAnnealingOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, KNOWN);
  const settings = checkedSettings(options);
  const name = "populationAnnealing";
  const origin = { module: import.meta.url, name, options };
  return {
    name,
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions(name, model, sampleOptions, false);
      const prepare = (target: number) => populationReader(model, settings, target);
      return await runReads({ sampler: name, origin, model, options: resolved, prepare });
    },
  };
}

function checkedSettings(options: PopulationAnnealingOptions): Settings {
  const { populationSize = 256, sweepsPerTemperature = 10, beta, cullingFraction = 0.1, returns = "lowest" } = options;
  const quench = options.quench ?? returns === "lowest";
  checkCount(CANNOT, "populationSize", populationSize, 2, MAX_POPULATION);
  checkCount(CANNOT, "sweepsPerTemperature", sweepsPerTemperature, 0);
  checkName(CANNOT, "returns", returns, ["lowest", "sample"]);
  if (!(typeof cullingFraction === "number" && cullingFraction > 0 && cullingFraction < 1)) {
    throw new RangeError(`${CANNOT}: cullingFraction must be a number between 0 and 1, got ${cullingFraction}`);
  }
  if (beta !== undefined && options.betas !== undefined) {
    throw new TypeError(`${CANNOT}: a list of betas leaves no room for beta; give one of the two`);
  }
  checkSizes(CANNOT, { beta });
  if (typeof quench !== "boolean") throw new TypeError(`${CANNOT}: quench must be true or false, got ${quench}`);
  return {
    populationSize: Math.ceil(populationSize / 8) * 8,
    sweepsPerTemperature,
    beta,
    betas: options.betas === undefined ? undefined : checkedBetas(CANNOT, options.betas),
    cullingFraction,
    quench,
    returns,
  };
}

function* populationReader(model: Model, settings: Settings, target: number): Work<Reader> {
  const { populationSize, sweepsPerTemperature, betas, cullingFraction, quench, returns } = settings;
  const last = betas === undefined ? settings.beta ?? (yield* betaRangeWork(model))[1] : betas[betas.length - 1];
  const run = yield* openRun(model, populationSize);
  const { replicas, ising } = run;
  const population = new Population(replicas);
  const lowest = new LowestSeen(model, run, returns === "lowest" ? target : -Infinity);
  let rng = new Rng(0);
  let spins: Int8Array = new Int8Array(model.n);
  let member = 0;
  let steps: Steps | undefined;
  let completed = 0;
  // ln of the mean of Z over complete reads
  let logZ = -Infinity;
  let temperatures = 0;
  let familySize = 0;
  let familyEntropy = 0;

  const look = () => lowest.see(0, populationSize);

  function* read(): Steps {
    yield* run.begin(rng, (lane) => lane === 0 ? spins : undefined);
    population.begin();
    look();
    let beta = 0;
    let sweeps = 0;
    temperatures = 0;
    while (beta < last || (betas !== undefined && temperatures < betas.length)) {
      const next = betas === undefined
        ? beta + Math.min(last - beta, population.step(cullingFraction, last - beta))
        : betas[temperatures];
      yield* population.resample(run, next - beta, rng);
      beta = next;
      temperatures++;
      for (let lane = 0; lane < replicas.lanes; lane++) replicas.setBeta(lane, beta);
      for (let k = 0; k < sweepsPerTemperature; k++) {
        yield* run.sweep(sweeps++);
        look();
        if (lowest.reached) return;
      }
      if (quench) yield* run.quench(look);
      if (lowest.reached) return;
    }
    if (returns === "lowest") yield* polish(model, run, lowest.spins);
    member = rng.integer(populationSize);
    const found = population.logPartitionFunction - beta * ising.offset;
    completed++;
    logZ = logMean(logZ, found, completed);
    ({ size: familySize, entropy: familyEntropy } = population.families());
  }

  const give = () => {
    if (returns === "lowest") spins.set(lowest.spins);
    else replicas.read(member, spins);
  };

  return {
    kernel: replicas.name,
    options: {
      populationSize,
      sweepsPerTemperature,
      beta: last,
      betas: betas === undefined ? null : [...betas],
      cullingFraction,
      quench,
      returns,
    },
    begin([start]: readonly ReadStart[]) {
      ({ spins, rng } = start);
      member = 0;
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
    get findings(): Record<string, number> {
      if (completed === 0) return { temperatures };
      const estimates = { logPartitionFunction: logZ, ...(last > 0 && { freeEnergy: 0 - logZ / last }) };
      return { temperatures, ...estimates, familySize, familyEntropy };
    },
  };
}

// ln of the mean of `count` numbers, given that of the others and the ln of one
function logMean(others: number, one: number, count: number): number {
  const [high, low] = [Math.max(others, one), Math.min(others, one)];
  if (others === -Infinity) return one - Math.log(count);
  const weighted = others >= one ? (count - 1) + Math.exp(low - high) : (count - 1) * Math.exp(low - high) + 1;
  return high + Math.log(weighted / count);
}
