import { checkOptionNames, type Model, type Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { fitLadder, geometricLadder } from "./_beta_ladder.ts";
import { checkBetaRange, checkCount, checkedBetas, checkName } from "./_check_numbers.ts";
import { Exchanges } from "./_exchanges.ts";
import { OverlapClusters } from "./_houdayer.ts";
import { type ResolvedOptions, resolveOptions } from "./_options.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { LowestSeen, openRun, polish, type Steps } from "./_replica_run.ts";
import { runReads } from "./_run_reads.ts";
import { betaRangeWork } from "./beta_range.ts";
import type { Sampler } from "./types.ts";

const MAX_REPLICAS = 4096;
const WARMUP_SHARE = 0.2;
const FIRST_FIT = 16;
const CLUSTER_DEGREE = 5;
const SWEEPS_A_CLUSTER = 2;
const CANNOT = "Cannot temper";

/** How {@link parallelTempering} works. */
export interface ParallelTemperingOptions {
  /** Inverse temperatures of the ladder; multiples of 8 waste nothing. @default {32, or as many as betas are given} */
  readonly numReplicas?: number;
  /** Sweeps of every replica, an attempt to exchange after each. @default {1000} */
  readonly numSweeps?: number;
  /** Inverse temperatures of the ends of the ladder, in 1/energy. @default {`betaRange(model)`} */
  readonly betaRange?: readonly [hot: number, cold: number];
  /**
   * The rungs between: in geometric progression, moved during the warm-up so that all neighbours exchange equally often, or as
   * listed, in 1/energy, hot to cold.
   *
   * @default {"adaptive"}
   */
  readonly betaLadder?: "adaptive" | "geometric" | ArrayLike<number>;
  /** The first sweeps, in which an adaptive ladder moves; then it stands. @default {a fifth of numSweeps} */
  readonly numWarmupSweeps?: number;
  /**
   * Isoenergetic cluster moves (Houdayer): two replicas a rung, clusters of their overlap flipped in both. For sparse couplings
   * only.
   *
   * @default {true where spins have at most 5 neighbours on average}
   */
  readonly clusterMoves?: boolean;
  /** Sweeps after which the replicas are looked at as the local minima below them; 0: never. @default {10} */
  readonly quenchInterval?: number;
  /** What a read gives back: the lowest state seen, or the state at the cold end after the last sweep. @default {"lowest"} */
  readonly returns?: "lowest" | "sample";
}

const KNOWN = [
  "numReplicas",
  "numSweeps",
  "betaRange",
  "betaLadder",
  "numWarmupSweeps",
  "clusterMoves",
  "quenchInterval",
  "returns",
];

interface Settings {
  readonly numReplicas: number;
  readonly numSweeps: number;
  readonly betaRange: readonly [number, number] | undefined;
  readonly betaLadder: "adaptive" | "geometric" | Float64Array;
  readonly numWarmupSweeps: number;
  readonly clusterMoves: boolean | undefined;
  readonly quenchInterval: number;
  readonly returns: "lowest" | "sample";
}

/**
 * Makes a parallel tempering sampler: replicas at a ladder of inverse temperatures that exchange their places.
 *
 * Every replica makes Metropolis sweeps at its own beta; then neighbours on the ladder (even and odd pairs by turns) change
 * places with probability `min(1, exp((b_i - b_j) (E_i - E_j)))`, which leaves the product of the Boltzmann distributions as
 * it is. Hot replicas cross walls, cold ones look around in the valleys; what is good comes down the ladder. 8 replicas are
 * swept at once, in 16-bit integers where the coefficients allow, else in float32; draws have 31 bits: moves with
 * `beta dE > 21.5` are never made.
 *
 * With `returns: "sample"` and a ladder that stands, the state at the cold end is a sample of `exp(-beta E)` up to the bias of a
 * start that is forgotten with the sweeps. Initial states are the start of every replica; without them each draws its own.
 * Gives the lowest state seen, not the ground state. The findings tell the mean and the smallest share of exchanges accepted,
 * of the last read, and the round trips of replicas between the ends; few trips mean that the ladder has a gap. Ask one worker
 * for them: several have several last reads.
 *
 * Bad at: one quick answer (all replicas are paid for); models without a rough landscape; more than some thousand spins at 32
 * rungs, for the rungs needed grow with sqrt(n).
 *
 * @param options.numSweeps more sweeps: lower energies, more time
 * @returns a sampler
 * @throws {RangeError} if a number is out of range, or a ladder does not grow
 * @throws {TypeError} if `betaLadder` or `returns` is no name of one, or options exclude each other
 *
 * Cost O(numReplicas numSweeps (n + m)) a read sparse, O(numReplicas numSweeps n^2) dense at most; memory O(numReplicas n)
 * beside the couplings.
 * Source: Hukushima and Nemoto, Exchange Monte Carlo method (1996), DOI 10.1143/JPSJ.65.1604; ladder: Syed, Bouchard-Cote,
 * Deligiannidis and Doucet, Non-reversible parallel tempering (2022), DOI 10.1111/rssb.12464; clusters: Houdayer (2001), DOI
 * 10.1007/PL00011151, and Zhu, Ochoa and Katzgraber (2015), DOI 10.1103/PhysRevLett.115.077201. Differs in: minima below the
 * replicas are looked at; clusters at every rung.
 *
 * @example A ring of five that cannot all differ
 * ```ts
 * import { parallelTempering } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const ring = sparseCouplings(5, [[0, 1, 1], [1, 2, 1], [2, 3, 1], [3, 4, 1], [4, 0, 1]]);
 * const sampler = parallelTempering({ numReplicas: 8, numSweeps: 20 });
 * const { energies } = await sampler.sample(isingModel({ couplings: ring }), { seed: 1 });
 * assertEquals([...energies], [-3]);
 * ```
 */
export function parallelTempering(options: ParallelTemperingOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, KNOWN);
  const settings = checkedSettings(options);
  const name = "parallelTempering";
  const origin = { module: import.meta.url, name, options };
  return {
    name,
    origin,
    async sample(model, sampleOptions = {}) {
      const resolved = resolveOptions(name, model, sampleOptions, true);
      const prepare = (target: number) => temperingReader(model, resolved, settings, target);
      return await runReads({ sampler: name, origin, model, options: resolved, prepare });
    },
  };
}

