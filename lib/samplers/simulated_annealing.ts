import { checkOptionNames, energy, type Model } from "../model/mod.ts";
import { annealerOf } from "./_annealer.ts";
import { type ResolvedOptions, resolveOptions } from "./_options.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { runReads } from "./_run_reads.ts";
import { adaptive, type BetaOfSweep, drawWords, geometric, linear, reverse } from "./_schedules.ts";
import { spinLoops } from "./_spin_loops.ts";
import { betaRange } from "./beta_range.ts";
import type { Sampler } from "./types.ts";

const STEPS_PER_SLICE = 1_000_000;
const BETAS_PER_CALL = 1024;
const SWEEPS_BETWEEN_FIELDS = 4096;
const SETTLING_MS = 5;
const MAX_ROUNDING_SWEEPS = 20;

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
   * Reverse annealing: starts at the cold end, heats up to this beta by the middle of the sweeps, and cools down again. Needs
   * initial states; in 1/energy, at most the cold end.
   *
   * @default {none: from hot to cold}
   */
  readonly reheatTo?: number;
  /** When a flip is taken: by the rule of Metropolis, or by the heat bath of Gibbs sampling. @default {"metropolis"} */
  readonly acceptance?: "metropolis" | "gibbs";
  /** Descend to a local minimum after the last sweep. @default {true} */
  readonly descend?: boolean;
}

const KNOWN = ["numSweeps", "betaRange", "betaSchedule", "reheatTo", "acceptance", "descend"];

