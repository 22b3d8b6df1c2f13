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

/** What is known of a cost: limits, and about where it is. */
export interface CostLimits {
  /** The limit that lies above the cost with probability `share`, below 1/2. */
  above(share: number): number;
  /** The limit that lies above the cost with probability `share`, above 1/2. */
  below(share: number): number;
  /** Middle of ln cost. */
  readonly middle: number;
  /** Standard deviation of ln cost. */
  readonly sigma: number;
}

/** The limits of the cost to solution that the counts at one length leave. */
export function countLimits({ cost, successes, trials }: CostedTrials, confidence: number): CostLimits {
  const at = (probability: number) => timeToSolution(cost, probability, confidence);
  const logAt = (share: number) => Math.log(at(betaQuantile(1 - share, successes + 0.5, trials - successes + 0.5)));
  return {
    // without a success the distribution of Jeffreys promises too much: exact there, and where all ended well
    above(share) {
      if (successes === trials) return cost;
      if (successes === 0) return at(-Math.expm1(Math.log(share) / trials));
      return at(1 - betaQuantile(share, trials - successes + 0.5, successes + 0.5));
    },
    below(share) {
      if (successes === 0) return Infinity;
      if (successes === trials) return at(Math.exp(Math.log(1 - share) / trials));
      return at(betaQuantile(1 - share, successes + 0.5, trials - successes + 0.5));
    },
    get middle() {
      return logAt(0.5);
    },
    get sigma() {
      return (logAt(ONE_SIGMA) - logAt(1 - ONE_SIGMA)) / 2;
    },
  };
}

/**
 * The interval of the smallest of several costs to solution, of which each is known to within limits.
 *
 * Both ends are the smallest over the lengths of a one-sided limit at a common share u of each length; u is such that the smallest
 * of as many limits lies above the truth in a share `(1 -+ level) / 2` of repetitions of the experiment, the best length chosen
 * anew in each: `prod_t F(F^-1(u) + d_t)`, F the normal distribution function and d_t how much worse than the best length t is, in
 * standard deviations of ln cost. Two lengths: u^2 where they are as good as each other, u where one is far worse.
 *
 * The d_t are not known. Taken as measured they make the interval too short where a few lengths are nearly as good, so they are
 * taken farther apart for the lower end, nearer for the upper.
 *
 * Source: Chernozhukov, Lee and Rosen, Intersection bounds: estimation and inference (2013), DOI 10.3982/ECTA8718, for the limits; the
 * distances are ours.
 */
export function optimumInterval(costs: readonly CostLimits[], level: number): [low: number, high: number] {
  const miss = (1 - level) / 2;
  const near = new Float64Array(costs.length);
  const far = new Float64Array(costs.length);
  if (costs.length > 1) fillDistances(costs, near, far);
  const low = commonShare(far, miss);
  const high = commonShare(near, 1 - miss);
  return [Math.min(...costs.map((cost) => cost.above(low))), Math.min(...costs.map((cost) => cost.below(high)))];
}

function fillDistances(costs: readonly CostLimits[], near: Float64Array, far: Float64Array): void {
  const middles = costs.map(({ middle }) => middle);
  const sigmas = costs.map(({ sigma }) => Math.max(LEAST_SIGMA, sigma));
  // the reference is the length that is surely good, not a lucky one
  let best = 0;
  for (let t = 1; t < costs.length; t++) {
    if (middles[t] + 2 * sigmas[t] < middles[best] + 2 * sigmas[best]) best = t;
  }
  const spread = Math.sqrt(2 * Math.log(costs.length));
  for (let t = 0; t < costs.length; t++) {
    if (t === best) continue;
    const distance = (middles[t] - middles[best]) / sigmas[t];
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
