import { exactEnumeration, type Sampler } from "../samplers/mod.ts";

const from = (name: string, options?: unknown) => ({ module: import.meta.url, name, options });

/** Refuses every model. */
export function failingSampler(): Sampler {
  return {
    name: "failing",
    origin: from("failingSampler"),
    sample: () => Promise.reject(new RangeError("the machine is on holiday")),
  };
}

/** Never answers. */
export function silentSampler(): Sampler {
  return { name: "silent", origin: from("silentSampler"), sample: () => new Promise(() => {}) };
}

/** Says that its machine failed. */
export function brokenSampler(): Sampler {
  return {
    name: "broken",
    origin: from("brokenSampler"),
    sample: async (model) => ({ ...await exactEnumeration().sample(model), ending: "machine-failed" }),
  };
}

/** Chooses, of every problem, the variables that are bits of the seed it is given. */
export function seedSampler(): Sampler {
  return {
    name: "seed",
    origin: from("seedSampler"),
    async sample(model, options = {}) {
      const set = await exactEnumeration().sample(model);
      const states = Int8Array.from({ length: model.n }, (_, i) => ((options.seed ?? 0) >>> i) & 1);
      return { ...set, states, energies: Float64Array.of(0), counts: Uint32Array.of(1) };
    },
  };
}

/** Solves all models in one go with what `seedSampler` gives, but for `missing` of them; of one alone it knows nothing. */
export function togetherSampler(missing = 0): Sampler {
  return {
    name: "together",
    origin: from("togetherSampler", missing),
    sample: () => Promise.reject(new Error("one by one")),
    sampleAll: (models, { seeds } = {}) =>
      Promise.all(
        models.slice(missing).map((model, b) => seedSampler().sample(model, seeds && { seed: seeds[b] })),
      ),
  };
}