/**
 * Makes a simulated annealer: single-flip sweeps in index order while beta grows, then descent to a local minimum.
 *
 * A flip that costs dE is taken with probability `min(1, exp(-beta dE))` (Metropolis) or `1 / (1 + exp(beta dE))` (Gibbs).
 * Draws have 24 bits: moves with `beta dE > 17.4` are never made. Betas are scaled to the model (`betaRange`) and do not
 * depend on whether it comes as Ising model or as QUBO. Warm starts are `initialStates`; with them, `reheatTo` anneals in
 * reverse. Local fields are cached: in 16-bit integers where the coefficients are whole multiples of a power of two and fit,
 * else in float32 (and the final descent in float64), eight or four spins looked at at once; large factored couplings keep
 * two sums of width d. The story's `kernel` says which. With a `target`, the energy is looked at after every sweep.
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
  checkOptionNames("Cannot anneal", options, KNOWN);
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
      const prepare = (target: number) => annealingReader(model, resolved, settings, target);
      return await runReads({ sampler: name, origin, model, options: resolved, prepare });
    },
  };
}

interface Settings extends Required<Omit<SimulatedAnnealingOptions, "betaRange" | "betaSchedule" | "reheatTo">> {
  readonly betaRange: readonly [number, number] | undefined;
  readonly betaSchedule: "geometric" | "linear" | "adaptive" | Float64Array;
  readonly reheatTo: number | undefined;
}

function checkedSettings(options: SimulatedAnnealingOptions): Settings {
  const { betaRange: range, betaSchedule: given = "geometric", reheatTo, acceptance = "metropolis", descend = true } =
    options;
  const betaSchedule = typeof given === "string" ? given : checkedBetas(given);
  const numSweeps = options.numSweeps ?? (typeof betaSchedule === "string" ? 1000 : betaSchedule.length);
  if (!Number.isSafeInteger(numSweeps) || numSweeps < 1) {
    throw new RangeError(`Cannot anneal: numSweeps must be an integer from 1, got ${numSweeps}`);
  }
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
  if (acceptance !== "metropolis" && acceptance !== "gibbs") {
    throw new TypeError(`Cannot anneal: acceptance must be "metropolis" or "gibbs", got ${acceptance}`);
  }
  if (range !== undefined) {
    const [hot, cold] = range;
    if (range.length !== 2 || !(hot > 0) || !(cold >= hot) || !Number.isFinite(cold)) {
      throw new RangeError(
        `Cannot anneal: betaRange must be [hot, cold] with 0 < hot <= cold, got [${range.join(", ")}]`,
      );
    }
  }
  if (reheatTo !== undefined && !(reheatTo > 0 && Number.isFinite(reheatTo))) {
    throw new RangeError(`Cannot anneal: reheatTo must be a positive beta, got ${reheatTo}`);
  }
  return { numSweeps, betaRange: range, betaSchedule, reheatTo, acceptance, descend };
}

function checkedBetas(betas: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(betas);
  const wrong = own.findIndex((beta) => !(beta > 0 && Number.isFinite(beta)));
  if (wrong >= 0) throw new RangeError(`Cannot anneal: beta ${wrong} is ${own[wrong]}, expected a positive number`);
  return own;
}

function scheduleOf(model: Model, range: readonly [number, number], settings: Settings, seed: number): BetaOfSweep {
  const { betaSchedule, numSweeps, reheatTo } = settings;
  if (typeof betaSchedule !== "string") return (t) => betaSchedule[t];
  if (reheatTo !== undefined) {
    if (reheatTo > range[1]) {
      throw new RangeError(`Cannot anneal in reverse: reheatTo is ${reheatTo}, colder than the cold end ${range[1]}`);
    }
    return reverse(reheatTo, range[1], numSweeps);
  }
  if (betaSchedule === "adaptive") return adaptive(model, range, numSweeps, seed);
  return (betaSchedule === "linear" ? linear : geometric)(range, numSweeps);
}

function annealingReader(model: Model, { seed }: ResolvedOptions, settings: Settings, target: number): Reader {
  const { numSweeps, acceptance, descend } = settings;
  const listed = typeof settings.betaSchedule !== "string" ? settings.betaSchedule : undefined;
  const range = listed ? [listed[0], listed[listed.length - 1]] as const : settings.betaRange ?? betaRange(model);
  const betaOf = scheduleOf(model, range, settings, seed);
  const { kernel, sweepWork, fieldWork, exact } = annealerOf(model);
  const heatBath = acceptance === "gibbs";
  const betas = new Float32Array(BETAS_PER_CALL);
  const sweepsPerSlice = Math.max(1, Math.min(BETAS_PER_CALL, Math.floor(STEPS_PER_SLICE / Math.max(1, sweepWork))));
  const spinsPerSlice = upTo8(STEPS_PER_SLICE / Math.max(1, sweepWork / Math.max(1, model.n)));
  const fieldsPerSlice = upTo8(STEPS_PER_SLICE / fieldWork);
  const cold = new Float32Array(1).fill(Infinity);
  // float64 loops for the last descent where the kernel rounds; they look at the whole model, so only when they are needed
  const polish = descend && !exact ? spinLoops(model) : undefined;
  let spins: Int8Array = new Int8Array(model.n);
  let stage: "fields" | "sweeps" | "descent" | "polish" = "fields";
  let sweep = 0;
  let from = 0;
  let fresh = 0;
  let enough = Infinity;
  let before = 0;

  // what the kernel has gained says the target is reached: is it?
  const reached = () => {
    kernel.read(spins);
    if (energyOf(model, spins) <= target) return true;
    enough = kernel.gained + Math.abs(kernel.gained) * 1e-9 + Number.MIN_VALUE;
    return false;
  };
  const next = (place: typeof stage) => {
    stage = place;
    from = 0;
  };

  return {
    kernel: kernel.name,
    options: {
      numSweeps,
      betaRange: [...range],
      betaSchedule: listed ? [...listed] : settings.betaSchedule,
      reheatTo: settings.reheatTo ?? null,
      acceptance,
      descend,
    },
    begin([read]: readonly ReadStart[]) {
      spins = read.spins;
      kernel.start(spins, drawWords(read.rng));
      enough = target === -Infinity ? Infinity : energyOf(model, spins) - target - slack(target);
      sweep = fresh = 0;
      next("fields");
    },
    advance() {
      if (stage === "fields") {
        const to = Math.min(kernel.padded, from + fieldsPerSlice);
        kernel.fields(from, to);
        from = to;
        if (from < kernel.padded) return false;
        fresh = sweep;
        next("sweeps");
      }
      if (stage === "sweeps") {
        // rounding of the fields builds up over flips
        const end = exact ? numSweeps : Math.min(numSweeps, fresh + SWEEPS_BETWEEN_FIELDS);
        const whole = from === 0 && spinsPerSlice >= kernel.padded;
        const count = whole ? Math.min(sweepsPerSlice, end - sweep) : 1;
        for (let k = 0; k < count; k++) betas[k] = betaOf(sweep + k);
        const to = whole ? kernel.padded : Math.min(kernel.padded, from + spinsPerSlice);
        sweep += kernel.anneal(from, to, betas, count, heatBath, enough);
        from = to < kernel.padded ? to : 0;
        if (from > 0) sweep--;
        if (kernel.gained >= enough && reached()) return true;
        if (sweep < end) return false;
        if (sweep < numSweeps) {
          next("fields");
          return false;
        }
        kernel.read(spins);
        if (!descend) return true;
        before = kernel.gained;
        next("descent");
      }
      if (stage === "descent") {
        const to = Math.min(kernel.padded, from + spinsPerSlice);
        kernel.anneal(from, to, cold, 1, false, Infinity);
        from = to < kernel.padded ? to : 0;
        if (from > 0) return false;
        // rounding may see gains for ever
        if (kernel.gained > before && (exact || fresh++ < sweep + MAX_ROUNDING_SWEEPS)) {
          before = kernel.gained;
          return false;
        }
        kernel.read(spins);
        if (polish === undefined) return true;
        polish.load(spins);
        next("polish");
      }
      return polish === undefined || polish.descend(spins) === 0;
    },
    settle() {
      if (stage === "polish") return;
      // how far down it gets may depend on the clock: so does where the read was cut
      const start = performance.now();
      for (let at = 0; stage !== "fields" && descend && performance.now() - start < SETTLING_MS;) {
        const to = Math.min(kernel.padded, at + spinsPerSlice);
        if (at === 0) before = kernel.gained;
        kernel.anneal(at, to, cold, 1, false, Infinity);
        at = to < kernel.padded ? to : 0;
        if (at === 0 && !(kernel.gained > before)) break;
      }
      kernel.read(spins);
    },
    close: () => kernel.close(),
  };
}

function upTo8(count: number): number {
  return Math.max(8, Math.floor(count / 8) * 8);
}

function slack(target: number): number {
  return 1e-6 * Math.abs(target);
}

function energyOf(model: Model, spins: Int8Array): number {
  return energy(model, model.vartype === "ising" ? spins : spins.map((spin) => spin > 0 ? 1 : 0));
}