function checkedSettings(options: ParallelTemperingOptions): Settings {
  const { betaRange: range, betaLadder: given = "adaptive", clusterMoves, quenchInterval = 10, returns = "lowest" } =
    options;
  const betaLadder = typeof given === "string" ? given : checkedBetas(CANNOT, given);
  const listed = typeof betaLadder === "string" ? undefined : betaLadder;
  const { numReplicas = listed?.length ?? 32, numSweeps = 1000 } = options;
  checkCount(CANNOT, "numReplicas", numReplicas, 1, MAX_REPLICAS);
  checkCount(CANNOT, "numSweeps", numSweeps, 1);
  const numWarmupSweeps = options.numWarmupSweeps ?? Math.floor(WARMUP_SHARE * numSweeps);
  checkCount(CANNOT, "numWarmupSweeps", numWarmupSweeps, 0);
  checkCount(CANNOT, "quenchInterval", quenchInterval, 0);
  if (listed === undefined && betaLadder !== "adaptive" && betaLadder !== "geometric") {
    throw new TypeError(`${CANNOT}: betaLadder must be "adaptive", "geometric" or a list of betas, got ${betaLadder}`);
  }
  if (listed !== undefined && (range !== undefined || numReplicas !== listed.length)) {
    throw new TypeError(`${CANNOT}: a list of betas is the whole ladder; leave betaRange and numReplicas out`);
  }
  checkName(CANNOT, "returns", returns, ["lowest", "sample"]);
  if (clusterMoves !== undefined && typeof clusterMoves !== "boolean") {
    throw new TypeError(`${CANNOT}: clusterMoves must be true or false, got ${clusterMoves}`);
  }
  if (range !== undefined) checkBetaRange(CANNOT, range);
  return {
    numReplicas,
    numSweeps,
    betaRange: range,
    betaLadder,
    numWarmupSweeps,
    clusterMoves,
    quenchInterval,
    returns,
  };
}

