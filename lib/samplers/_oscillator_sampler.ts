import type { Work } from "../model/mod.ts";
import type { IsingArrays } from "./_ising_arrays.ts";
import { resolveOptions } from "./_options.ts";
import { type OscillatorPlan, oscillatorReader } from "./_oscillator_reader.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler, SamplerOrigin } from "./types.ts";

/** A sampler whose reads are oscillators, planned anew for every model. */
export function oscillatorSampler(
  origin: SamplerOrigin,
  makePlan: (arrays: IsingArrays) => Work<OscillatorPlan>,
): Sampler {
  const name = origin.name;
  return {
    name,
    origin,
    async sample(model, sampleOptions = {}) {
      const options = resolveOptions(name, model, sampleOptions, true);
      return await runReads({
        sampler: name,
        origin,
        model,
        options,
        prepare: (target) => oscillatorReader(model, target, makePlan),
      });
    },
  };
}
