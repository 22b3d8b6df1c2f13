import { type CostGrid, costGrid, type CostLikelihood, costLikelihood, roughly } from "./_cost_likelihood.ts";
import { lognormalPopulation } from "./_lognormal_population.ts";
import type { MeasuredOptimum } from "./_optimum.ts";

const TINY = 1e-290;

/** How instances are spread, with the noise of counting taken off. */
export interface TrueSpread {
  /** Values of cost, ascending: the middles of n equal parts of the distribution. */
  readonly values: Float64Array;
  /** How much of the scatter of ranks at a quantile the counts leave undecided: 0 where each instance is surely on one side, 1 where none is. */
  undecided(quantile: number): number;
  /** The limit that lies above the cost at `z` standard deviations with probability `share`, were the spread lognormal. */
  lognormalLimit(z: number, share: number): number;
}

/**
 * Estimates how the costs of instances are spread from their counts.
 *
 * What the counts say of each instance is a likelihood of its cost; ln cost is taken to be normal over
 * instances. The distribution given is not that normal one but the mean over instances of what the counts say of
 * each, given it: the values themselves where they are known well.
 *
 * @param optima the instances at their best lengths
 *
 * Source: Laird, Nonparametric maximum likelihood estimation of a mixing distribution (1978), DOI 10.1080/01621459.1978.10480103,
 * for the mean over instances, here one round of it, from the lognormal spread.
 */
export function trueSpread(optima: readonly MeasuredOptimum[], confidence: number): TrueSpread {
  const n = optima.length;
  const grid = costGrid(optima, confidence);
  const { start, step, points } = grid;
  const likelihoods = optima.map((optimum) => costLikelihood(optimum, grid, confidence));
  const errors = optima.map((optimum) => {
    const { successes, trials } = optimum.best;
    return successes === 0 || successes === trials ? Infinity : roughly(optimum, confidence).sigma;
  });
  const logs = optima.map(({ value }) => Math.log(value));
  const mean = logs.reduce((sum, x) => sum + x, 0) / n;
  const sigma = Math.max(2 * step, Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n));
  const population = lognormalPopulation(likelihoods, grid, errors, { mean, sigma });
  const prior = population.predictive;
  // nothing is ruled out: an instance may lie anywhere
  for (let j = 0; j < points; j++) prior[j] += TINY;
  const below = likelihoods.map((likelihood, i) => {
    // no cost is less than a run
    const floor = Math.ceil((Math.log(optima[i].best.cost) - start) / step);
    return cumulated(likelihood, prior, Math.min(points - 1, floor));
  });
  const share = Float64Array.from({ length: points }, (_, j) => below.reduce((sum, of) => sum + of[j], 0) / n);
  return {
    values: middles(share, n, grid),
    undecided(quantile) {
      const found = share.findIndex((value) => value >= quantile);
      const j = found < 0 ? points - 1 : found;
      return below.reduce((sum, of) => sum + of[j] * (1 - of[j]), 0) / (n * quantile * (1 - quantile));
    },
    lognormalLimit: (z, share) => Math.exp(population.limit(z, share)),
  };
}

/** The probability that an instance costs no more than at each point, given its likelihood and the spread of all. */
function cumulated({ first, values }: CostLikelihood, prior: Float64Array, floor: number): Float64Array {
  const below = new Float64Array(prior.length);
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    const part = values[k] * prior[first + k];
    below[Math.max(first + k, floor)] += part;
    total += part;
  }
  let sum = 0;
  for (let j = 0; j < below.length; j++) below[j] = (sum += below[j]) / total;
  return below;
}

function middles(share: Float64Array, n: number, { start, step, points }: CostGrid): Float64Array {
  let j = 0;
  return Float64Array.from({ length: n }, (_, i) => {
    const wanted = (i + 0.5) / n;
    while (j < points - 1 && share[j] < wanted) j++;
    const before = j === 0 ? 0 : share[j - 1];
    const part = share[j] > before ? Math.min(1, (wanted - before) / (share[j] - before)) : 0.5;
    return Math.exp(start + (j - 0.5 + part) * step);
  });
}
