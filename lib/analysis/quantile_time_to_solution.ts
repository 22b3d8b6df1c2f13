import { Rng } from "../random/mod.ts";
import { betaDraw } from "./_beta_draw.ts";
import { checkOpenShare, checkPositive, checkTrials } from "./_check.ts";
import { measuredOptimum } from "./_optimum.ts";
import { quantileLimits } from "./_quantile_limits.ts";
import { quantileOf } from "./_quantile_of.ts";
import { trueSpread } from "./_true_spread.ts";
import { estimateTimeToSolution, timeToSolution, type TimeToSolutionOptions } from "./time_to_solution.ts";

/** What was measured on one instance at one run length. */
export interface RunLengthTrials {
  /** The length of a run: sweeps, steps. */
  readonly runLength: number;
  /** What one run takes, in ms. */
  readonly runTimeMs: number;
  /** How many runs ended well. */
  readonly successes: number;
  /** How many runs there were. */
  readonly trials: number;
}

/** How a quantile over instances is taken. */
export interface QuantileOptions extends TimeToSolutionOptions {
  /** Which quantile over the instances. @default {0.5} */
  readonly quantile?: number;
  /** Number of bootstrap replicates. @default {1000} */
  readonly replicates?: number;
  /** Seed of the replicates; replicate r uses stream r. @default {0} */
  readonly seed?: number;
}

/** A quantile over instances at one run length. */
export interface QuantileAtLength {
  /** The length of a run. */
  readonly runLength: number;
  /** The quantile, in ms; a lower bound where `censored`. */
  readonly valueMs: number;
  /** True if the quantile falls on an instance that no run solved. */
  readonly censored: boolean;
}

/** The quantile over instances of the time to solution, at the best run length. */
export interface QuantileTimeToSolution {
  /** The quantile at the best run length, in ms; a lower bound where `censored`. */
  readonly valueMs: number;
  /** Lower end of the interval; 0 where there are too few instances to give one. */
  readonly lowMs: number;
  /** Upper end of the interval; Infinity where `censored`, or where there are too few instances to give one. */
  readonly highMs: number;
  /** True if at every run length the quantile falls on an instance that no run solved. */
  readonly censored: boolean;
  /** The best of the run lengths tried. */
  readonly runLength: number;
  /** Which end of the tried run lengths the best one is: the value is then only an upper bound of the optimum. */
  readonly atEnd: "shortest" | "longest" | "only" | null;
  /** One entry a run length, ascending. */
  readonly curve: readonly QuantileAtLength[];
  /**
   * The value in each bootstrap replicate. Two results over equally many instances, with one seed, resample the same
   * instances in replicate r: their ratio, replicate by replicate, is a paired one.
   */
  readonly replicates: Float64Array;
}

/**
 * Estimates a quantile over instances of the time to solution at the best run length, with an interval.
 *
 * For each run length the quantile over the instances of {@link timeToSolution}; of those, the smallest, one run length for all
 * instances. An instance that no run solved counts as infinitely slow, never as absent. At each length the interval is that of
 * `timeToSolutionQuantiles`; each end given is the smallest over lengths, as for numbers that go up and down together: the instances
 * are the same at every length. So it holds the spread over instances and the counting noise, and does not hold the noise of the run
 * times. Ends that few instances cannot know are 0 and Infinity. Where the best length is at an end of those tried, a longer or
 * shorter one might be better (`atEnd`).
 *
 * The replicates are for ratios of two results: each draws the instances with replacement, for each the probability from
 * `Beta(successes + 1/2, trials - successes + 1/2)`, and chooses the best run length anew.
 *
 * @param instances for each instance what was measured at each run length; all at the same run lengths
 * @param options see {@link QuantileOptions}
 * @returns value, interval and where it was found
 * @throws {RangeError} if there is no instance or run length, they differ between instances, or a number is out of range
 *
 * Cost O(replicates instances (lengths + log instances)).
 * Source: Ronnow et al., Defining and detecting quantum speedup (2014), DOI 10.1126/science.1252319; King et al., Benchmarking a
 * quantum annealing processor with the time-to-target metric (2015), arXiv 1508.05087.
 *
 * @example One instance, two run lengths
 * ```ts
 * import { quantileTimeToSolution } from "qama/analysis";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const found = quantileTimeToSolution([[
 *   { runLength: 10, runTimeMs: 1, successes: 900, trials: 1000 },
 *   { runLength: 20, runTimeMs: 3, successes: 1000, trials: 1000 },
 * ]]);
 * assertAlmostEquals(found.valueMs, 2);
 * assertEquals([found.runLength, found.atEnd], [10, "shortest"]);
 * ```
 */
