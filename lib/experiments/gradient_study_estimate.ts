import { meanInterval } from "../analysis/mod.ts";
import {
  type AttentionProblem,
  type AttentionSolver,
  type GradientEstimator,
  type ProblemGradient,
  publishedWeights,
} from "../attention/mod.ts";
// from their files: the room's mod.ts loads TensorFlow.js
import { estimateGradient } from "../layers/estimate_gradient.ts";
import { expectedReadout } from "../layers/expected_readout.ts";
import { Rng } from "../random/mod.ts";
import type { Estimated, GradientErrors, GradientStudyEstimate } from "./gradient_study_record.ts";

/** Groups of seeds that the jackknife leaves out in turn. */
const GROUPS = 20;
/** 99.5 % of Student's distribution with 19 degrees of freedom. */
const T_19 = 2.861;
/** Least standard error of a number whose z is looked at, in units of rms(g). */
const LEAST_ERROR = 0.005;

/** Problems that can be enumerated, and slopes of their token energies. */
export interface GradientProblems {
  /** B problems. */
  readonly problem: AttentionProblem;
  /** g, `[B, H, N]`. */
  readonly slopes: Float64Array;
}

/** Sizes of {@link gradientProblems}. */
export interface GradientProblemSizes {
  /** H. */
  readonly heads: number;
  /** N. */
  readonly tokens: number;
  /** d. */
  readonly width: number;
  /** B. */
  readonly problems: number;
}

/**
 * Draws problems for a comparison of gradients: q, k, h and the slopes g from N(0, 1), the published weights.
 *
 * @param sizes H, N, d and the number of problems
 * @param seed problem b comes from stream b
 * @returns fresh arrays
 * @throws {RangeError} if a size is not a positive integer
 *
 * Cost O(B H N d).
 * Source: none needed.
 *
 * @example The same seed, the same problems
 * ```ts
 * import { gradientProblems } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const sizes = { heads: 2, tokens: 3, width: 2, problems: 2 };
 * assertEquals(gradientProblems(sizes, 1), gradientProblems(sizes, 1));
 * ```
 */
export function gradientProblems(
  { heads, tokens, width, problems }: GradientProblemSizes,
  seed: number,
): GradientProblems {
  const weights = publishedWeights({ heads, tokens });
  const places = heads * tokens;
  const [queries, keys] = [0, 1].map(() => new Float32Array(problems * places * width));
  const fields = new Float32Array(problems * places), slopes = new Float64Array(problems * places);
  for (let b = 0; b < problems; b++) {
    const rng = new Rng(seed, b);
    for (
      const [array, size] of [[queries, places * width], [keys, places * width], [fields, places], [
        slopes,
        places,
      ]] as const
    ) {
      for (let at = b * size; at < (b + 1) * size; at++) array[at] = rng.normal();
    }
  }
  return { problem: { batch: problems, heads, tokens, width, queries, keys, fields, weights }, slopes };
}

/** How an estimator is measured. */
export interface MeasureEstimatorOptions {
  /** The estimator. */
  readonly estimator: GradientEstimator;
  /** Who chooses in the forward pass. */
  readonly solver: AttentionSolver;
  /** Inverse temperature of the expected readout that its gradient is compared with. */
  readonly beta: number;
  /** Seeds 0, 1, ..., a multiple of 20. */
  readonly seeds: number;
  /** Solvers and samplers whose work is counted. @default {none: solves are 0} */
  readonly counted?: readonly CountedSolver[];
}

/** A solver that counts the problems it was given. */
export interface CountedSolver extends AttentionSolver {
  /** Problems so far. */
  readonly problems: number;
}

/**
 * Makes a solver count the problems that it is given.
 *
 * @param solver any solver
 * @returns the same, with a count
 *
 * Cost none beside the solver's.
 * Source: none needed.
 *
 * @example Two problems
 * ```ts
 * import { countedSolver, gradientProblems } from "qama/experiments";
 * import { noTokens } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const solver = countedSolver(noTokens());
 * solver.solve(gradientProblems({ heads: 1, tokens: 2, width: 1, problems: 2 }, 1).problem, { seed: 1 });
 * assertEquals(solver.problems, 2);
 * ```
 */
export function countedSolver(solver: AttentionSolver): CountedSolver {
  let problems = 0;
  return {
    name: solver.name,
    get problems() {
      return problems;
    },
    solve(problem, options) {
      problems += problem.batch;
      return solver.solve(problem, options);
    },
  };
}

/**
 * Measures bias and variance of a gradient estimator against the exact gradient of the expected readout, by enumeration.
 *
 * Over M seeds with mean m and covariance V: `bias^2 = (|m - g|^2 - tr V / M) / |g|^2`, which has no share of the noise, with an interval
 * by the jackknife over 20 groups of seeds (99 %, Student's t; negative ends are 0); norms over all problems together. The
 * interval speaks of other seeds, not of other problems.
 *
 * @param given problems of at most 12 variables or so, and slopes
 * @param options see {@link MeasureEstimatorOptions}
 * @returns the errors, of q, k and h together and apart
 * @throws {RangeError} if the seeds are not a positive multiple of 20, beta is out of range, or there are too many variables
 *
 * Cost M estimates, and O(2^n n d) a problem.
 * Source: Efron and Stein, The jackknife estimate of variance (1981), DOI 10.1214/aos/1176345462.
 *
 * @example The paper's estimator leaves out what moves the selection
 * ```ts
 * import { gradientProblems, measureEstimator } from "qama/experiments";
 * import { exactSelection, heldSelection } from "qama/attention";
 * import { assert } from "@std/assert";
 * const problems = gradientProblems({ heads: 1, tokens: 4, width: 2, problems: 2 }, 1);
 * const held = { estimator: heldSelection, solver: exactSelection({ beta: 1 }), beta: 1, seeds: 100 };
 * assert(measureEstimator(problems, held).errors.all.bias.low > 0.1);
 * ```
 */
