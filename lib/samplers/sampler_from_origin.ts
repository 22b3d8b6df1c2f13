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

function isSampler(value: unknown): value is Sampler {
  return typeof value === "object" && value !== null && "sample" in value && typeof value.sample === "function";
}
