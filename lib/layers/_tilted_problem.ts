import type { AttentionProblem, ProblemGradient } from "../attention/mod.ts";
import { Rng } from "../random/mod.ts";
import type { ReadoutTask } from "./_problem_gradients.ts";

/** Reads of an estimator draw from seeds above the streams of tests and trainings, its noise from streams above those. */
const READ_STREAM = 2 ** 41;
const NOISE_STREAM = 2 ** 42;

/**
 * The problems of `E(x) + lambda_b f(x) - sum_i noise_i x_i`, f the readout: of twice the width, and still factored.
 *
 * `f(x) = -sum_i g_i x_i ((J x)_i + h_i)` weighs coupling J_ij by `(g_i + g_j) / 2`, and
 * `(c + lambda g_i / 2) q_i . k_j + q_i . (lambda g_j / 2) k_j` is one product of vectors of width 2 d. Where f is linear the fields
 * alone are tilted, and the width stays.
 */
export function tiltedProblem(
  { problem, slopes, readout }: ReadoutTask,
  lambdas: Float64Array,
  noise: Float64Array | null,
): AttentionProblem {
  const { batch, heads, tokens, width: d, weights } = problem;
  const places = problem.fields.length;
  if (readout === "linear") {
    const fields = problem.fields.map((h, at) => {
      return weights.field * h - lambdas[Math.floor(at / (heads * tokens))] * slopes[at] + (noise?.[at] ?? 0);
    });
    return { ...problem, fields, weights: { ...weights, field: 1 } };
  }
  const queries = new Float32Array(2 * places * d), keys = new Float32Array(2 * places * d);
  const fields = new Float32Array(places);
  for (let at = 0; at < places; at++) {
    const own = lambdas[Math.floor(at / (heads * tokens))] * slopes[at];
    fields[at] = (weights.field + own) * problem.fields[at] + (noise === null ? 0 : noise[at]);
    for (let a = 0; a < d; a++) {
      const q = Math.SQRT2 * problem.queries[at * d + a], k = problem.keys[at * d + a];
      queries[2 * at * d + a] = (weights.coupling + own / 2) * q;
      queries[(2 * at + 1) * d + a] = q;
      keys[2 * at * d + a] = k;
      keys[(2 * at + 1) * d + a] = own / 2 * k;
    }
  }
  const { overlap, cardinality } = weights;
  const own = { coupling: 1, field: 1, overlap, ...cardinality && { cardinality } };
  return { batch, heads, tokens, width: 2 * d, queries, keys, fields, weights: own };
}

/** lambda of every problem, `tilt / rms(g)`: the estimate then grows in proportion to g; 0 where g is 0. */
export function tiltsOf({ problem, slopes }: Pick<ReadoutTask, "problem" | "slopes">, tilt: number): Float64Array {
  const size = problem.heads * problem.tokens;
  return Float64Array.from({ length: problem.batch }, (_, b) => {
    let sum = 0;
    for (let at = b * size; at < (b + 1) * size; at++) sum += slopes[at] * slopes[at];
    return sum === 0 ? 0 : tilt / Math.sqrt(sum / size);
  });
}

/** Seed of one read of an estimator. */
export function readSeed(seed: number, read: number): number {
  return new Rng(seed, READ_STREAM + read).uint32();
}

/** Differences of two Gumbel numbers, logistic, over beta: one a variable; problem b from its own stream. */
export function logisticNoise(
  { batch, heads, tokens }: AttentionProblem,
  seed: number,
  firstStream: number,
  beta: number,
) {
  const size = heads * tokens;
  const noise = new Float64Array(batch * size);
  for (let b = 0; b < batch; b++) {
    const rng = new Rng(seed, NOISE_STREAM + firstStream + b);
    for (let at = b * size; at < (b + 1) * size; at++) {
      // inside (0, 1)
      const u = (rng.uint32() + 0.5) / 2 ** 32;
      noise[at] = Math.log(u / (1 - u)) / beta;
    }
  }
  return noise;
}

/** Empty gradients of a problem. */
export function emptyGradient({ queries, keys, fields }: AttentionProblem): ProblemGradient {
  return {
    queries: new Float64Array(queries.length),
    keys: new Float64Array(keys.length),
    fields: new Float64Array(fields.length),
  };
}
