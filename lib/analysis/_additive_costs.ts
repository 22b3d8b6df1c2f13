import type { CostedTrials } from "./optimal_time_to_solution.ts";

const ROUNDS = 60;
const SETTLED = 1e-4;
const LONGEST_STEP = 1;
const LEAST_VARIANCE = 1e-9;
const SURE = 30;
const DOUBTFUL = 2;

/** Costs of instances at lengths, as levels of instances plus offsets of lengths in ln cost. */
export interface AdditiveCosts {
  /** The places of the lengths that are in it. */
  readonly lengths: readonly number[];
  /** `[instances]`; NaN where counts say nothing, all or none of the runs having ended well. */
  readonly levels: Float64Array;
  /** `[lengths]`, 0 where a length is not in it. */
  readonly offsets: Float64Array;
  /** The standard errors of the offsets. */
  readonly errors: Float64Array;
  /** True if the counts scatter no more about it than counts do. */
  readonly fits: boolean;
}

/**
 * Fits `ln cost_ij = a_i + d_j`, instance i at length j, by maximum likelihood of the counts.
 *
 * It fits if `sum (k - E k)^2 / var k` lies below its mean plus two standard deviations. Null where fewer than two instances, or no length,
 * had runs that ended either way.
 *
 * @param table for each instance its counts, all at the same run lengths
 * @param given places of the lengths to be in it
 * @param rate -ln(1 - confidence)
 *
 * Source: Rasch (1960) for instances and lengths that add, here in ln cost; Pearson (1900) for the test, with the variance of counts.
 */
export function additiveCosts(
  table: readonly (readonly CostedTrials[])[],
  given: readonly number[],
  rate: number,
): AdditiveCosts | null {
  const lengths = given.filter((t) => endsEitherWay(table.map((row) => row[t])));
  const telling = table.map((row) => endsEitherWay(lengths.map((t) => row[t])));
  const numTelling = telling.filter(Boolean).length;
  if (lengths.length === 0 || numTelling < 2) return null;
  const offsets = new Float64Array(table[0].length);
  const levels = Float64Array.from(table, (row, i) => telling[i] ? startOf(lengths.map((t) => row[t]), rate) : NaN);
  const told = table.keys().filter((i) => telling[i]).toArray();
  for (let round = 0, moved = Infinity; round < ROUNDS && moved > SETTLED; round++) {
    moved = 0;
    for (const i of told) {
      const by = step(lengths.map((t) => countScore(table[i][t], rate, levels[i] + offsets[t])));
      levels[i] += by;
      moved = Math.max(moved, Math.abs(by));
    }
    for (const t of lengths) {
      const by = step(told.map((i) => countScore(table[i][t], rate, levels[i] + offsets[t])));
      offsets[t] += by;
      moved = Math.max(moved, Math.abs(by));
    }
  }
  let [square, scatter] = [0, 0];
  const errors = new Float64Array(offsets.length);
  for (const t of lengths) {
    let total = 0;
    for (const i of told) {
      const { residual, variance, info } = countScore(table[i][t], rate, levels[i] + offsets[t]);
      square += residual ** 2 / variance;
      scatter += 2 + 1 / variance;
      total += info;
    }
    errors[t] = 1 / Math.sqrt(total);
  }
  const freedom = (numTelling - 1) * (lengths.length - 1);
  const deviation = Math.sqrt(scatter * freedom / (numTelling * lengths.length));
  return { lengths, levels, offsets, errors, fits: square <= freedom + DOUBTFUL * deviation };
}

/** Counts beside what is expected at a ln cost, and slope and information of their likelihood. */
export function countScore({ cost, successes, trials }: CostedTrials, rate: number, logCost: number) {
  const exponent = Math.min(SURE, rate * cost / Math.exp(logCost));
  const p = -Math.expm1(-exponent);
  const variance = Math.max(LEAST_VARIANCE, trials * p * Math.exp(-exponent));
  const residual = successes - trials * p;
  // dp / d ln cost
  const slope = -exponent * Math.exp(-exponent);
  return { residual, variance, slope: residual * trials * slope / variance, info: (trials * slope) ** 2 / variance };
}

function endsEitherWay(entries: readonly CostedTrials[]): boolean {
  return entries.some(({ successes }) => successes > 0) && entries.some(({ successes, trials }) => successes < trials);
}

/** The ln cost that counts say together, were all lengths as good. */
function startOf(row: readonly CostedTrials[], rate: number): number {
  let [spent, successes] = [0, 0];
  for (const entry of row) {
    spent += entry.cost * entry.trials;
    successes += entry.successes;
  }
  return Math.log(rate * spent / successes);
}

/** One step of scoring, none too long. */
function step(scores: readonly { slope: number; info: number }[]): number {
  let [slope, info] = [0, 0];
  for (const score of scores) {
    slope += score.slope;
    info += score.info;
  }
  return info > 0 ? Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, slope / info)) : 0;
}
