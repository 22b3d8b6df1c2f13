import { AssertionError } from "@std/assert";
import type { Sampler } from "../samplers/mod.ts";
import { examples } from "./_conformance_models.ts";
import { bruteForceMinimum } from "./model_twins.ts";
import type { Law } from "./law.ts";
import type { SamplerConformanceOptions } from "./conformance.ts";

/** The optimum of small models is found. */
export function qualityLaws(makeSampler: () => Sampler, { qualityReads = 50 }: SamplerConformanceOptions): Law[] {
  return [{
    name: "finds the optimum of small models in every form and vartype",
    async run() {
      for (const { name, model } of [...examples(), ...examples(10)]) {
        const set = await makeSampler().sample(model, { numReads: qualityReads, seed: 5 });
        const { energy } = bruteForceMinimum(model);
        const found = Math.min(...set.energies);
        const missed = !(Math.abs(found - energy) <= 1e-9 * Math.max(1, Math.abs(energy)));
        if (missed) {
          throw new AssertionError(`${name}, ${model.n} variables: lowest is ${found}, the optimum ${energy}`);
        }
      }
    },
  }];
}
