import type { Work } from "../model/mod.ts";
import { resolveOptions } from "./_options.ts";
import { type Reader, runReads } from "./_run_reads.ts";
import type { Sampler } from "./types.ts";

/**
 * Makes a sampler that looks at nothing: every state equally likely, `P(s) = 2^-n`. What any other sampler must beat. No options.
 *
 * Bad at: finding anything; the Boltzmann distribution at infinite temperature is all it samples.
 *
 * @returns a sampler
 *
 * Cost O(n) a read, beside its energy.
 *
 * @example Four reads of a coin
 * ```ts
 * import { randomSampler } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [1] });
 * const { states, energies } = await randomSampler().sample(model, { seed: 5, numReads: 4 });
 * assertEquals([...energies], [...states]);
 * ```
 */
export function randomSampler(): Sampler {
  const origin = { module: import.meta.url, name: "randomSampler", options: undefined };
  return {
    name: "randomSampler",
    origin,
    async sample(model, options = {}) {
      const resolved = resolveOptions("randomSampler", model, options, false);
      return await runReads({
        sampler: "randomSampler",
        origin,
        model,
        options: resolved,
        descends: false,
        // deno-lint-ignore require-yield
        *prepare(): Work<Reader> {
          return { kernel: "none", options: {}, begin() {}, advance: () => true };
        },
      });
    },
  };
}
