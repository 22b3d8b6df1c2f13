import {
  checkOptionNames,
  energies,
  fingerprint,
  type Model,
  type QuantisationOptions,
  quantiseModel,
} from "../model/mod.ts";
import { samplerOnDemand } from "./sampler_from_origin.ts";
import type { SampleOptions, Sampler, SamplerOrigin, SampleSet, Story } from "./types.ts";

/** How {@link quantised} rounds: as `quantiseModel` does. */
export type QuantisedOptions = Omit<QuantisationOptions, "seed">;

/** {@link QuantisedOptions}, with the sampler as something that can be sent to a thread. */
export interface QuantisedFromOptions extends QuantisedOptions {
  /** Origin of the sampler inside. */
  readonly sampler: SamplerOrigin;
}

/**
 * Makes a sampler that sees coefficients of few bits only, as a machine would: what rounding alone costs, with any sampler.
 *
 * The model is rounded (`quantiseModel`; stochastic rounding with the seed of the call), the sampler inside works on what is left,
 * and energies are those of the model as it was given, in float64. A target cannot be looked for inside, where energies are
 * others: it is compared with the rows at the end.
 *
 * Bad at: nothing that the sampler inside would be good at; it is a handicap.
 *
 * @param sampler what works on the rounded model
 * @param options bits, step and rounding, see `quantiseModel`
 * @returns a sampler with the name of the one inside; has an origin if that has one
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of the sampler, and two passes over the couplings.
 *
 * @example Three bits: the smaller field is gone
 * ```ts
 * import { exactEnumeration, quantised } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, []), linear: [10, 1] });
 * const { energies, story } = await quantised(exactEnumeration(), { bits: 3 }).sample(model);
 * assertEquals([Math.abs(energies[0] + 10), story.findings.energyError], [1, 1]);
 * ```
 */
export function quantised(sampler: Sampler, options: QuantisedOptions): Sampler {
  const kept = checkedOptions(options);
  const { origin } = sampler;
  return rounding(sampler.name, () => Promise.resolve(sampler), kept, origin && { sampler: origin, ...kept });
}

/**
 * Makes what {@link quantised} makes from plain data, as a thread needs it.
 *
 * @param options the origin of the sampler inside, and how to round
 * @returns a sampler; the one inside is made at the first call
 * @throws {TypeError} if an option is unknown
 *
 * Cost that of {@link quantised}.
 *
 * @example From an origin
 * ```ts
 * import { exactEnumeration, quantisedFrom } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assert, assertEquals } from "@std/assert";
 * const { origin } = exactEnumeration();
 * assert(origin !== undefined);
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [2.3] });
 * const { energies } = await quantisedFrom({ sampler: origin, bits: 2 }).sample(model);
 * assertEquals(energies[0], -2.3);
 * ```
 */
export function quantisedFrom(options: QuantisedFromOptions): Sampler {
  const { sampler, ...rest } = options;
  const kept = checkedOptions(rest);
  return rounding(sampler.name, samplerOnDemand(sampler), kept, { sampler, ...kept });
}

function checkedOptions(options: QuantisedOptions): QuantisedOptions {
  checkOptionNames("Cannot make a sampler of few bits", options, ["bits", "step", "rounding"]);
  return options;
}

function rounding(
  name: string,
  inside: () => Promise<Sampler>,
  options: QuantisedOptions,
  origin: QuantisedFromOptions | undefined,
): Sampler {
  return {
    name,
    ...(origin && { origin: { module: import.meta.url, name: "quantisedFrom", options: origin } }),
    sample: async (model, sampleOptions = {}) => await sampleRounded(await inside(), model, options, sampleOptions),
  };
}

async function sampleRounded(
  sampler: Sampler,
  model: Model,
  options: QuantisedOptions,
  { target, onProgress, ...rest }: SampleOptions,
): Promise<SampleSet> {
  const seed = rest.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  const { model: whole, step, energyError } = quantiseModel(model, { ...options, seed });
  const set = await sampler.sample(whole, {
    ...rest,
    seed,
    // what the sampler inside calls its lowest energy is that of the rounded model
    ...(onProgress &&
      { onProgress: (progress) => onProgress({ ...progress, lowestEnergy: step * progress.lowestEnergy }) }),
  });
  const own = model.n === 0 ? new Float64Array(set.energies.length).fill(model.offset) : energies(model, set.states);
  const ending = target !== undefined && own.some((value) => value <= target) ? "target-reached" : set.ending;
  const identity = fingerprint(model);
  // a call inside, told as one on the model that was given
  const toldOf = (story: Story): Story => ({
    ...story,
    fingerprint: identity,
    options: { ...story.options, ...options, target: Number.isFinite(target) ? Number(target) + 0 : null },
    findings: { ...story.findings, step, energyError },
  });
  const provenance = set.provenance &&
    { stories: set.provenance.stories.map(toldOf), rows: set.provenance.rows };
  const story = { ...toldOf(set.story), ending };
  return { ...set, energies: own, ending, story, ...(provenance && { provenance }) };
}
