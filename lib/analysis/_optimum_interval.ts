import { betaQuantile } from "./_beta_function.ts";
import { normalAtMost } from "./_normal_tail.ts";
import type { CostedTrials } from "./optimal_time_to_solution.ts";
import { timeToSolution } from "./time_to_solution.ts";

const ONE_SIGMA = normalAtMost(1);
const FARTHEST = 8;
const BISECTIONS = 50;
const LEAST_SIGMA = 1e-12;

// how far apart two lengths are taken to be, in standard deviations: too far for the lower end, too near for the upper one.
// chosen by simulation of normal estimates, so that both ends together miss 3 to 7 % (`optimal_time_to_solution_test.ts`)
const FAR_FACTOR = 2;
const FAR_SHIFT = [0.4, 0.15];
const NEAR_SHIFT = [-0.25, 1];

/** The cost to solution that is lower than the truth with probability `share`, by the counts at one length; `share` below 1/2. */
export function costAbove(entry: CostedTrials, share: number, confidence: number): number {
  const { cost, successes, trials } = entry;
  // without a failure no length can be faster; without a success the distribution of Jeffreys promises too much
  if (successes === trials) return cost;
  const probability = successes === 0
    ? -Math.expm1(Math.log(share) / trials)
    : 1 - betaQuantile(share, trials - successes + 0.5, successes + 0.5);
  return timeToSolution(cost, probability, confidence);
}

/** The cost to solution that is higher than the truth with probability `share`, by the counts at one length; `share` above 1/2. */
export function costBelow(entry: CostedTrials, share: number, confidence: number): number {
  const { cost, successes, trials } = entry;
  if (successes === 0) return Infinity;
  const probability = successes === trials
    ? Math.exp(Math.log(1 - share) / trials)
    : betaQuantile(1 - share, successes + 0.5, trials - successes + 0.5);
  return timeToSolution(cost, probability, confidence);
}

/**
 * The interval of the smallest of several costs to solution, of which each is known to within its counts.
 *
 * Both ends are the smallest over the lengths of a one-sided limit at a common share u of each length; u is such that the smallest
 * of as many limits lies above the truth in a share `(1 -+ level) / 2` of repetitions of the experiment, the best length chosen
 * anew in each: `prod_t F(F^-1(u) + d_t)`, F the normal distribution function and d_t how much worse than the best length t is, in standard
 * deviations of ln cost. Two lengths: u^2 where they are as good as each other, u where one is far worse.
 *
 * The d_t are not known. Taken as measured they make the interval too short where a few lengths are nearly as good, so they are
 * taken farther apart for the lower end, nearer for the upper.
 *
 * Source: Chernozhukov, Lee and Rosen, Intersection bounds: estimation and inference (2013), DOI 10.3982/ECTA8718, for the limits; the
 * distances are ours.
 */
export function optimumInterval(
  row: readonly CostedTrials[],
  confidence: number,
  level: number,
): [low: number, high: number] {
  const miss = (1 - level) / 2;
  const near = new Float64Array(row.length);
  const far = new Float64Array(row.length);
  if (row.length > 1) fillDistances(row, confidence, near, far);
  const low = commonShare(far, miss);
  const high = commonShare(near, 1 - miss);
  return [
    Math.min(...row.map((entry) => costAbove(entry, low, confidence))),
    Math.min(...row.map((entry) => costBelow(entry, high, confidence))),
  ];
}

function fillDistances(row: readonly CostedTrials[], confidence: number, near: Float64Array, far: Float64Array): void {
  const at = ({ cost, successes, trials }: CostedTrials, share: number) =>
    Math.log(timeToSolution(cost, betaQuantile(1 - share, successes + 0.5, trials - successes + 0.5), confidence));
  const logs = row.map((entry) => at(entry, 0.5));
  const sigmas = row.map((entry) => Math.max(LEAST_SIGMA, (at(entry, ONE_SIGMA) - at(entry, 1 - ONE_SIGMA)) / 2));
  // the reference is the length that is surely good, not a lucky one
  let best = 0;
  for (let t = 1; t < row.length; t++) if (logs[t] + 2 * sigmas[t] < logs[best] + 2 * sigmas[best]) best = t;
  const spread = Math.sqrt(2 * Math.log(row.length));
  for (let t = 0; t < row.length; t++) {
    if (t === best) continue;
    const distance = (logs[t] - logs[best]) / sigmas[t];
    far[t] = Math.max(0, FAR_FACTOR * distance + FAR_SHIFT[0] + FAR_SHIFT[1] * spread);
    near[t] = Math.max(0, distance - NEAR_SHIFT[0] - NEAR_SHIFT[1] * spread);
  }
}

/** The u with `prod_t F(F^-1(u) + d_t) = share`. */
function commonShare(distances: Float64Array, share: number): number {
  if (distances.length === 1) return share;
  let low = -FARTHEST;
  let high = FARTHEST;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (distances.reduce((product, d) => product * normalAtMost(middle + d), 1) < share) low = middle;
    else high = middle;
  }
  return normalAtMost(low);
}
