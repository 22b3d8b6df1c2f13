import { Rng } from "../random/mod.ts";
import { checkGapTimes, type GapTime, type GapTimeOptions, resampled } from "./_gap_times.ts";
import { normalAbove } from "./_normal_tail.ts";
import { quantileOf } from "./_quantile_of.ts";
import { tobitFit } from "./_tobit.ts";
import { ranks, spearman } from "./spearman.ts";

const IMPUTATIONS = 200;

/** A rank correlation over instances. */
export interface SpearmanInterval {
  /** Spearman's rho between gap and time; negative where a smaller gap takes longer. */
  readonly rho: number;
  /** Lower end of the bootstrap interval. */
  readonly low: number;
  /** Upper end of the bootstrap interval. */
  readonly high: number;
  /** Rho if all instances that were not solved shared the slowest rank. */
  readonly tiedAtTop: number;
  /** Number of instances. */
  readonly instances: number;
  /** How many of them were not solved. */
  readonly censored: number;
}

/**
 * Estimates Spearman's rho between gap and time to solution over instances, with a bootstrap interval.
 *
 * An instance that was not solved is known to be slower than its bound, no more: it is given a time above the bound, drawn from the
 * normal scatter of log time about a line over the ranks of the gaps (fitted with the bounds as bounds), and rho is the mean over
 * such drawings; `tiedAtTop` is what the ranks alone say. A replicate draws the instances with replacement, fits and draws anew;
 * the interval is that of the replicates' percentiles. The noise of counting is part of the scatter: it pulls rho towards 0
 * and is not corrected.
 *
 * The interval held the truth in 94 to 98 % of simulated cases, from 12 instances, |rho| up to 0.8 and a quarter of them
 * not solved; with fewer instances, or |rho| of 0.95, it is wide.
 *
 * @param points one a instance
 * @param options see {@link GapTimeOptions}
 * @returns rho, its interval and how many were not solved
 * @throws {RangeError} if fewer than four instances of different gaps were solved, or a number is out of range
 *
 * Cost O(replicates n log n), and a fit each where an instance was not solved.
 * Source: Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13; Rubin, Multiple imputation for nonresponse in
 * surveys (1987), DOI 10.1002/9780470316696. Differs in: one drawing a replicate.
 *
 * @example A time that falls with the gap
 * ```ts
 * import { spearmanInterval } from "qama/analysis";
 * import { assert, assertAlmostEquals } from "@std/assert";
 * const points = [1, 2, 3, 4, 5, 6].map((gap) => ({ gap, value: 10 / gap, censored: false }));
 * const { rho, high } = spearmanInterval(points, { replicates: 100 });
 * assertAlmostEquals(rho, -1);
 * assert(high < -0.9);
 * ```
 */
export function spearmanInterval(points: readonly GapTime[], options: GapTimeOptions = {}): SpearmanInterval {
  const { level, replicates: count, seed } = checkGapTimes("Cannot give the rank correlation", points, options);
  const gaps = points.map(({ gap }) => gap);
  const censored = points.filter((point) => point.censored).length;
  const tiedAtTop = spearman(gaps, points.map((point) => point.censored ? Infinity : point.value));
  const replicates = Float64Array.from({ length: count }, (_, r) => {
    const { rng, drawn } = resampled(points, seed, r);
    return meanRho(Array.from(drawn, (i) => points[i]), rng, 1);
  });
  return {
    // a stream beyond those of the replicates
    rho: censored === 0 ? tiedAtTop : meanRho(points, new Rng(seed, count), IMPUTATIONS),
    low: quantileOf(replicates, (1 - level) / 2),
    high: quantileOf(replicates, (1 + level) / 2),
    tiedAtTop,
    instances: points.length,
    censored,
  };
}

/** Rho, its mean over drawings of the times of those that were not solved. */
function meanRho(points: readonly GapTime[], rng: Rng, drawings: number): number {
  const gaps = points.map(({ gap }) => gap);
  const logs = points.map(({ value }) => Math.log(value));
  const censored = points.map((point) => point.censored);
  if (!censored.includes(true)) return spearman(gaps, logs);
  const x = ranks(gaps);
  const { intercept, slope, scatter } = tobitFit(x, logs, censored, new Float64Array(points.length).fill(1));
  let sum = 0;
  for (let k = 0; k < drawings; k++) {
    const filled = logs.map((log, i) => {
      if (!censored[i]) return log;
      const mean = intercept + slope * x[i];
      return mean + scatter * normalAbove(rng, (log - mean) / scatter);
    });
    sum += spearman(gaps, filled);
  }
  return sum / drawings;
}
