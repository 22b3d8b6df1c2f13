import { checkOpenShare } from "./_check.ts";
import { checkTable, measuredOptimum, resolved } from "./_optimum.ts";
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
 * The values are those of {@link optimalTimeToSolution}; one that no run solved counts as slowest, never as absent. The interval is that of
 * the quantile of the population that the instances were drawn from, by interpolated order statistics. Counting noise spreads
 * estimates wider than instances: it is taken off before, by what the counts say of each instance given a lognormal spread of all, which
 * leaves values that are known well as they are; where little is known the interval is that of fewer instances, or of the estimates. A value that noise
 * put beyond the interval is moved to its end.
 *
 * `n` instances say nothing about the far side of a quantile that all of them may lie below: where `quantile^n` is more than
 * `(1 - level) / 2` the upper end is Infinity (the 0.95 quantile needs 72 instances, 0.8 17, 0.5 six), and the lower end 0 where
 * `(1 - quantile)^n` is. The other end is then one-sided. The upper end is Infinity too where it would lie above the solved instances.
 *
 * Coverage of the 95 % interval, simulated with one, three and five lengths of 50, 200 and 1,000 runs on 20 instances, five lengths
 * on 50, and on 100 without the 50 runs; 400 cases and more each (one standard error is 1.1 %). Where ln cost is spread by 0.5 and
 * the best length has some ten successes or more: 93 to 98 % for each of the three quantiles. With 50 runs and two to nine successes:
 * 88 to 95 %, one as high as 98 %. It is not to be believed
 * - where noise is as large as the spread (0.2, five lengths that tie): the median is held in 94 to 97 % still, the 0.8 quantile
 *   in 86 to 92 % at 50 and 200 runs and 96 to 97 % at 1,000, the 0.95 quantile in 64 to 83 % and 93 %: its lower end is too high;
 * - where several lengths tie and instances have two successes at the longest: the interval lies too low, and held the median of 20
 *   instances in a third of the cases, that of 50 hardly ever; in 90 % with eight successes, in 96 % with forty. Make more runs.
 *
 * `deno test -A lib/analysis/time_to_solution_quantiles_test.ts` counts at the settings with 200 to 1,000 runs. For one run length common
 * to all instances, see `quantileTimeToSolution`.
 *
 * @param instances for each instance what was counted at each run length; the lengths may differ between instances
 * @param options see {@link TimeQuantilesOptions}
 * @returns one entry a quantile, in the order asked for
 * @throws {RangeError} if there is no instance, one has no run length, or a number is out of range
 *
 * Cost O(instances lengths (replicates + 600)), times up to 300 rounds of the fit.
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
  const best = table.map((row, i) => measuredOptimum(row, confidence, seed + i, count));
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