export function measureEstimator(
  { problem, slopes }: GradientProblems,
  { estimator, solver, beta, seeds, counted = [] }: MeasureEstimatorOptions,
): GradientStudyEstimate {
  if (!Number.isSafeInteger(seeds) || seeds < GROUPS || seeds % GROUPS !== 0) {
    throw new RangeError(`Cannot measure the estimator: seeds must be a multiple of ${GROUPS}, got ${seeds}`);
  }
  const exact = flat(expectedReadout(problem, slopes, { beta }).gradient);
  const size = exact.length;
  const { queries: { length: pairs } } = problem;
  const parts = { all: [0, size], queries: [0, pairs], keys: [pairs, 2 * pairs], fields: [2 * pairs, size] } as const;
  const sums = Array.from({ length: GROUPS }, () => new Float64Array(size));
  const squares = Array.from({ length: GROUPS }, () => new Float64Array(size));
  const along = { all: [], queries: [], keys: [], fields: [] } as Record<keyof typeof parts, number[]>;
  const before = counted.map(({ problems }) => problems);
  for (let seed = 0; seed < seeds; seed++) {
    const one = flat(estimateGradient(problem, estimator, { slopes, solver, seed }));
    const [sum, square] = [sums[seed % GROUPS], squares[seed % GROUPS]];
    for (let at = 0; at < size; at++) {
      sum[at] += one[at];
      square[at] += one[at] * one[at];
    }
    for (const [name, [from, to]] of entriesOf(parts)) {
      along[name].push(dot(one, exact, from, to) / dot(exact, exact, from, to));
    }
  }
  const [sum, square] = [totalOf(sums), totalOf(squares)];
  const errorsOf = (name: keyof typeof parts): GradientErrors => {
    const [from, to] = parts[name];
    const g2 = dot(exact, exact, from, to);
    const whole = secondMoments(sum, square, seeds, exact, from, to);
    const left = sums.map((_, g) => {
      const others = sum.map((value, at) => value - sums[g][at]),
        own = square.map((value, at) => value - squares[g][at]);
      return secondMoments(others, own, seeds - seeds / GROUPS, exact, from, to).bias2 / g2;
    });
    const mean = left.reduce((total, value) => total + value, 0) / GROUPS;
    const spread = Math.sqrt((GROUPS - 1) / GROUPS * left.reduce((total, value) => total + (value - mean) ** 2, 0));
    const root = (value: number) => Math.sqrt(Math.max(0, value));
    const bias2 = whole.bias2 / g2;
    const bias = { value: root(bias2), low: root(bias2 - T_19 * spread), high: root(bias2 + T_19 * spread) };
    const { mean: share, halfWidth } = meanInterval(along[name]);
    const means = sum.map((value) => value / seeds);
    return {
      bias,
      along: around(share, halfWidth ?? 0),
      variance: whole.variance / g2,
      cosine: dot(means, exact, from, to) / Math.sqrt(dot(means, means, from, to) * g2),
    };
  };
  const { batch: problems, heads, tokens, width } = problem;
  return {
    ...{ beta, seeds, numbers: size, sizes: { heads, tokens, width, problems } },
    largestZ: largestZ(sum, square, seeds, exact),
    solves: counted.reduce((sum, one, i) => sum + one.problems - before[i], 0) / (problems * seeds),
    errors: {
      all: errorsOf("all"),
      queries: errorsOf("queries"),
      keys: errorsOf("keys"),
      fields: errorsOf("fields"),
    },
  };
}

/** `|m - g|^2 - tr V / M`, and tr V. */
function secondMoments(
  sum: Float64Array,
  square: Float64Array,
  count: number,
  exact: Float64Array,
  from: number,
  to: number,
): { bias2: number; variance: number } {
  let [distance, variance] = [0, 0];
  for (let at = from; at < to; at++) {
    const mean = sum[at] / count;
    distance += (mean - exact[at]) ** 2;
    variance += Math.max(0, square[at] - count * mean * mean) / (count - 1);
  }
  return { bias2: distance - variance / count, variance };
}

// a number that hardly ever moves has no z: its variance is not known
function largestZ(sum: Float64Array, square: Float64Array, count: number, exact: Float64Array): number {
  const least = LEAST_ERROR * Math.sqrt(dot(exact, exact, 0, exact.length) / exact.length);
  let most = 0;
  for (let at = 0; at < sum.length; at++) {
    const mean = sum[at] / count;
    const error = Math.sqrt(Math.max(0, square[at] / count - mean * mean) / (count - 1));
    if (error > least) most = Math.max(most, Math.abs(mean - exact[at]) / error);
  }
  return most;
}

function around(value: number, halfWidth: number): Estimated {
  return { value, low: value - halfWidth, high: value + halfWidth };
}

function totalOf(arrays: readonly Float64Array[]): Float64Array {
  return arrays[0].map((_, at) => arrays.reduce((total, array) => total + array[at], 0));
}

function dot(a: Float64Array, b: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += a[at] * b[at];
  return sum;
}

function flat({ queries, keys, fields }: ProblemGradient): Float64Array {
  const all = new Float64Array(queries.length + keys.length + fields.length);
  all.set(queries);
  all.set(keys, queries.length);
  all.set(fields, queries.length + keys.length);
  return all;
}

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
