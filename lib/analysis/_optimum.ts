import { Rng } from "../random/mod.ts";
import { betaDraw } from "./_beta_draw.ts";
import { checkOpenShare, checkPositive, checkTrials } from "./_check.ts";
import type { CostedTrials, OptimalTimeOptions } from "./optimal_time_to_solution.ts";
import { timeToSolution } from "./time_to_solution.ts";

/** The options with their defaults, checked. */
export function resolved(cannot: string, options: OptimalTimeOptions): Required<OptimalTimeOptions> {
  const { confidence = 0.99, level = 0.95, replicates = 1000, seed = 0 } = options;
  checkOpenShare(cannot, "the confidence", confidence);
  checkOpenShare(cannot, "the level", level);
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`${cannot}: replicates must be an integer from 2, got ${replicates}`);
  }
  return { confidence, level, replicates, seed };
}

/** The trials of each instance by ascending run length, checked. */
export function checkTable(cannot: string, instances: readonly (readonly CostedTrials[])[]): CostedTrials[][] {
  return instances.map((lengths, i) => {
    const row = [...lengths].sort((a, b) => a.runLength - b.runLength);
    if (row.length === 0) {
      throw new RangeError(`${cannot}: expected one run length or more, got none for instance ${i}`);
    }
    for (const [t, { runLength, cost, successes, trials }] of row.entries()) {
      checkPositive(cannot, "runLength", runLength);
      checkPositive(cannot, "cost", cost);
      checkTrials(cannot, successes, trials);
      if (t > 0 && runLength === row[t - 1].runLength) {
        throw new RangeError(`${cannot}: instance ${i} has the run length ${runLength} twice; add up its counts`);
      }
    }
    return row;
  });
}

/** What a drawing of every length's success probability came to. */
export interface DrawnOptimum {
  /** Index of the best length by this drawing. */
  readonly chosen: number;
  /** Its cost to solution by this drawing: the smallest of several, so too small. */
  readonly first: number;
  /** Its cost to solution by a second drawing. */
  readonly second: number;
}

/** Draws a success probability for each run length, takes the best of them, and draws once more for it. */
export function drawnOptimum(rng: Rng, row: readonly CostedTrials[], confidence: number): DrawnOptimum {
  let first = Infinity;
  let chosen = 0;
  for (let t = 0; t < row.length; t++) {
    const value = drawnCost(rng, row[t], confidence);
    if (value < first) [first, chosen] = [value, t];
  }
  return { chosen, first, second: drawnCost(rng, row[chosen], confidence) };
}

/**
 * By what factor the smallest of several noisy costs is too small: over drawings, the mean of the chosen length over the value
 * it was chosen for, both in logarithms. 1 where always the same length is chosen.
 */
export function optimism(row: readonly CostedTrials[], confidence: number, seed: number, drawings: number): number {
  if (row.length === 1) return 1;
  const means = new Float64Array(row.length);
  const timesChosen = new Float64Array(row.length);
  let chosenSum = 0;
  for (let r = 0; r < drawings; r++) {
    const rng = new Rng(seed, r);
    let lowest = Infinity;
    let chosen = 0;
    for (let t = 0; t < row.length; t++) {
      const log = Math.log(drawnCost(rng, row[t], confidence));
      means[t] += log / drawings;
      if (log < lowest) [lowest, chosen] = [log, t];
    }
    timesChosen[chosen]++;
    chosenSum += lowest / drawings;
  }
  const expected = means.reduce(
    (sum, mean, t) => timesChosen[t] === 0 ? sum : sum + mean * timesChosen[t] / drawings,
    0,
  );
  return Math.exp(Math.max(0, expected - chosenSum));
}

/** How many drawings correct the smallest cost of one instance. */
export const DRAWINGS = 200;

/** What {@link CostedTrials} give without an interval: as the optimum of one instance, for many of them. */
export interface PlainOptimum {
  /** The corrected value; a lower bound where `censored`. */
  readonly value: number;
  /** True if no run of any length ended well. */
  readonly censored: boolean;
  /** Whether the best length is the first or the last. */
  readonly atEnd: boolean;
}

/** Where some run ended well, the value of the optimum and where it lies; else null. */
export function plainOptimum(row: readonly CostedTrials[], confidence: number, seed: number): PlainOptimum | null {
  const costs = row.map(({ cost, successes, trials }) =>
    successes === 0 ? Infinity : timeToSolution(cost, successes / trials, confidence)
  );
  const least = Math.min(...costs);
  if (least === Infinity) return null;
  const t = costs.indexOf(least);
  const value = least * optimism(row, confidence, seed, DRAWINGS);
  return { value, censored: false, atEnd: t === 0 || t === row.length - 1 };
}

function drawnCost(rng: Rng, { cost, successes, trials }: CostedTrials, confidence: number): number {
  return timeToSolution(cost, betaDraw(rng, successes + 0.5, trials - successes + 0.5), confidence);
}
