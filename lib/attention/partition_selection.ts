import { Rng } from "../random/mod.ts";
import { type CountOptions, type DensityOptions, sameForAll, shareOf } from "./_control.ts";
import type { AttentionSolver } from "./types.ts";

/**
 * Makes a control that deals the tokens out to the heads once, and chooses the same in every problem and every call.
 *
 * A shuffled pack of the N tokens is dealt, n a head; when it is used up another one is shuffled. So every token is in
 * `floor(H n / N)` or `ceil(H n / N)` heads: with `H n <= N` the heads are a partition of H n of the tokens, no two share
 * one. The packs come from stream 0 of `options.seed`, for each N anew; the call's own seed, `sweeps` and `replicas` have no
 * meaning here and are not read.
 *
 * @param options.density share of the tokens that a head gets, 0 .. 1; n = round(density N)
 * @param options.count tokens a head, in place of a share; all of them where there are fewer
 * @param options.seed seed of the packs
 * @throws {RangeError} if the density is not from 0 to 1, the count no integer of 0 or more, or the seed no safe integer of
 *   0 or more
 * @throws {TypeError} if there is an unknown option, or both a density and a count
 *
 * Cost O(B H N d) a call, most of it the energies.
 *
 * @example Two heads share out four tokens
 * ```ts
 * import { partitionSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 2, tokens: 4, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const zero = new Float32Array(8);
 * const problem = { ...sizes, queries: zero, keys: zero, fields: zero };
 * const { chosen } = partitionSelection({ count: 2, seed: 7 }).solve(problem, { seed: 1 });
 * assertEquals([0, 1, 2, 3].map((i) => chosen[i] + chosen[4 + i]), [1, 1, 1, 1]);
 * ```
 */
export function partitionSelection(
  options: (DensityOptions | CountOptions) & { readonly seed: number },
): AttentionSolver {
  const share = shareOf("Cannot deal the tokens out", options, ["seed"]);
  const { seed } = options;
  new Rng(seed);
  return sameForAll("partition", (heads, tokens) => dealt(new Rng(seed), heads, tokens, share(tokens)));
}

function dealt(rng: Rng, heads: number, tokens: number, count: number): Uint8Array {
  const mask = new Uint8Array(heads * tokens);
  const pack: number[] = [];
  for (let t = 0; t < heads; t++) {
    for (let n = 0; n < count; n++) {
      // the first card of the pack that the head has not: of a new pack only where the old one holds none
      let at = pack.findIndex((token) => mask[t * tokens + token] === 0);
      if (at < 0) {
        at = pack.length;
        const fresh = [...rng.shuffle(Int32Array.from({ length: tokens }, (_, i) => i))];
        pack.push(...fresh);
        while (mask[t * tokens + pack[at]] !== 0) at++;
      }
      mask[t * tokens + pack.splice(at, 1)[0]] = 1;
    }
  }
  return mask;
}
