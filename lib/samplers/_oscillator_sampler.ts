import type { IsingArrays } from "./_ising_arrays.ts";
import { resolveOptions } from "./_options.ts";
import { type OscillatorPlan, oscillatorReader } from "./_oscillator_reader.ts";
import { runReads } from "./_run_reads.ts";
import type { Sampler, SamplerOrigin } from "./types.ts";

/** A sampler whose reads are oscillators, planned anew for every model. */
export function oscillatorSampler(origin: SamplerOrigin, makePlan: (arrays: IsingArrays) => OscillatorPlan): Sampler {
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

/** Throws unless the value is an integer from 1. */
export function checkCount(cannot: string, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${cannot}: ${name} must be an integer from 1, got ${value}`);
  }
}

/** Throws unless every value given is a finite number above 0, or from 0 on where `from` is "zero". */
export function checkSizes(
  cannot: string,
  values: Readonly<Record<string, number | undefined>>,
  from: "above zero" | "zero" = "above zero",
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (Number.isFinite(value) && (from === "zero" ? value >= 0 : value > 0))) continue;
    throw new RangeError(`${cannot}: ${name} must be a number ${from === "zero" ? "from 0" : "above 0"}, got ${value}`);
  }
}

/** Throws unless the range is a pair of finite numbers. */
export function checkRange(cannot: string, name: string, range: readonly number[]): void {
  if (Array.isArray(range) && range.length === 2 && range.every(Number.isFinite)) return;
  throw new RangeError(`${cannot}: ${name} must be two numbers, [first, last], got ${JSON.stringify(range)}`);
}
