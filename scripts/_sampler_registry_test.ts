import { assert, assertEquals, assertThrows } from "@std/assert";
import * as samplers from "../lib/samplers/mod.ts";
import { samplerNamed, SAMPLERS } from "./_sampler_registry.ts";

/** What a function gives when it is called with nothing; undefined where that throws. */
function called(factory: unknown): unknown {
  try {
    const made: unknown = typeof factory === "function" ? factory() : undefined;
    // what is asynchronous is no sampler, and its complaint about missing arguments comes late
    if (made instanceof Promise) made.catch(() => {});
    return made;
  } catch {
    return undefined;
  }
}

function isSampler(value: unknown): value is samplers.Sampler {
  return typeof value === "object" && value !== null && "sample" in value && typeof value.sample === "function";
}

Deno.test("SAMPLERS has every sampler that the library exports", () => {
  const exported = Object.entries(samplers).filter(([, factory]) => isSampler(called(factory))).map(([name]) => name);
  assert(exported.length >= 5);
  assertEquals(SAMPLERS.map(({ name }) => name).sort(), exported.sort());
});

Deno.test("SAMPLERS knows the options of every sampler", () => {
  for (const { name, optionNames, make } of SAMPLERS) {
    const sampler = make({});
    assertEquals(sampler.name, name);
    if (optionNames.length === 0) continue;
    const error = assertThrows(() => make({ "no such option": 1 }), TypeError, "there is no option no such option");
    const known = error.message.split("known are ")[1].split(", ");
    assertEquals([...optionNames].sort(), known.sort(), name);
  }
});

Deno.test("samplerNamed() takes both spellings", () => {
  for (const entry of SAMPLERS) {
    assertEquals(samplerNamed(entry.name), entry);
    assertEquals(samplerNamed(entry.typed), entry);
  }
  assertEquals(samplerNamed("simulatedAnnealing").typed, "simulated-annealing");
});

Deno.test("samplerNamed() names the nearest sampler, and all", () => {
  for (const name of ["simulated-anealing", "simulatedAnealing", "SimulatedAnnealing"]) {
    assertThrows(() => samplerNamed(name), RangeError, `"${name}"; did you mean simulated-annealing? All: `);
  }
  assertThrows(() => samplerNamed("gurobi"), RangeError, 'There is no sampler "gurobi"; there are ');
});
