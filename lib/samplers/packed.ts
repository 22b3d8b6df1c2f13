import { blockDiagonal, checkOptionNames, energies, fingerprint, type Model } from "../model/mod.ts";
import { samplerOnDemand } from "./sampler_from_origin.ts";
import type { SampleAllOptions, Sampler, SamplerOrigin, SampleSet, Story } from "./types.ts";

/** How {@link packed} works. */
export interface PackedOptions {
  /** Most variables of one call of the sampler inside: the size of the machine. */
  readonly variables: number;
}

/** {@link PackedOptions}, with the sampler as something that can be sent to a thread. */
export interface PackedFromOptions extends PackedOptions {
  /** Origin of the sampler inside. */
  readonly sampler: SamplerOrigin;
}

/** A sampler that takes several models at once. */
export type PackedSampler = Sampler & Required<Pick<Sampler, "sampleAll">>;

/**
 * Makes a sampler that solves several models with one call of another, side by side where they fit: for a machine that is paid
 * by the job, and has room for more than one model.
 *
 * `sampleAll` fills packs in the order of the models, at most `variables` together (`blockDiagonal`); the models of a pack share
 * its reads: row k of each is its part of read k, so that the lowest rows of two models may come from different reads. A pack is
 * drawn with the seed of its first model. Energies are those of each model alone, in float64. `sample` hands a single model through.
 *
 * Bad at: models of very different size of coefficients on a machine of few bits, whose step the largest sets for all of a pack.
 *
 * @param sampler what solves the packs
 * @param options.variables most variables of a pack; a model that is larger alone goes alone
 * @returns a sampler with the name of the one inside; has an origin if that has one
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if `variables` is no integer from 1
 *
 * Cost that of the sampler, for as many calls as there are packs.
 *
 * @example Three models in two calls
 * ```ts
 * import { exactEnumeration, packed } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const models = [1, 2, 3].map((h) => isingModel({ couplings: sparseCouplings(1, []), linear: [h] }));
 * const sets = await packed(exactEnumeration(), { variables: 2 }).sampleAll(models);
 * assertEquals(sets.map(({ energies }) => energies[0]), [-1, -2, -3]);
 * ```
 */
export function packed(sampler: Sampler, options: PackedOptions): PackedSampler {
  const { variables } = checkedOptions(options);
  const { origin } = sampler;
  return packing(sampler.name, () => Promise.resolve(sampler), variables, origin && { sampler: origin, variables });
}

/**
 * Makes what {@link packed} makes from plain data, as a thread needs it.
 *
 * @param options the origin of the sampler inside, and the size of a pack
 * @returns a sampler; the one inside is made at the first call
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if `variables` is no integer from 1
 *
 * Cost that of {@link packed}.
 *
 * @example From an origin
 * ```ts
 * import { exactEnumeration, packedFrom } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assert, assertEquals } from "@std/assert";
 * const { origin } = exactEnumeration();
 * assert(origin !== undefined);
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [2] });
 * const [set] = await packedFrom({ sampler: origin, variables: 8 }).sampleAll([model]);
 * assertEquals(set.energies[0], -2);
 * ```
 */
export function packedFrom(options: PackedFromOptions): PackedSampler {
  const { sampler, ...rest } = options;
  const { variables } = checkedOptions(rest);
  return packing(sampler.name, samplerOnDemand(sampler), variables, { sampler, variables });
}

function checkedOptions(options: PackedOptions): PackedOptions {
  checkOptionNames("Cannot pack models", options, ["variables"]);
  const { variables } = options;
  if (!Number.isSafeInteger(variables) || variables < 1) {
    throw new RangeError(`Cannot pack models: variables must be an integer from 1, got ${variables}`);
  }
  return options;
}

function packing(
  name: string,
  inside: () => Promise<Sampler>,
  variables: number,
  options: PackedFromOptions | undefined,
): PackedSampler {
  return {
    name,
    ...(options && { origin: { module: import.meta.url, name: "packedFrom", options } }),
    sample: async (model, sampleOptions) => await (await inside()).sample(model, sampleOptions),
    sampleAll: async (models, sampleOptions = {}) =>
      await samplePacks(await inside(), models, variables, sampleOptions),
  };
}

async function samplePacks(
  sampler: Sampler,
  models: readonly Model[],
  variables: number,
  { seeds, ...options }: SampleAllOptions,
): Promise<SampleSet[]> {
  if (seeds !== undefined && seeds.length !== models.length) {
    throw new TypeError(`Cannot sample ${models.length} models: got ${seeds.length} seeds, expected one a model`);
  }
  const packs = fillPacks(models, variables);
  const joined = packs.map(({ from, to }) => to - from === 1 ? undefined : blockDiagonal(models.slice(from, to)));
  const given = packs.map(({ from }, p) => joined[p]?.model ?? models[from]);
  const packSeeds = seeds && packs.map(({ from }) => seeds[from]);
  const sets = sampler.sampleAll === undefined
    ? await oneByOne(sampler, given, { ...options, ...(packSeeds && { seeds: packSeeds }) })
    : await sampler.sampleAll(given, { ...options, ...(packSeeds && { seeds: packSeeds }) });
  return packs.flatMap(({ from, to }, p) => {
    const parts = joined[p]?.split(sets[p].states);
    return parts === undefined
      ? [sets[p]]
      : parts.map((states, k) => partOf(sets[p], models[from + k], states, to - from));
  });
}

async function oneByOne(
  sampler: Sampler,
  models: readonly Model[],
  { seeds, timeLimitMs, ...options }: SampleAllOptions,
): Promise<SampleSet[]> {
  const end = timeLimitMs === undefined ? Infinity : performance.now() + timeLimitMs;
  const sets: SampleSet[] = [];
  for (let k = 0; k < models.length; k++) {
    const left = end === Infinity ? {} : { timeLimitMs: Math.max(1e-3, end - performance.now()) };
    sets.push(await sampler.sample(models[k], { ...options, ...left, ...(seeds && { seed: seeds[k] }) }));
  }
  return sets;
}

function fillPacks(models: readonly Model[], variables: number): { from: number; to: number }[] {
  const packs: { from: number; to: number; filled: number }[] = [];
  models.forEach(({ n, vartype }, k) => {
    const last = packs.at(-1);
    if (last !== undefined && last.filled + n <= variables && models[last.from].vartype === vartype) {
      last.to = k + 1;
      last.filled += n;
    } else packs.push({ from: k, to: k + 1, filled: n });
  });
  return packs;
}

function partOf(set: SampleSet, model: Model, states: Int8Array, packedModels: number): SampleSet {
  // models of no variable have no states to count rows by
  const own = model.n === 0 ? new Float64Array(set.energies.length).fill(model.offset) : energies(model, states);
  const identity = fingerprint(model);
  // a call on the pack, told as one on this model
  const toldOf = (story: Story): Story => ({
    ...story,
    fingerprint: identity,
    variables: model.n,
    findings: { ...story.findings, packedModels, packedVariables: story.variables },
  });
  const provenance = set.provenance &&
    { stories: set.provenance.stories.map(toldOf), rows: set.provenance.rows.slice() };
  const story = toldOf(set.story);
  return { ...set, states, energies: own, counts: set.counts.slice(), story, ...(provenance && { provenance }) };
}
