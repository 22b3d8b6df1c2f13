import type { Model, Work } from "../model/mod.ts";
import { annealerOf } from "./_annealer.ts";
import { isingOf } from "./_ising_arrays.ts";
import { levelled, levellingFactor } from "./_levelling.ts";
import type { Reader, ReadStart } from "./_reader.ts";
import { energyOfSpins } from "./_rows.ts";
import { adaptive, type BetaOfSweep, drawWords, geometric, linear, reverse } from "./_schedules.ts";
import { loadInBlocks, spinLoops } from "./_spin_loops.ts";
import { betaRangeWork } from "./beta_range.ts";

const STEPS_PER_SLICE = 1_000_000;
const BETAS_PER_CALL = 1024;
const SWEEPS_BETWEEN_FIELDS = 4096;
const SETTLING_MS = 5;
const MAX_ROUNDING_SWEEPS = 20;
// a hot end beyond says that the coefficients, or the betas, are none that float32 holds with room to spare
const EXTREME_BETA = 2 ** 70;

/** The options of simulated annealing, checked. */
export interface AnnealingSettings {
  readonly numSweeps: number;
  readonly betaRange: readonly [number, number] | undefined;
  readonly betaSchedule: "geometric" | "linear" | "adaptive" | Float64Array;
  readonly reheatTo: number | undefined;
  readonly acceptance: "metropolis" | "gibbs";
  readonly descend: boolean;
}

// undefined where it has to be measured first
function scheduleOf(range: readonly [number, number], settings: AnnealingSettings): BetaOfSweep | undefined {
  const { betaSchedule, numSweeps, reheatTo } = settings;
  if (typeof betaSchedule !== "string") return (t) => betaSchedule[t];
  if (reheatTo !== undefined) {
    if (reheatTo > range[1]) {
      throw new RangeError(`Cannot anneal in reverse: reheatTo is ${reheatTo}, colder than the cold end ${range[1]}`);
    }
    return reverse(reheatTo, range[1], numSweeps);
  }
  if (betaSchedule === "adaptive") return undefined;
  return (betaSchedule === "linear" ? linear : geometric)(range, numSweeps);
}

/** Makes the reads of simulated annealing on a model. */
export function* annealingReader(
  model: Model,
  seed: number,
  settings: AnnealingSettings,
  target: number,
): Work<Reader> {
  const { numSweeps, acceptance, descend } = settings;
  // the offset comes last, as where the model computes energies: 1e15 and more must not round what is summed before
  const ising = yield* isingOf({ ...model, offset: 0 });
  const listed = typeof settings.betaSchedule !== "string" ? settings.betaSchedule : undefined;
  const range = listed
    ? [listed[0], listed[listed.length - 1]] as const
    : settings.betaRange ?? (yield* betaRangeWork(ising));
  // the kernels work in float32: on a model of the same reads, energies times the factor, where they would not hold this one
  const ordinary = range[0] > 1 / EXTREME_BETA && range[0] < EXTREME_BETA;
  const factor = ordinary ? 1 : yield* levellingFactor(ising);
  const held = factor === 1 ? undefined : yield* levelled(ising, factor);
  const heldRange = [range[0] / factor, range[1] / factor] as const;
  const given = scheduleOf(range, settings);
  let betaOf = held === undefined || given === undefined ? given : (t: number) => given(t) / factor;
  const { kernel, sweepWork, fieldWork, exact, ...annealer } = yield* annealerOf(held ?? model, held ?? ising);
  const energy = held === undefined ? annealer.energy : () => undefined;
  const heatBath = acceptance === "gibbs";
  const betas = new Float32Array(BETAS_PER_CALL);
  const sweepsPerSlice = Math.max(1, Math.min(BETAS_PER_CALL, Math.floor(STEPS_PER_SLICE / Math.max(1, sweepWork))));
  const spinsPerSlice = upTo8(STEPS_PER_SLICE / Math.max(1, sweepWork / Math.max(1, model.n)));
  const fieldsPerSlice = upTo8(STEPS_PER_SLICE / fieldWork);
  const pilot = betaOf === undefined ? adaptive(held ?? model, heldRange, numSweeps, seed, spinsPerSlice) : undefined;
  const cold = new Float32Array(1).fill(Infinity);
  // float64 loops for the last descent where the kernel rounds; they look at the whole model, so only when they are needed
  const polish = descend && !exact ? yield* spinLoops(ising) : undefined;
  let spins: Int8Array = new Int8Array(model.n);
  let stage: "fields" | "sweeps" | "descent" | "polish" = "fields";
  let loading: Work<void> | undefined;
  let sweep = 0;
  let from = 0;
  let fresh = 0;
  let enough = Infinity;
  let before = 0;

  // what the kernel has gained says the target is reached: is it?
  const reached = () => {
    kernel.read(spins);
    if ((energy() ?? energyOfSpins(model, spins)) <= target) return true;
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
      const start = () => (energy() ?? energyOfSpins(model, spins)) - target - slack(target);
      enough = target === -Infinity ? Infinity : factor * start();
      sweep = fresh = 0;
      next("fields");
    },
    advance() {
      if (betaOf === undefined) {
        const step = pilot?.next();
        if (step?.done) betaOf = step.value;
        return false;
      }
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
        loading = loadInBlocks(polish, spins);
        next("polish");
      }
      if (polish === undefined) return true;
      return loading?.next().done === true && polish.descend(spins) === 0;
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
    energy,
    close() {
      pilot?.return(() => 0);
      kernel.close();
    },
  };
}

function upTo8(count: number): number {
  return Math.max(8, Math.floor(count / 8) * 8);
}

function slack(target: number): number {
  return 1e-6 * Math.abs(target);
}