function* temperingReader(
  model: Model,
  { initialStates }: ResolvedOptions,
  settings: Settings,
  target: number,
): Work<Reader> {
  const { numReplicas, numSweeps, numWarmupSweeps, quenchInterval, returns } = settings;
  const listed = typeof settings.betaLadder === "string" ? undefined : settings.betaLadder;
  const range = settings.betaRange ??
    (listed ? [listed[0], listed[listed.length - 1]] as const : yield* betaRangeWork(model));
  const start = listed ?? geometricLadder(range, numReplicas);
  const adaptive = settings.betaLadder === "adaptive" && numWarmupSweeps > 0;
  const clustered = isClustered(model, settings.clusterMoves);
  const sets = clustered ? 2 : 1;
  const run = yield* openRun(model, sets * numReplicas);
  const { replicas, ising: { couplings } } = run;
  const active = sets * numReplicas;
  const ladders = Array.from({ length: sets }, (_, set) => new Exchanges(set * numReplicas, numReplicas));
  const clusters = clustered && couplings.form === "sparse" ? new OverlapClusters(model.n, couplings) : undefined;
  const lowest = new LowestSeen(model, run, returns === "lowest" ? target : -Infinity);
  const betas = start.slice();
  let rng = new Rng(0);
  let spins: Int8Array = new Int8Array(model.n);
  let steps: Steps | undefined;

  const place = () => {
    for (const { lanes } of ladders) lanes.forEach((lane, t) => replicas.setBeta(lane, betas[t]));
  };
  const look = () => lowest.see(0, active);

  function* read(): Steps {
    let fitAt = FIRST_FIT;
    // the drawn state of the read is that of the coldest replica
    yield* run.begin(rng, (lane) => initialStates !== undefined || lane === numReplicas - 1 ? spins : undefined);
    look();
    for (let sweep = 0; sweep < numSweeps && !lowest.reached; sweep++) {
      yield* run.sweep(sweep);
      look();
      if (returns === "lowest" && quenchInterval > 0 && sweep % quenchInterval === quenchInterval - 1) {
        yield* run.quench(look);
      }
      if (clusters !== undefined && sweep % SWEEPS_A_CLUSTER === 0) {
        for (let t = 0; t < numReplicas; t++) {
          yield* clusters.flip(run, ladders[0].lanes[t], ladders[1].lanes[t], rng);
        }
        look();
      }
      for (const ladder of ladders) ladder.exchange(sweep & 1, betas, replicas.energies, rng);
      if (adaptive && sweep + 1 <= numWarmupSweeps && (sweep + 1 >= fitAt || sweep + 1 === numWarmupSweeps)) {
        fitAt = 2 * fitAt;
        const shares = ladders.map((ladder) => ladder.acceptances());
        fitLadder(betas, shares[0].map((_, t) => 1 - shares.reduce((sum, share) => sum + share[t], 0) / sets));
        for (const ladder of ladders) ladder.forget();
      }
      place();
    }
    if (returns === "lowest") yield* polish(model, run, lowest.spins);
  }

  const give = () => {
    if (returns === "lowest") spins.set(lowest.spins);
    else replicas.read(ladders[0].lanes[numReplicas - 1], spins);
  };

  return {
    kernel: replicas.name,
    options: {
      numReplicas,
      numSweeps,
      betaRange: [...range],
      betaLadder: listed ? [...listed] : settings.betaLadder,
      numWarmupSweeps: adaptive ? numWarmupSweeps : 0,
      clusterMoves: clustered,
      quenchInterval,
      returns,
    },
    begin([start0]: readonly ReadStart[]) {
      ({ spins, rng } = start0);
      betas.set(start);
      for (const ladder of ladders) ladder.reset();
      for (let lane = active; lane < replicas.lanes; lane++) replicas.setBeta(lane, range[1]);
      place();
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
      const shares = ladders.flatMap((ladder) => [...ladder.acceptances()]);
      return {
        swapAcceptance: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
        smallestSwapAcceptance: Math.min(1, ...shares),
        roundTrips: ladders.reduce((sum, ladder) => sum + ladder.roundTrips, 0),
      };
    },
  };
}

function isClustered(model: Model, asked: boolean | undefined): boolean {
  const { couplings, n } = model;
  if (couplings.form !== "sparse") {
    if (asked) throw new TypeError(`${CANNOT}: clusterMoves need sparse couplings; toSparse() makes them`);
    return false;
  }
  return asked ?? couplings.values.length <= CLUSTER_DEGREE * n;
}
