import { Rng } from "../random/mod.ts";
import { betaDraw } from "./_beta_draw.ts";
import { checkOpenShare, checkPositive, checkTrials } from "./_check.ts";
import type { CostedTrials, OptimalTimeOptions } from "./optimal_time_to_solution.ts";
import { countLimits } from "./_optimum_interval.ts";
import { estimateTimeToSolution, timeToSolution } from "./time_to_solution.ts";

// drawn about estimates that scatter themselves, lengths differ more than they do: 70 to 80 % of the factor is seen where all tie
const UNSEEN = 1.25;

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

/** The cost at the best of the lengths, as measured. */
export interface MeasuredOptimum {
  /** The estimate at the best length times `factor`, a lower bound where no run of any length ended well. */
  readonly value: number;
  /** By what factor the estimate is too small for having been chosen. */
  readonly factor: number;
  readonly censored: boolean;
  /** What was counted at the best length. */
  readonly best: CostedTrials;
  readonly atEnd: "shortest" | "longest" | "only" | null;
}

/**
 * Takes the length whose estimate plus two standard deviations, in ln cost, is the smallest: one that is surely good, not
 * one that was lucky with few successes. The shortest bound where no run ended well.
 */
export function measuredOptimum(
  row: readonly CostedTrials[],
  confidence: number,
  seed: number,
  drawings: number,
): MeasuredOptimum {
  const solved = row.filter(({ successes }) => successes > 0);
  const censored = solved.length === 0;
  const tried = censored ? row : solved;
  const logs = tried.map((entry) => Math.log(estimated(entry, confidence)));
  const sigmas = tried.map((entry) => tried.length === 1 || censored ? 0 : countLimits(entry, confidence).sigma);
  const chosen = surelyGood(logs, sigmas);
  const best = tried[chosen];
  const factor = censored ? 1 : optimism(tried, logs, sigmas, confidence, seed, drawings);
  return { value: estimated(best, confidence) * factor, factor, censored, best, atEnd: endOf(row, best.runLength) };
}

/** The cost at a given length, which stands for the best; `censored` where no run of any length ended well. */
export function optimumAt(
  row: readonly CostedTrials[],
  place: number,
  factor: number,
  confidence: number,
): MeasuredOptimum {
  const best = row[place];
  const censored = row.every(({ successes }) => successes === 0);
  return { value: estimated(best, confidence) * factor, factor, censored, best, atEnd: endOf(row, best.runLength) };
}

/** The estimate, or its lower bound where no run ended well; without an interval, which takes long. */
function estimated({ cost, successes, trials }: CostedTrials, confidence: number): number {
  if (successes > 0) return timeToSolution(cost, successes / trials, confidence);
  return estimateTimeToSolution(cost, successes, trials, { confidence }).valueMs;
}

function surelyGood(logs: ArrayLike<number>, sigmas: readonly number[]): number {
  let best = 0;
  for (let t = 1; t < logs.length; t++) if (logs[t] + 2 * sigmas[t] < logs[best] + 2 * sigmas[best]) best = t;
  return best;
}

/**
 * By what factor the estimate of the chosen length is too small: over drawings about the estimates, the length chosen anew in each, the
 * estimate of the chosen length over the value it was chosen for, both in logarithms. 1 where always the same one is chosen.
 */
function optimism(
  row: readonly CostedTrials[],
  estimates: readonly number[],
  sigmas: readonly number[],
  confidence: number,
  seed: number,
  drawings: number,
): number {
  if (row.length === 1) return 1;
  const T = row.length;
  const logs = new Float64Array(drawings * T);
  const means = new Float64Array(T);
  for (let r = 0; r < drawings; r++) {
    const rng = new Rng(seed, r);
    for (let t = 0; t < T; t++) {
      logs[r * T + t] = Math.log(drawnCost(rng, row[t], confidence));
      means[t] += logs[r * T + t] / drawings;
    }
  }
  let sum = 0;
  for (let r = 0; r < drawings; r++) {
    // few successes make the mean of drawings larger than the estimate
    const drawn = logs.subarray(r * T, (r + 1) * T).map((log, t) => log - means[t] + estimates[t]);
    const chosen = surelyGood(drawn, sigmas);
    sum += estimates[chosen] - drawn[chosen];
  }
  return Math.exp(Math.max(0, UNSEEN * sum / Math.max(1, drawings)));
}

function endOf(row: readonly CostedTrials[], length: number): MeasuredOptimum["atEnd"] {
  if (row.length === 1) return "only";
  if (length === row[0].runLength) return "shortest";
  return length === row[row.length - 1].runLength ? "longest" : null;
}

/** The smallest cost by one drawing of every length's success probability. */
export function drawnOptimum(rng: Rng, row: readonly CostedTrials[], confidence: number): number {
  return Math.min(...row.map((entry) => drawnCost(rng, entry, confidence)));
}

function drawnCost(rng: Rng, { cost, successes, trials }: CostedTrials, confidence: number): number {
  return timeToSolution(cost, betaDraw(rng, successes + 0.5, trials - successes + 0.5), confidence);
}
