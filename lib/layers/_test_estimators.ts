import type { AttentionProblem, EnergyWeights, GradientEstimator, ProblemGradient } from "../attention/mod.ts";
import { Rng } from "../random/mod.ts";
import { estimateGradient, type EstimateGradientOptions } from "./estimate_gradient.ts";

/** A problem from N(0, 1), and slopes. */
export function problemAndSlopes(
  sizes: { batch: number; heads: number; tokens: number; width: number; weights: EnergyWeights },
  seed: number,
): { problem: AttentionProblem; slopes: Float64Array } {
  const rng = new Rng(seed);
  const places = sizes.batch * sizes.heads * sizes.tokens;
  const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const problem = {
    ...sizes,
    queries: normals(places * sizes.width),
    keys: normals(places * sizes.width),
    fields: normals(places),
  };
  return { problem, slopes: Float64Array.from({ length: places }, () => rng.normal()) };
}

/** All numbers of a gradient: of q, then k, then h. */
export function flat({ queries, keys, fields }: ProblemGradient): Float64Array {
  return Float64Array.of(...queries, ...keys, ...fields);
}

/** z of every number of the mean estimate over seeds 0 .. count - 1, against what is expected of it. */
export function zOfMean(
  problem: AttentionProblem,
  estimator: GradientEstimator,
  options: Omit<EstimateGradientOptions, "seed">,
  expected: Float64Array,
  count: number,
): Float64Array {
  const sum = new Float64Array(expected.length), squares = new Float64Array(expected.length);
  for (let seed = 0; seed < count; seed++) {
    const one = flat(estimateGradient(problem, estimator, { ...options, seed }));
    for (let at = 0; at < one.length; at++) {
      sum[at] += one[at] - expected[at];
      squares[at] += (one[at] - expected[at]) ** 2;
    }
  }
  return sum.map((total, at) => {
    const mean = total / count;
    const variance = (squares[at] / count - mean * mean) / (count - 1);
    // what never varies is right to the rounding of sums, or wrong
    return variance < 1e-24 ? (Math.abs(mean) < 1e-9 ? 0 : Infinity) : mean / Math.sqrt(variance);
  });
}

/** The largest |z|. */
export function largest(z: Float64Array): number {
  return z.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
