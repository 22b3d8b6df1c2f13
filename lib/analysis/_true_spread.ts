import { type CostGrid, costGrid, type CostLikelihood, costLikelihood } from "./_cost_likelihood.ts";
import type { MeasuredOptimum } from "./_optimum.ts";

const ROUNDS = 300;
const SETTLED = 1e-4;
const TINY = 1e-290;

/** How instances are spread, with the noise of counting taken off. */
export interface TrueSpread {
  /** Standard deviation of ln cost over instances. */
  readonly sigma: number;
  /** Values of cost, ascending: the middles of n equal parts of the distribution. */
  readonly values: Float64Array;
  /** The standard error of `mean + z sigma`; Infinity where the counts say too little. */
  error(z: number): number;
}

/**
 * Estimates how the costs of instances are spread from their counts.
 *
 * What the counts say of each instance is a likelihood of its cost; ln cost is taken to be normal over
 * instances, by maximum likelihood. The distribution given is not that normal one but the mean over instances of what the counts say of
 * each, given it: the values themselves where they are known well.
 *
 * @param optima the instances at their best lengths
 *
 * Source: Laird, Nonparametric maximum likelihood estimation of a mixing distribution (1978), DOI 10.1080/01621459.1978.10480103,
 * for the mean over instances, here one round of it; Dempster, Laird and Rubin (1977) for the rounds of the fit; Louis (1982) for its
 * error.
 */
export function trueSpread(
  optima: readonly MeasuredOptimum[],
  confidence: number,
): TrueSpread {
  const values = optima.map(({ value }) => value);
  const n = optima.length;
  const grid = costGrid(optima, confidence);
  const { start, step, points } = grid;
  const likelihoods = optima.map((optimum) => costLikelihood(optimum, grid, confidence));
  const prior = new Float64Array(points);
  let mean = values.reduce((sum, x) => sum + Math.log(x), 0) / n;
  let sigma = Math.max(2 * step, Math.sqrt(values.reduce((sum, x) => sum + (Math.log(x) - mean) ** 2, 0) / n));
  for (let round = 0; round < ROUNDS; round++) {
    fillNormal(prior, grid, mean, sigma);
    let first = 0;
    let second = 0;
    for (const likelihood of likelihoods) {
      const { total, sum, squares } = moments(likelihood, prior, start, step);
      first += sum / total / n;
      second += squares / total / n;
    }
    const spread = Math.sqrt(Math.max(second - first * first, step * step));
    const moved = Math.abs(first - mean) + Math.abs(spread - sigma);
    [mean, sigma] = [first, spread];
    if (moved < SETTLED * sigma) break;
  }
  fillNormal(prior, grid, mean, sigma);
  const mass = new Float64Array(points);
  // information about mean and ln sigma: that of known values, less what is not known of them
  let [aa, ab, bb] = [n, 0, 2 * n];
  likelihoods.forEach((likelihood, i) => {
    const { total, sum, squares, cubes, fourths } = moments(likelihood, prior, (start - mean) / sigma, step / sigma);
    const [first, second] = [sum / total, squares / total];
    aa -= second - first * first;
    ab -= cubes / total - first * second;
    bb -= fourths / total - second * second;
    // no cost is less than a run
    const floor = Math.ceil((Math.log(optima[i].best.cost) - start) / step);
    likelihood.values.forEach((value, k) => {
      const j = likelihood.first + k;
      mass[Math.min(points - 1, Math.max(j, floor))] += value * prior[j] / total / n;
    });
  });
  const determinant = aa * bb - ab * ab;
  return {
    sigma,
    values: middles(mass, n, grid),
    error: (z) => determinant > 0 ? sigma * Math.sqrt((bb - 2 * z * ab + z * z * aa) / determinant) : Infinity,
  };
}

/** Sums of the likelihood under the prior over the points, times 1, x, ..., x^4. */
function moments({ first, values }: CostLikelihood, prior: Float64Array, start: number, step: number) {
  let [total, sum, squares, cubes, fourths] = [0, 0, 0, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const weight = values[k] * prior[first + k];
    const x = start + (first + k) * step;
    total += weight;
    sum += weight * x;
    squares += weight * x * x;
    cubes += weight * x * x * x;
    fourths += weight * x * x * x * x;
  }
  return { total, sum, squares, cubes, fourths };
}

function fillNormal(prior: Float64Array, { start, step }: CostGrid, mean: number, sigma: number): void {
  // nothing is ruled out: an instance may lie anywhere
  for (let j = 0; j < prior.length; j++) prior[j] = Math.exp(-(((start + j * step - mean) / sigma) ** 2) / 2) + TINY;
}

function middles(mass: Float64Array, n: number, { start, step, points }: CostGrid): Float64Array {
  let below = 0;
  let j = 0;
  return Float64Array.from({ length: n }, (_, i) => {
    const wanted = (i + 0.5) / n;
    while (j < points - 1 && below + mass[j] < wanted) below += mass[j++];
    const part = mass[j] > 0 ? Math.min(1, (wanted - below) / mass[j]) : 0.5;
    return Math.exp(start + (j - 0.5 + part) * step);
  });
}
