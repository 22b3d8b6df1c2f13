import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { type CountOptions, type DensityOptions, drawTokens, sameForAll, shareOf, uncoupled } from "./_control.ts";
import type { AttentionSolver } from "./types.ts";

export type { CountOptions, DensityOptions };

const AT_RANDOM = "Cannot choose tokens at random";

/**
 * Makes a control that chooses tokens at random, anew in every problem and call.
 *
 * Exactly `round(density N)` tokens in every head, or `min(count, N)`, without replacement; problem b draws from stream
 * `firstStream + b` of the call's seed. `sweeps` and `replicas` have no meaning here and are not read.
 *
 * @param options.density share of the tokens, 0 .. 1
 * @param options.count tokens, in place of a share
 * @throws {RangeError} if the density is not from 0 to 1, or the count no integer of 0 or more
 * @throws {TypeError} if there is an unknown option, or both a density and a count
 *
 * Cost O(B H N d) a call, most of it the energies.
 *
 * @example Half of four tokens are two
 * ```ts
 * import { randomSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 4, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const zero = new Float32Array(4);
 * const { chosen } = randomSelection({ density: 0.5 })
 *   .solve({ ...sizes, queries: zero, keys: zero, fields: zero }, { seed: 1 });
 * assertEquals(chosen.reduce((sum, x) => sum + x, 0), 2);
 * ```
 */
export function randomSelection(options: DensityOptions | CountOptions): AttentionSolver {
  const share = shareOf(AT_RANDOM, options);
  return uncoupled("random", (problem, chosen, { seed, firstStream = 0 }) => {
    const { batch, heads, tokens } = problem;
    for (let b = 0; b < batch; b++) {
      const rng = new Rng(seed, firstStream + b);
      for (let t = 0; t < heads; t++) drawTokens(rng, share(tokens), chosen, (b * heads + t) * tokens, tokens);
    }
  });
}

/** How many tokens a fixed control chooses: a share of each head's, or a number. */
export type FixedSelectionOptions = (DensityOptions | CountOptions) & {
  /** Seed of the mask. */
  readonly seed: number;
};

/**
 * Makes a control that chooses the same tokens in every problem and every call: one random mask for each head.
 *
 * Exactly `round(density N)` tokens in every head, or `min(count, N)`, without replacement; head t draws from stream t of
 * `options.seed`, for each N anew. The call's own seed, `sweeps` and `replicas` have no meaning here and are not read.
 *
 * @param options.density share of the tokens, 0 .. 1
 * @param options.count tokens, in place of a share
 * @param options.seed seed of the mask
 * @throws {RangeError} if the density is not from 0 to 1, the count no integer of 0 or more, or the seed no safe integer of
 *   0 or more
 * @throws {TypeError} if there is an unknown option, or both a density and a count
 *
 * Cost O(B H N d) a call, most of it the energies.
 *
 * @example Two problems get one mask
 * ```ts
 * import { fixedSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 2, heads: 1, tokens: 4, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const zero = new Float32Array(8);
 * const problem = { ...sizes, queries: zero, keys: zero, fields: zero };
 * const { chosen } = fixedSelection({ density: 0.5, seed: 7 }).solve(problem, { seed: 1 });
 * assertEquals(chosen.subarray(0, 4), chosen.subarray(4, 8));
 * ```
 */
export function fixedSelection(options: FixedSelectionOptions): AttentionSolver {
  const share = shareOf(AT_RANDOM, options, ["seed"]);
  const { seed } = options;
  new Rng(seed);
  return sameForAll("fixed", (heads, tokens) => {
    const mask = new Uint8Array(heads * tokens);
    for (let t = 0; t < heads; t++) drawTokens(new Rng(seed, t), share(tokens), mask, t * tokens, tokens);
    return mask;
  });
}

/**
 * Makes a control that chooses the k tokens of largest field h in every head; of equal fields the earlier token.
 *
 * The couplings and the penalties are not read, nor are `seed`, `sweeps` and `replicas`.
 *
 * @param options.k tokens a head, a positive integer
 * @param options.density share of the tokens, 0 .. 1, in place of k; `round(density N)` tokens
 * @param options.count tokens a head, in place of k; all of them where there are fewer
 * @throws {RangeError} if k is not a positive integer, the density not from 0 to 1, or the count no integer of 0 or more;
 *   `solve` throws it if k is larger than N
 * @throws {TypeError} if there is an unknown option, or more than one of the three
 *
 * Cost O(B H N (k + d)) a call.
 *
 * @example The larger field wins
 * ```ts
 * import { topFieldSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 3, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: new Float32Array(3), keys: new Float32Array(3), fields: Float32Array.of(-1, 5, 2) };
 * assertEquals([...topFieldSelection({ k: 2 }).solve({ ...sizes, ...arrays }, { seed: 1 }).chosen], [0, 1, 1]);
 * ```
 */
export function topFieldSelection(
  options: { readonly k: number } | DensityOptions | CountOptions,
): AttentionSolver {
  const share = topShare(options);
  return uncoupled("topField", ({ tokens, fields }, chosen) => {
    const k = share(tokens);
    const best = new Int32Array(k);
    for (let head = 0; k > 0 && head < chosen.length; head += tokens) {
      let filled = 0;
      for (let token = head; token < head + tokens; token++) {
        if (filled === k && fields[token] <= fields[best[k - 1]]) continue;
        let place = filled < k ? filled++ : k - 1;
        for (; place > 0 && fields[token] > fields[best[place - 1]]; place--) best[place] = best[place - 1];
        best[place] = token;
      }
      for (const token of best) chosen[token] = 1;
    }
  });
}

function topShare(options: { readonly k: number } | DensityOptions | CountOptions): (tokens: number) => number {
  const cannot = "Cannot choose the top fields";
  if (!("k" in options)) return shareOf(cannot, options);
  checkOptionNames(cannot, options, ["k"]);
  const { k } = options;
  if (!Number.isSafeInteger(k) || k < 1) throw new RangeError(`${cannot}: k must be a positive integer, got ${k}`);
  return (tokens) => {
    if (k > tokens) throw new RangeError(`${cannot}: k must be at most ${tokens} tokens, got ${k}`);
    return k;
  };
}

/**
 * Makes a control that chooses every token in every head.
 *
 * Cost O(B H N d) a call.
 *
 * @example
 * ```ts
 * import { allTokens } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(0, 0) };
 * assertEquals(allTokens().solve({ ...sizes, ...arrays }, { seed: 1 }).energies[0], -11);
 * ```
 */
export function allTokens(): AttentionSolver {
  return uncoupled("all", (_problem, chosen) => {
    chosen.fill(1);
  });
}

/**
 * Makes a control that chooses nothing.
 *
 * Cost O(B H N d) a call.
 *
 * @example
 * ```ts
 * import { noTokens } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5), fields: Float32Array.of(0, 0) };
 * assertEquals(Math.abs(noTokens().solve({ ...sizes, ...arrays }, { seed: 1 }).energies[0]), 0);
 * ```
 */
export function noTokens(): AttentionSolver {
  return uncoupled("none", () => {});
}
