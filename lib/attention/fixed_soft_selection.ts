import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { checkSoftProblem, softEnergiesOf } from "./soft_energies.ts";
import type { SoftSolver } from "./soft_types.ts";

/**
 * Makes a control that gives every problem the same random weights: one mask of bits for each head.
 *
 * Exactly `round(density N q)` bits of a head are set, without replacement; head t draws from stream t of `options.seed`.
 * The call's own seed, `sweeps` and `replicas` have no meaning here and are not read.
 *
 * @param options.density share of the bits that are set, 0 .. 1
 * @param options.seed seed of the mask
 * @throws {RangeError} if the density is not from 0 to 1 or the seed is no safe integer of 0 or more
 *
 * Cost O(B H N (N + q)) a call, most of it the energies.
 *
 * @example Half of eight bits are four
 * ```ts
 * import { fixedSoftSelection } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const weights = { quadratic: 1, linear: 1, penalty: 2, longRange: 0 };
 * const arrays = { couplings: new Float32Array(4), fields: new Float32Array(2) };
 * const problem = { batch: 1, heads: 1, tokens: 2, bits: 4, weights, ...arrays };
 * const { chosen } = fixedSoftSelection({ density: 0.5, seed: 3 }).solve(problem, { seed: 1 });
 * assertEquals(chosen.reduce((sum, x) => sum + x), 4);
 * ```
 */
export function fixedSoftSelection(options: { readonly density: number; readonly seed: number }): SoftSolver {
  checkOptionNames("Cannot choose weights at random", options, ["density", "seed"]);
  const { density, seed } = options;
  if (!(density >= 0 && density <= 1)) {
    throw new RangeError(`Cannot choose weights at random: density must be from 0 to 1, got ${density}`);
  }
  new Rng(seed);
  return {
    name: "fixedSoft",
    solve(problem, solveOptions) {
      checkSoftProblem(problem);
      checkSolveOptions(solveOptions);
      const { batch, heads, tokens, bits } = problem;
      const mask = new Uint8Array(heads * tokens * bits);
      for (let t = 0; t < heads; t++) {
        const order = new Rng(seed, t).shuffle(Int32Array.from({ length: tokens * bits }, (_, r) => r));
        for (let i = 0; i < Math.round(density * tokens * bits); i++) mask[t * tokens * bits + order[i]] = 1;
      }
      const chosen = new Uint8Array(batch * mask.length);
      for (let b = 0; b < batch; b++) chosen.set(mask, b * mask.length);
      return { chosen, energies: softEnergiesOf(problem, chosen), solver: "fixedSoft" };
    },
  };
}
