import { energies, isingFromQubo, type Model } from "../model/mod.ts";
import {
  type SampleAllOptions,
  type SampleOptions,
  type Sampler,
  samplerOnDemand,
  type SamplerOrigin,
  type SampleSet,
} from "../samplers/mod.ts";

/** What a call of a machine cost, as its story tells it. */
export interface StudyTraffic {
  /** Jobs that were answered. */
  readonly jobs: number;
  /** Those that were answered from the journal. */
  readonly cachedJobs: number;
  /** Requests that they took. */
  readonly requests: number;
  /** Bytes sent. */
  readonly sentBytes: number;
  /** Bytes received. */
  readonly receivedBytes: number;
  /** Jobs by what re-energising found: `exact`, `rounding` ... */
  readonly energyChecks: Readonly<Record<string, number>>;
}

/** A machine's sampler that writes what each call cost into a file, a line each: what a layer's thread would keep to itself. */
export function noted(sampler: Sampler, file: string): Sampler {
  return noting(sampler.name, () => Promise.resolve(sampler), file, sampler.origin);
}

/** Makes what {@link noted} makes from plain data. */
export function notedFrom({ sampler, file }: { readonly sampler: SamplerOrigin; readonly file: string }): Sampler {
  return noting(sampler.name, samplerOnDemand(sampler), file, sampler);
}

function noting(
  name: string,
  inside: () => Promise<Sampler>,
  file: string,
  origin: SamplerOrigin | undefined,
): Sampler {
  const note = (sets: readonly SampleSet[]) => {
    const lines = sets.map(({ story }) => `${JSON.stringify(story.findings)}\n`).join("");
    Deno.writeTextFileSync(file, lines, { append: true });
    return sets;
  };
  return {
    name,
    ...(origin && { origin: { module: import.meta.url, name: "notedFrom", options: { sampler: origin, file } } }),
    async sample(model: Model, options?: SampleOptions) {
      return note([await (await inside()).sample(model, options)])[0];
    },
    async sampleAll(models: readonly Model[], options: SampleAllOptions = {}) {
      const sampler = await inside();
      if (sampler.sampleAll === undefined) throw new TypeError(`Cannot note ${name}: it takes no several models`);
      return [...note(await sampler.sampleAll(models, options))];
    },
  };
}

/** Adds up what {@link noted} wrote; nothing where there is no file. */
export function readTraffic(file: string): StudyTraffic {
  let text = "";
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const sum = { jobs: 0, cachedJobs: 0, requests: 0, sentBytes: 0, receivedBytes: 0 };
  const energyChecks: Record<string, number> = {};
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const findings: Record<string, unknown> = JSON.parse(line);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += Number(findings[name] ?? 0);
    const check = String(findings.energyCheck ?? "none");
    energyChecks[check] = (energyChecks[check] ?? 0) + Number(findings.jobs ?? 0);
  }
  return { ...sum, energyChecks };
}

/** A sampler that sees QUBOs as the Ising models they are, with the coefficients that a machine of spins would round. */
export function inSpins(sampler: Sampler): Sampler {
  return spinning(sampler.name, () => Promise.resolve(sampler), sampler.origin);
}

/** Makes what {@link inSpins} makes from plain data. */
export function inSpinsFrom({ sampler }: { readonly sampler: SamplerOrigin }): Sampler {
  return spinning(sampler.name, samplerOnDemand(sampler), sampler);
}

function spinning(name: string, inside: () => Promise<Sampler>, origin: SamplerOrigin | undefined): Sampler {
  return {
    name,
    ...(origin && { origin: { module: import.meta.url, name: "inSpinsFrom", options: { sampler: origin } } }),
    async sample(model: Model, options?: SampleOptions) {
      const sampler = await inside();
      if (model.vartype === "ising") return await sampler.sample(model, options);
      const set = await sampler.sample(isingFromQubo(model), options);
      const states = set.states.map((spin) => (spin + 1) / 2);
      return { ...set, states, energies: energies(model, states) };
    },
  };
}
