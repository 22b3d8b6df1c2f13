import type { MeasuredOptimum } from "./_optimum.ts";

const LEAST_POINTS = 150;
const MOST_POINTS = 600;
const REACH = 5;
const UNSOLVED_REACH = 6;
const NOTHING = 1e-12;

/** What counts say of ln cost at points `start + j step`, j from `first`; 0 beyond. */
export interface CostLikelihood {
  readonly first: number;
  readonly values: Float64Array;
}

/** Points of ln cost. */
export interface CostGrid {
  readonly start: number;
  readonly step: number;
  readonly points: number;
}

/** About where an instance's ln cost is by its counts, half a success and half a failure added, and how well it is known. */
export function roughly({ best: { cost, successes, trials }, factor }: MeasuredOptimum, confidence: number) {
  const p = (successes + 0.5) / (trials + 1);
  const rate = -Math.log1p(-p);
  const sigma = Math.sqrt(p / ((trials + 1) * (1 - p))) / rate;
  return { middle: Math.log(factor * cost * -Math.log1p(-confidence) / rate), sigma };
}

/** Points that hold what the counts of all instances say, half a standard deviation of the most precise apart where that can be. */
export function costGrid(optima: readonly MeasuredOptimum[], confidence: number): CostGrid {
  let low = Infinity;
  let high = -Infinity;
  let finest = Infinity;
  for (const optimum of optima) {
    const { middle, sigma } = roughly(optimum, confidence);
    low = Math.min(low, middle - Math.min(REACH * sigma, UNSOLVED_REACH));
    high = Math.max(
      high,
      middle + (optimum.best.successes === 0 ? UNSOLVED_REACH : Math.min(REACH * sigma, UNSOLVED_REACH)),
    );
    finest = Math.min(finest, sigma);
  }
  const points = Math.round(Math.min(MOST_POINTS, Math.max(LEAST_POINTS, 2 * (high - low) / finest)));
  return { start: low, step: (high - low) / (points - 1), points };
}

/**
 * The likelihood of an instance's cost to solution, its largest value 1: that of the binomial counts at its best length, moved by
 * `factor`. Costs of less than a run are kept apart as if they could be.
 */
export function costLikelihood(
  { best: { cost, successes, trials }, factor }: MeasuredOptimum,
  { start, step, points }: CostGrid,
  confidence: number,
): CostLikelihood {
  const logs = Float64Array.from({ length: points }, (_, j) => {
    // ln(1 - p) of the p with this cost to solution
    const logMiss = Math.log1p(-confidence) * cost * factor / Math.exp(start + j * step);
    return (successes === 0 ? 0 : successes * Math.log(-Math.expm1(logMiss))) + (trials - successes) * logMiss;
  });
  const highest = logs.reduce((a, b) => Math.max(a, b));
  const values = logs.map((log) => Math.exp(log - highest));
  const first = values.findIndex((value) => value > NOTHING);
  return { first, values: values.subarray(first, values.findLastIndex((value) => value > NOTHING) + 1) };
}
