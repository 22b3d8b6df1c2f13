import {
  type FirstPassageOptions,
  type FirstPassages,
  hittingTimeBound,
  jeffreysInterval,
  mixingTimeBounds,
} from "../analysis/mod.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsChainGap, TtsGapBound } from "./tts_gap_record.ts";

/** Standard errors on either side: one check in a thousand is off where bound and truth are equal. */
const SIGMAS = 3.29;
/** The share of such normal intervals that hold the truth. */
const LEVEL = 0.999;
const FEWEST_RUNS = 50;
/** Runs that start outside the ground states, so that their times scatter enough for a normal interval. */
const FEWEST_OUTSIDE = 10;

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
  const affordable = Math.floor(profile.passageUpdates / Math.max(1, ceiling));
  if (!(affordable >= FEWEST_RUNS)) return [];
  const numRuns = Math.min(profile.passages, affordable);
  const from = (start: "stationary" | "uniform", stream: number) =>
    mean(run({ beta, dynamics, from: start, numRuns, seed: 2 * seed + stream }).updates);
  const [stationary, uniform] = [from("stationary", 0), from("uniform", 1)];
  const bound = (name: string, side: "upper" | "lower", value: number, measured: Mean): TtsGapBound => ({
    ...{ name, side, beta, dynamics, bound: value, measured: measured.value, low: measured.low, high: measured.high },
    ...{ unit: "updates", holds: side === "upper" ? measured.low <= value : measured.high >= value },
  });
  return [
    bound("hitting time from the stationary start", "upper", ceiling, stationary),
    bound("hitting time from the stationary start", "lower", floor, stationary),
    bound("hitting time from a uniform start, by the mixing time", "upper", anywhere, uniform),
  ];
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
