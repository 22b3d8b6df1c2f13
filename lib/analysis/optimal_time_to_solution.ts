import { Rng } from "../random/mod.ts";
import { countLimits, optimumInterval } from "./_optimum_interval.ts";
import { checkTable, drawnOptimum, measuredOptimum, resolved } from "./_optimum.ts";
import { estimateTimeToSolution, type TimeToSolutionOptions } from "./time_to_solution.ts";

/** What was counted on one instance at one run length, and what a run costs on some clock or by some count. */
export interface CostedTrials {
  /** The length of a run: updates, sweeps, steps. */
  readonly runLength: number;
  /** What one run costs: ms on a clock, spin updates, matrix-vector products. */
  readonly cost: number;
  /** How many runs ended well. */
  readonly successes: number;
  /** How many runs there were. */
  readonly trials: number;
}

/** How the optimum over run lengths is estimated. */
export interface OptimalTimeOptions extends TimeToSolutionOptions {
  /** Number of bootstrap replicates. @default {1000} */
  readonly replicates?: number;
  /** Seed of the replicates; replicate r uses stream r. @default {0} */
  readonly seed?: number;
}

/** The cost to solution at one run length. */
export interface CostAtLength {
  /** The length of a run. */
  readonly runLength: number;
  /** The estimate, in the unit of the cost; a lower bound where `censored`. */
  readonly value: number;
  /** Lower end of the interval at this length alone. */
  readonly low: number;
  /** Upper end of the interval at this length alone; Infinity where `censored`. */
  readonly high: number;
  /** True if no run of this length ended well. */
  readonly censored: boolean;
}

/** The cost to solution of one instance at the best of the run lengths tried. */
export interface OptimalTimeToSolution {
  /**
   * The estimate at the best run length, in the unit of the cost, corrected for being the smallest of several; a lower bound where
   * `censored`.
   */
  readonly value: number;
  /** Lower end of the interval of the optimum. */
  readonly low: number;
  /** Upper end of the interval of the optimum; Infinity where `censored`. */
  readonly high: number;
  /** True if no run of any length ended well. */
  readonly censored: boolean;
  /** The best of the run lengths tried. */
  readonly runLength: number;
  /** Which end of the tried run lengths the best one is. */
  readonly atEnd: "shortest" | "longest" | "only" | null;
  /** What must be said beside the value: no run solved it, or the optimum may lie beyond the lengths tried; null if nothing. */
  readonly warning: string | null;
  /** One entry a run length, ascending. */
  readonly curve: readonly CostAtLength[];
  /** The smallest cost in each bootstrap replicate, its length chosen anew: too small, by what `value` is corrected for. */
  readonly replicates: Float64Array;
}

/**
 * Estimates the cost to solution of one instance at the best run length, with an interval of that optimum.
 *
 * `min over lengths of cost max(1, ln(1 - confidence) / ln(1 - p))`, p the success probability there. The best length is the one whose
 * estimate plus two standard deviations is the smallest, so that no length wins by a lucky success; still, what was chosen for being
 * small is too small. The value is therefore the estimate there times the factor by which replicates, with p drawn from
 * `Beta(successes + 1/2, trials - successes + 1/2)` and the best length chosen anew in each, say that it is: 1 where one length
 * is clearly best; a tenth or so where many tie at a few hundred runs. Each end of the interval is the smallest over lengths of a
 * one-sided limit at one share for all lengths, such that in the repetitions of the experiment, the best length chosen anew in each,
 * the smallest of these limits is on the wrong side in `(1 - level) / 2` of cases.
 *
 * Coverage of the 95 % interval, simulated with 1 to 10 lengths and 50, 200 and 1,000 runs a length: 93 to 97.5 % where one length
 * is best, where two are nearly as good, and where all tie exactly (a process without memory; plain percentiles of the smallest hold
 * the truth in 30 % there). It is higher, up to 99.7 %, where the best length has fewer than about fifteen successes and the others
 * nearly none, and where ten lengths lie so close that neighbours differ by a few per cent. Where all tie most misses are too low an
 * upper end, where one is best both ends miss alike; with two successes at the longest of tied lengths the value itself is 40 % too
 * low. `deno test -A lib/analysis/optimal_time_to_solution_test.ts` counts. It does not hold the noise of `cost`. What
 * is estimated is the optimum over the lengths tried: `atEnd` and `warning` say when a longer or shorter run might be better.
 *
 * @param lengths what was counted at each run length, in any order, none twice
 * @param options see {@link OptimalTimeOptions}
 * @returns value, interval, where it was found, and the curve over the lengths
 * @throws {RangeError} if there is no run length, one is there twice, or a number is out of range
 *
 * Cost O(replicates lengths).
 * Source: Ronnow et al., Defining and detecting quantum speedup (2014), DOI 10.1126/science.1252319; Chernozhukov, Lee and Rosen,
 * Intersection bounds: estimation and inference (2013), DOI 10.3982/ECTA8718, for limits of a smallest of several. Differs in: how
 * far apart the lengths are taken to be, see `_optimum_interval.ts`.
 *
 * @example Two run lengths; the shorter is better
 * ```ts
 * import { optimalTimeToSolution } from "qama/analysis";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const found = optimalTimeToSolution([
 *   { runLength: 10, cost: 1, successes: 900, trials: 1000 },
 *   { runLength: 20, cost: 3, successes: 1000, trials: 1000 },
 * ]);
 * assertAlmostEquals(found.value, 2);
 * assertEquals([found.runLength, found.atEnd], [10, "shortest"]);
 * ```
 */
export function optimalTimeToSolution(
  lengths: readonly CostedTrials[],
  options: OptimalTimeOptions = {},
): OptimalTimeToSolution {
  const cannot = "Cannot give the optimum";
  const { confidence, level, replicates: count, seed } = resolved(cannot, options);
  const [row] = checkTable(cannot, [lengths]);
  const curve = row.map(({ runLength, cost, successes, trials }): CostAtLength => {
    const { valueMs, lowMs, highMs, censored } = estimateTimeToSolution(cost, successes, trials, { confidence, level });
    return { runLength, value: valueMs, low: lowMs, high: highMs, censored };
  });
  const [low, high] = optimumInterval(row.map((entry) => countLimits(entry, confidence)), level);
  const { value, censored, best: { runLength }, atEnd } = measuredOptimum(row, confidence, seed, count);
  return {
    value,
    low,
    high,
    censored,
    runLength,
    atEnd,
    warning: warningOf(censored, atEnd, runLength),
    curve,
    replicates: Float64Array.from({ length: count }, (_, r) => drawnOptimum(new Rng(seed, r), row, confidence)),
  };
}

function warningOf(censored: boolean, atEnd: OptimalTimeToSolution["atEnd"], runLength: number): string | null {
  if (censored) return "no run of any length ended well: the value is a lower bound; make longer runs or more of them";
  if (atEnd === null) return null;
  if (atEnd === "only") {
    return `only runs of length ${runLength} were tried: the optimum may be lower; try shorter and longer ones`;
  }
  return `the best run length, ${runLength}, is the ${atEnd} tried: the optimum may be lower; try ${
    atEnd === "shortest" ? "shorter" : "longer"
  } ones`;
}
