import type { Sampler, SamplerOrigin } from "./types.ts";

/**
 * Makes a sampler again from its origin, in this thread: the way one sampler carries another over to a worker.
 *
 * @param origin where the sampler comes from; its module is imported and runs: never take an origin from strangers
 * @returns a fresh sampler
 * @throws {TypeError} if the module exports no such function, or the function returned no sampler
 *
 * Cost that of the import, the first time.
 *
 * @example The same sampler again
 * ```ts
 * import { exactEnumeration, samplerFromOrigin } from "qama/samplers";
 * import { assert, assertEquals } from "@std/assert";
 * const { origin } = exactEnumeration();
 * assert(origin !== undefined);
 * assertEquals((await samplerFromOrigin(origin)).name, "exactEnumeration");
 * ```
 */
export async function samplerFromOrigin({ module, name, options }: SamplerOrigin): Promise<Sampler> {
  const factory: unknown = (await import(module))[name];
  if (typeof factory !== "function") {
    throw new TypeError(`Cannot make the sampler: ${module} exports no function ${name}`);
  }
  const made: unknown = await factory(options);
  if (!isSampler(made)) throw new TypeError(`Cannot make the sampler: ${name}() of ${module} returned no sampler`);
  return made;
}

/**
 * Puts off {@link samplerFromOrigin} until the sampler is needed, and makes it once.
 *
 * @param origin where the sampler comes from; its module is imported and runs: never take an origin from strangers
 * @returns gives the same sampler at every call, or rejects as `samplerFromOrigin` does
 *
 * Cost nothing until the first call.
 *
 * @example Asked twice, made once
 * ```ts
 * import { exactEnumeration, samplerOnDemand } from "qama/samplers";
 * import { assert, assertStrictEquals } from "@std/assert";
 * const { origin } = exactEnumeration();
 * assert(origin !== undefined);
 * const sampler = samplerOnDemand(origin);
 * assertStrictEquals(await sampler(), await sampler());
 * ```
 */
export function samplerOnDemand(origin: SamplerOrigin): () => Promise<Sampler> {
  let made: Promise<Sampler> | undefined;
  return () => made ??= samplerFromOrigin(origin);
}

function isSampler(value: unknown): value is Sampler {
  return typeof value === "object" && value !== null && "sample" in value && typeof value.sample === "function";
}
