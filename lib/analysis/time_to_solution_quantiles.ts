import { checkOpenShare } from "./_check.ts";
import { commonProfile } from "./_common_profile.ts";
import { checkTable, measuredOptimum, optimumAt, resolved } from "./_optimum.ts";
import { quantileLimits } from "./_quantile_limits.ts";
import { quantileOf } from "./_quantile_of.ts";
import { trueSpread } from "./_true_spread.ts";
import type { CostedTrials, OptimalTimeOptions } from "./optimal_time_to_solution.ts";

/** How quantiles over instances are taken. */
export interface TimeQuantilesOptions extends OptimalTimeOptions {
  /** Which quantiles over the instances. @default {[0.5, 0.8, 0.95]} */
  readonly quantiles?: readonly number[];
}

/** A quantile over instances of the cost to solution. */
export interface TimeQuantile {
  /** Which quantile. */
  readonly quantile: number;
  /** The estimate, in the unit of the cost; a lower bound where `censored`. */
  readonly value: number;
  /** Lower end of the interval; 0 where there are too few instances to give one. */
  readonly low: number;
  /** Upper end of the interval; Infinity where `censored`, or where there are too few instances to give one. */
  readonly high: number;
  /** True if the quantile falls on an instance that was not solved. */
  readonly censored: boolean;
  /** Number of instances. */
  readonly instances: number;
  /** How many of them were not solved. */
  readonly unsolved: number;
  /** How many have their best run length at an end of those tried: their values may be too large. */
  readonly atEnd: number;
}

/**
 * Estimates quantiles over instances of the cost to solution, each instance at its own best run length.
 *
 * A run length is chosen by the counts of all instances together where these leave it open which is best for an instance,
 * and by its own where they do not, as in {@link optimalTimeToSolution}. An instance that no run solved counts as slowest, never as absent.
 * The interval is that of the quantile of the population that the instances were drawn from. Counting noise spreads estimates wider than
 * instances: it is taken off before, by what the counts say of each instance given the spread of all. Where they tell on which
 * side of the quantile each instance lies the interval is that of interpolated order statistics, whatever the population; where noise
 * hides that, it is that of a lognormal population, whose mean and spread the counts leave uncertain; between, of both. A value that
 * noise put beyond the interval is moved to its end.
 *
 * `n` instances say nothing about the far side of a quantile that all of them may lie below: where `quantile^n` is more than
 * `(1 - level) / 2` the upper end is Infinity (the 0.95 quantile needs 72 instances, 0.8 17, 0.5 six), and the lower end 0 where
 * `(1 - quantile)^n` is. The other end is then one-sided. The upper end is Infinity too where it would lie above the solved instances;
 * the lower one is then as far out as if it were not, and the interval holds the quantile in up to 98 %.
 *
 * Coverage of the 95 % interval, simulated over lognormal populations at some thirty settings out of 20, 50 and 100 instances, one to ten
 * lengths, 50 to 1,000 runs, ln cost spread by 0.2 to 2, 200 to 2,000 cases each (one standard error is 1.5 to 0.5 %): 93 to 97 %
 * within two of these for each of the three quantiles, also where noise is as wide as the spread, where half the instances are unsolved, and
 * where they have two successes at the longest of tied lengths; up to 99 % where noise is wider than the spread or an end open. It is
 * not to be believed
 * - where noise is half as wide as the spread or wider and the population is not lognormal: counts cannot tell its shape then. With 20
 *   instances the median, 0.8 and 0.95 quantile were held in 86, 82 and 97 % where ln cost is exponential, in 79, 78 and 96 % where it is
 *   in two groups; with noise of a sixth of the spread in 94, 88 and 99 %, and 96, 92 and 97 %;
 * - where instances have best lengths of their own among many that lie close together, and 50 runs each: 89 % for the 0.8 quantile of
 *   50 instances at ten lengths.
 *
 * `deno test -A lib/analysis/time_to_solution_quantiles_test.ts` counts. For one run length common
 * to all instances, see `quantileTimeToSolution`.
 *
 * @param instances for each instance what was counted at each run length; the lengths may differ between instances
 * @param options see {@link TimeQuantilesOptions}
 * @returns one entry a quantile, in the order asked for
 * @throws {RangeError} if there is no instance, one has no run length, or a number is out of range
 *
 * Cost O(instances lengths replicates) where instances have lengths of their own; some 600 evaluations of the likelihood of all counts.
 * Source: King et al., Benchmarking a quantum annealing processor with the time-to-target metric (2015), arXiv 1508.05087, for quantiles
 * in place of means; Hettmansperger and Sheather, Confidence intervals based on interpolated order statistics (1986), DOI
 * 10.1016/0167-7152(86)90021-0, and Nyblom (1992), DOI 10.1016/0167-7152(92)90076-H.
 *
 * @example Of three instances one was never solved
 * ```ts
 * import { timeToSolutionQuantiles } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * const counted = (successes: number) => [{ runLength: 1, cost: 2, successes, trials: 1000 }];
 * const [median, slow] = timeToSolutionQuantiles([1000, 900, 0].map(counted), { quantiles: [0.5, 0.95] });
 * assertEquals([Math.round(median.value), median.censored, slow.censored], [4, false, true]);
 * ```
 */
export function timeToSolutionQuantiles(
  instances: readonly (readonly CostedTrials[])[],
  options: TimeQuantilesOptions = {},
): TimeQuantile[] {
  const cannot = "Cannot give the quantiles";
  const { quantiles = [0.5, 0.8, 0.95], ...rest } = options;
  const { confidence, level, replicates: count, seed } = resolved(cannot, rest);
  for (const quantile of quantiles) checkOpenShare(cannot, "a quantile", quantile);
  if (instances.length === 0) throw new RangeError(`${cannot}: expected one instance or more, got none`);
  const table = checkTable(cannot, instances);
  const n = table.length;
  // the drawings of one instance have nothing to do with those of another
  const common = commonProfile(table, confidence, seed);
  const best = table.map((row, i) => {
    const choice = common[i];
    if (choice) return optimumAt(row, choice.place, choice.factor, confidence);
    return measuredOptimum(row, confidence, seed + i, count);
  });
  const unsolved = best.filter(({ censored }) => censored).length;
  const spread = trueSpread(best, confidence);
  return quantiles.map((quantile) => {
    const [low, high] = quantileLimits(spread, quantile, best).interval(level);
    const solved = quantileOf(best.map(({ value, censored }) => censored ? Infinity : value), quantile);
    const censored = !Number.isFinite(solved);
    const value = censored ? quantileOf(best.map(({ value }) => value), quantile) : solved;
    return {
      quantile,
      value: Math.min(high, Math.max(low, value)),
      low,
      high: censored ? Infinity : high,
      censored,
      instances: n,
      unsolved,
      atEnd: best.filter(({ atEnd }) => atEnd !== null).length,
    };
  });
}