export function quantileTimeToSolution(
  instances: readonly (readonly RunLengthTrials[])[],
  options: QuantileOptions = {},
): QuantileTimeToSolution {
  const { confidence = 0.99, level = 0.95, quantile = 0.5, replicates: count = 1000, seed = 0 } = options;
  const cannot = "Cannot give the quantile";
  checkOpenShare(cannot, "the quantile", quantile);
  checkOpenShare(cannot, "the level", level);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`${cannot}: replicates must be an integer from 1, got ${count}`);
  }
  const table = inOrder(cannot, instances);
  const lengths = table[0].map((trials) => trials.runLength);

  const curve = lengths.map((runLength, t): QuantileAtLength => {
    const found = table.map((row) => {
      const { runTimeMs, successes, trials } = row[t];
      return estimateTimeToSolution(runTimeMs, successes, trials, { confidence, level });
    });
    const valueMs = quantileOf(found.map((tts) => tts.censored ? Infinity : tts.valueMs), quantile);
    if (Number.isFinite(valueMs)) return { runLength, valueMs, censored: false };
    return { runLength, valueMs: quantileOf(found.map((tts) => tts.valueMs), quantile), censored: true };
  });
  const solved = curve.filter((point) => !point.censored);
  const best = (solved.length > 0 ? solved : curve).reduce((a, b) => b.valueMs < a.valueMs ? b : a);

  const replicates = Float64Array.from({ length: count }, (_, r) => {
    const rng = new Rng(seed, r);
    // the instances first, so that two results with one seed draw the same
    const drawn = table.map(() => table[rng.integer(table.length)]);
    const smallest = lengths.map((_, t) =>
      quantileOf(
        drawn.map((row) => {
          const { runTimeMs, successes, trials } = row[t];
          return timeToSolution(runTimeMs, betaDraw(rng, successes + 0.5, trials - successes + 0.5), confidence);
        }),
        quantile,
      )
    );
    return Math.min(...smallest);
  });
  // the instances are the same at every length, and so is nearly all of what is not known of their quantiles
  const intervals = lengths.map((_, t) => {
    const measured = table.map((row) => measuredOptimum([{ ...row[t], cost: row[t].runTimeMs }], confidence, seed, 0));
    return quantileLimits(trueSpread(measured, confidence), quantile, measured).interval(level);
  });
  const lowMs = Math.min(...intervals.map(([low]) => low));
  const highMs = Math.min(...intervals.map(([, high]) => high));
  return {
    valueMs: Math.min(highMs, Math.max(lowMs, best.valueMs)),
    lowMs,
    highMs: best.censored ? Infinity : highMs,
    censored: best.censored,
    runLength: best.runLength,
    atEnd: endOf(lengths, best.runLength),
    curve,
    replicates,
  };
}

function endOf(lengths: readonly number[], length: number): QuantileTimeToSolution["atEnd"] {
  if (lengths.length === 1) return "only";
  if (length === lengths[0]) return "shortest";
  return length === lengths[lengths.length - 1] ? "longest" : null;
}

/** The trials of each instance by ascending run length, checked. */
function inOrder(cannot: string, instances: readonly (readonly RunLengthTrials[])[]): RunLengthTrials[][] {
  if (instances.length === 0 || instances[0].length === 0) {
    throw new RangeError(`${cannot}: expected one instance and one run length or more, got none`);
  }
  // before they are put in order and held against each other: NaN does neither
  for (const row of instances) for (const { runLength } of row) checkPositive(cannot, "runLength", runLength);
  const table = instances.map((row) => [...row].sort((a, b) => a.runLength - b.runLength));
  for (const [i, row] of table.entries()) {
    if (row.length !== table[0].length || row.some((entry, t) => entry.runLength !== table[0][t].runLength)) {
      throw new RangeError(`${cannot}: instance ${i} was measured at other run lengths than instance 0`);
    }
    if (row.some((entry, t) => t > 0 && entry.runLength === row[t - 1].runLength)) {
      throw new RangeError(`${cannot}: instance ${i} has a run length twice`);
    }
    for (const { runTimeMs, successes, trials } of row) {
      checkPositive(cannot, "runTimeMs", runTimeMs);
      checkTrials(cannot, successes, trials);
    }
  }
  return table;
}
