import { checkProblem } from "./check_problem.ts";
import type { AttentionProblem, EnergyWeights } from "./types.ts";

/** What {@link poolTokens} keeps. */
export interface PoolTokensOptions {
  /** Which problem of the batch. */
  readonly sample: number;
  /** Which of its heads, each once; the others are taken to choose nothing. */
  readonly heads: readonly number[];
  /** Which tokens become one, a list a new token; no token in two lists. A list of one keeps the token as it is. */
  readonly groups: readonly (readonly number[])[];
  /** Weights of the energy at the new number of tokens. @default {those of the problem} */
  readonly weights?: EnergyWeights;
}

/**
 * Makes a smaller attention problem: some heads of one sample, groups of tokens replaced by their means.
 *
 * Queries, keys and fields of a new token are the means over its group, in float64, rounded to float32. Heads that are left out
 * choose nothing, so that what the others overlap with them is 0; with groups of one token and the problem's own weights
 * the QUBO of the result is therefore a principal submatrix of the problem's.
 *
 * @param problem B problems
 * @returns a fresh problem, batch 1
 * @throws {TypeError} if an array of the problem does not fit its sizes
 * @throws {RangeError} if the sample, a head or a token is none of the problem, comes twice, or a list is empty
 *
 * Cost O(H N d) of what is kept.
 *
 * @example Two tokens become one
 * ```ts
 * import { poolTokens } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(10, 20) };
 * const pooled = poolTokens({ ...sizes, ...arrays }, { sample: 0, heads: [0], groups: [[0, 1]] });
 * assertEquals([...pooled.queries, ...pooled.keys, ...pooled.fields], [1.5, 4, 15]);
 * ```
 */
export function poolTokens(problem: AttentionProblem, options: PoolTokensOptions): AttentionProblem {
  checkProblem(problem);
  const { batch, heads: H, tokens: N, width } = problem;
  const { sample, heads, groups, weights = problem.weights } = options;
  checkPlaces("sample", [sample], batch);
  checkPlaces("head", heads, H);
  checkPlaces("token", groups.flat(), N);
  if (groups.some((group) => group.length === 0)) {
    throw new RangeError("Cannot pool the tokens: expected a token or more in every group, got an empty one");
  }
  const means = (values: Float32Array, d: number) => {
    const out = new Float32Array(heads.length * groups.length * d);
    for (let r = 0; r < out.length; r++) {
      const group = groups[Math.floor(r / d) % groups.length];
      const head = (sample * H + heads[Math.floor(r / (d * groups.length))]) * N;
      out[r] = group.reduce((sum, token) => sum + values[(head + token) * d + r % d], 0) / group.length;
    }
    return out;
  };
  return {
    batch: 1,
    heads: heads.length,
    tokens: groups.length,
    width,
    queries: means(problem.queries, width),
    keys: means(problem.keys, width),
    fields: means(problem.fields, 1),
    weights,
  };
}

function checkPlaces(what: string, places: readonly number[], count: number): void {
  const wrong = places.find((place) => !Number.isInteger(place) || place < 0 || place >= count);
  if (wrong !== undefined) {
    throw new RangeError(`Cannot pool the tokens: a ${what} must be an integer from 0 to ${count - 1}, got ${wrong}`);
  }
  if (places.length === 0 || new Set(places).size !== places.length) {
    throw new RangeError(`Cannot pool the tokens: expected each ${what} once, got ${places.join(", ") || "none"}`);
  }
}
