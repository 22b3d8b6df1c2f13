import {
  chainGap,
  exactMixingTime,
  type FirstPassageOptions,
  type FirstPassages,
  hittingTimeBound,
  jeffreysInterval,
  mixingTimeBounds,
} from "../analysis/mod.ts";
import type { Model } from "../model/mod.ts";
import { foundOr, plannedChains } from "./_tts_gap_gaps.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsChainGap, TtsGapBound, TtsGapRecord } from "./tts_gap_record.ts";

/** Standard errors on either side: one check in a thousand is off where bound and truth are equal. */
const SIGMAS = 3.29;
/** The share of such normal intervals that hold the truth. */
const LEVEL = 0.999;
const FEWEST_RUNS = 50;
/** Runs that start outside the ground states, so that their times scatter enough for a normal interval. */
const FEWEST_OUTSIDE = 10;
/** The distance in total variation that mixing times are given for. */
const EPSILON = 0.25;
const MIXING = `mixing time from the worst start, distance ${EPSILON}`;
/** To how much a gap of double precision is known beside its residual. */
const ROUNDING = 1e-14;

/** The bounds of a record, chain by chain, those that `kept` has as they are; an exact mixing time that is not found is named. */
export function* allBounds(
  model: Model,
  chains: readonly TtsChainGap[],
  run: (options: FirstPassageOptions) => FirstPassages,
  profile: TtsGapProfile,
  seed: number,
  missing: (what: string) => void,
  kept: TtsGapRecord["bounds"] = [],
): Generator<string, TtsGapBound[]> {
  const bounds: TtsGapBound[] = [];
  for (const [k, { dynamics, beta, scaled }] of plannedChains(model, profile).entries()) {
    const gap = chains.find((one) => one.dynamics === dynamics && one.beta === beta);
    if (gap === undefined) continue;
    const known = kept.filter((bound) => bound.dynamics === dynamics && bound.beta === beta);
    const passages = known.filter(({ name }) => name !== MIXING);
    if (passages.length === 0) yield "first passages";
    bounds.push(...(passages.length === 0 ? boundsOf(gap, run, profile, seed * 64 + k) : passages));
    if (model.n > profile.mixingUpTo) continue;
    const mixing = known.filter(({ name }) => name === MIXING);
    if (mixing.length === 0) yield `mixing time at beta ${scaled}`;
    const what = `${dynamics} mixing time at beta ${scaled}`;
    bounds.push(...(mixing.length === 0 ? foundOr(missing, what, () => mixingBoundsOf(model, gap)) ?? [] : mixing));
  }
  return bounds;
}

/** Whether a record has all bounds that its gaps have: those that no updates are left for are not missed. */
export function hasAllBounds(
  { instance, gaps, bounds }: Pick<TtsGapRecord, "instance" | "gaps" | "bounds">,
  profile: TtsGapProfile,
): boolean {
  return gaps.chain.every((gap) => {
    const own = bounds.filter(({ beta, dynamics }) => beta === gap.beta && dynamics === gap.dynamics);
    const mixed = instance.n > profile.mixingUpTo || own.some(({ name }) => name === MIXING);
    return mixed && (affordableRuns(gap, profile) < FEWEST_RUNS || own.some(({ name }) => name !== MIXING));
  });
}

/** First passages from a stationary start that are made, 0 where the gap says that they would take for ever. */
function affordableRuns(gap: TtsChainGap, { passages, passageUpdates }: TtsGapProfile): number {
  const affordable = Math.floor(passageUpdates / Math.max(1, hittingTimeBound(gap)));
  return Math.min(passages, affordable);
}

/** The hitting times of ground states that are measured beside what a gap says of them. */
export function boundsOf(
  gap: TtsChainGap,
  run: (options: FirstPassageOptions) => FirstPassages,
  profile: TtsGapProfile,
  seed: number,
): TtsGapBound[] {
  const { beta, dynamics, groundWeight: weight } = gap;
  const ceiling = hittingTimeBound(gap);
  // of T = t the chance is pi(A) at most at each t, so P(T > t) >= 1 - (t + 1) pi(A)
  const terms = Math.floor(1 / weight);
  const floor = terms - weight * terms * (terms + 1) / 2;
  // within t_mix(pi(A) / 2) updates from anywhere the chain is in A with a chance of pi(A) / 2
  const mixing = Math.ceil(mixingTimeBounds(gap, weight / 2).high);
  const anywhere = 2 * mixing / weight;
  const numRuns = affordableRuns(gap, profile);
  if (numRuns < FEWEST_RUNS) return [];
  const from = (start: "stationary" | "uniform", stream: number) =>
    mean(run({ beta, dynamics, from: start, numRuns, seed: 2 * seed + stream }).updates);
  const [stationary, uniform] = [from("stationary", 0), from("uniform", 1)];
  const bound = (name: string, side: "upper" | "lower", value: number, measured: Mean) =>
    boundFrom(gap, name, side, value, measured);
  return [
    bound("hitting time from the stationary start", "upper", ceiling, stationary),
    bound("hitting time from the stationary start", "lower", floor, stationary),
    bound("hitting time from a uniform start, by the mixing time", "upper", anywhere, uniform),
  ];
}

/**
 * The exact mixing time between what the gap of the full chain says of it: that of the pairs of opposite states can be larger. Its
 * interval is how well both know the gap, by the residual and by double precision.
 */
export function mixingBoundsOf(model: Model, { beta, dynamics, sector, ...found }: TtsChainGap): TtsGapBound[] {
  const gap = sector === "full" ? found : chainGap(model, { beta, dynamics, sector: "full" });
  const updates = exactMixingTime(model, { beta, dynamics, epsilon: EPSILON });
  if (updates === Infinity) return [];
  const error = (gap.residual + ROUNDING) / gap.absoluteGap;
  if (!(error < 1)) {
    throw new RangeError(
      `a gap of ${gap.absoluteGap} is not known to one digit: no bound of the mixing time can be checked`,
    );
  }
  const { low, high } = mixingTimeBounds(gap, EPSILON);
  const measured = { value: updates, low: updates * (1 - error), high: updates * (1 + error) };
  const chain = { beta, dynamics };
  // the first whole number of updates at or beyond the bound
  return [
    boundFrom(chain, MIXING, "upper", Math.ceil(high), measured),
    boundFrom(chain, MIXING, "lower", low, measured),
  ];
}

function boundFrom(
  { beta, dynamics }: Pick<TtsChainGap, "beta" | "dynamics">,
  name: string,
  side: "upper" | "lower",
  bound: number,
  { value, low, high }: Mean,
): TtsGapBound {
  return {
    ...{ name, side, beta, dynamics, bound, measured: value, low, high, unit: "updates" },
    holds: side === "upper" ? low <= bound : high >= bound,
  };
}

interface Mean {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean with its interval, of the normal law; where nearly every run starts in a ground state the scatter of the few others
 * says too little, and the upper end is that of their share, for each takes one update at least.
 */
export function mean(updates: Float64Array): Mean {
  const n = updates.length;
  const value = updates.reduce((sum, t) => sum + t, 0) / n;
  const error = Math.sqrt(updates.reduce((sum, t) => sum + (t - value) ** 2, 0) / (n - 1) / n);
  const normal = value + SIGMAS * error;
  const outside = updates.reduce((sum, t) => sum + (t > 0 ? 1 : 0), 0);
  const high = outside < FEWEST_OUTSIDE ? Math.max(normal, jeffreysInterval(outside, n, LEVEL)[1]) : normal;
  return { value, low: Math.max(0, value - SIGMAS * error), high };
}
