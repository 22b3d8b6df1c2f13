import type { CostGrid, CostLikelihood } from "./_cost_likelihood.ts";
import { lognormalLikelihood } from "./_lognormal_likelihood.ts";

const SPREADS = 18;
const MEANS = 18;
const REACH = 4;
const RATIO = 1.35;
const MOST_SCANS = 60;
const NEGLIGIBLE = 12;
const LEAST_STEPS = 0.7;
const ROUNDS = 12;

/** What is known of a population of instances whose costs are spread lognormally. */
export interface LognormalPopulation {
  /** The density of ln cost at the points of the grid, over all that mean and spread may be. */
  readonly predictive: Float64Array;
  /** The limit that lies above `mean + z sigma` with probability `share`, in ln cost. */
  limit(z: number, share: number): number;
}

interface Ridge {
  readonly sigma: number;
  /** The best mean at this sigma, and its standard error. */
  readonly mean: number;
  readonly error: number;
  /** ln likelihood there. */
  readonly log: number;
}

/**
 * What counts say of mean and standard deviation of ln cost over instances, ln cost being normal.
 *
 * The posterior density over a grid of both, for the prior `sqrt(sum_i sigma^2 / (sigma^2 + e_i^2)^2)`, e_i the
 * error of instance i: that of Jeffreys for the deviation, flat in the mean. Where costs are known exactly it is `1 / sigma`, and the limits of
 * `mean + z sigma` are those of the noncentral t distribution, exact at any number of instances; where noise hides the spread it is flat enough in
 * `sigma^2` that a spread of nothing does not swallow all else.
 *
 * @param errors the standard deviations of ln cost that counting leaves, Infinity where it leaves anything
 * @param guess about where mean and deviation are
 *
 * Cost some 600 calls of the likelihood.
 * Source: Tibshirani, Noninformative priors for one parameter of many (1989), DOI 10.1093/biomet/76.3.604, for priors whose limits
 * hold the truth in as many cases as they say.
 */
export function lognormalPopulation(
  likelihoods: readonly CostLikelihood[],
  grid: CostGrid,
  errors: readonly number[],
  guess: { readonly mean: number; readonly sigma: number },
): LognormalPopulation {
  const { start, step, points } = grid;
  const logLikelihood = lognormalLikelihood(likelihoods, grid);
  const noise = Math.min(...errors);
  // about the error of the mean
  const width = (sigma: number) => Math.hypot(sigma, noise < Infinity ? noise : 1) / Math.sqrt(likelihoods.length);
  // a spread wider than all that the counts tell apart is none of theirs
  const ridge = ridgeOf(logLikelihood, width, LEAST_STEPS * step, step * points, guess);
  const highest = Math.max(...ridge.map(({ log }) => log));
  const [lowest, largest] = [ridge[0], ridge[ridge.length - 1]].map(({ sigma }) => Math.log(sigma));
  const nodes: { mean: number; sigma: number; weight: number }[] = [];
  let total = 0;
  for (let s = 0; s < SPREADS; s++) {
    const logSigma = lowest + (largest - lowest) * (s + 0.5) / SPREADS;
    const sigma = Math.exp(logSigma);
    const away = ({ sigma }: Ridge) => Math.abs(Math.log(sigma) - logSigma);
    const near = ridge.reduce((a, b) => away(b) < away(a) ? b : a);
    for (let m = 0; m < MEANS; m++) {
      const mean = near.mean + REACH * near.error * ((2 * m + 1) / MEANS - 1);
      const weight = Math.exp(logLikelihood(mean, sigma) - highest) * prior(sigma, errors) * sigma * near.error;
      nodes.push({ mean, sigma, weight });
      total += weight;
    }
  }
  const predictive = new Float64Array(points);
  for (const { mean, sigma, weight } of nodes) {
    const share = weight / total / sigma;
    for (let j = 0; j < points; j++) predictive[j] += share * Math.exp(-(((start + j * step - mean) / sigma) ** 2) / 2);
  }
  return { predictive, limit: (z, share) => weightedQuantile(nodes, total, z, share) };
}

function prior(sigma: number, errors: readonly number[]): number {
  let information = 0;
  for (const error of errors) if (error < Infinity) information += (sigma / (sigma * sigma + error * error)) ** 2;
  return information > 0 ? Math.sqrt(information) : 1 / sigma;
}

/** The best means for as many deviations as are not ruled out, ascending. */
function ridgeOf(
  logLikelihood: (mean: number, sigma: number) => number,
  width: (sigma: number) => number,
  least: number,
  most: number,
  guess: { readonly mean: number; readonly sigma: number },
): Ridge[] {
  const ridge: Ridge[] = [];
  let highest = -Infinity;
  for (const ratio of [RATIO, 1 / RATIO]) {
    let mean = guess.mean;
    let sigma = Math.min(most, Math.max(least, guess.sigma)) * (ratio > 1 ? 1 : ratio);
    for (let k = 0; k < MOST_SCANS && sigma >= least && sigma <= most; k++, sigma *= ratio) {
      const found = bestMean(logLikelihood, 1.5 * width(sigma), mean, sigma);
      ridge.push(found);
      mean = found.mean;
      highest = Math.max(highest, found.log);
      if (found.log < highest - NEGLIGIBLE) break;
    }
  }
  return ridge.sort((a, b) => a.sigma - b.sigma);
}

/** Climbs by parabolas through three points. */
function bestMean(
  logLikelihood: (mean: number, sigma: number) => number,
  h: number,
  from: number,
  sigma: number,
): Ridge {
  let mean = from;
  let log = logLikelihood(mean, sigma);
  let curvature = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [up, down] = [logLikelihood(mean + h, sigma), logLikelihood(mean - h, sigma)];
    curvature = (2 * log - up - down) / (h * h);
    const wanted = curvature > 0 ? (up - down) / (2 * h * curvature) : (up > down ? 3 : -3) * h;
    const move = Math.max(-6 * h, Math.min(6 * h, wanted));
    if (Math.abs(move) < 0.2 * h) break;
    mean += move;
    log = logLikelihood(mean, sigma);
  }
  return { sigma, mean, log, error: curvature > 0 ? 1 / Math.sqrt(curvature) : 3 * h };
}

/** Where `mean + z sigma` has the share of the weight below it, linear between nodes. */
function weightedQuantile(
  nodes: readonly { mean: number; sigma: number; weight: number }[],
  total: number,
  z: number,
  share: number,
): number {
  const sorted = nodes.map(({ mean, sigma, weight }) => ({ x: mean + z * sigma, weight })).sort((a, b) => a.x - b.x);
  let below = 0;
  for (const [k, { x, weight }] of sorted.entries()) {
    const next = below + weight / total;
    if (next >= share) return k === 0 ? x : sorted[k - 1].x + (share - below) / (next - below) * (x - sorted[k - 1].x);
    below = next;
  }
  return sorted[sorted.length - 1].x;
}
