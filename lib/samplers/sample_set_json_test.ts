import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { mutate } from "./_test_mutations.ts";
import { chain, drawnSet, setOf } from "./_test_sets.ts";
import { mixedInteger } from "./mixed_integer.ts";
import { populationAnnealing } from "./population_annealing.ts";
import { quantised } from "./quantised.ts";
import { concatenate } from "./sample_sets.ts";
import { sampleSetFromJson, sampleSetToJson } from "./sample_set_json.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";
import { treeDecomposition } from "./tree_decomposition.ts";
import type { SampleSet } from "./types.ts";

const set = concatenate([drawnSet(chain(10), 3, 1), drawnSet(chain(10), 2, 2)]);
const text = JSON.stringify(sampleSetToJson(set));

function outcome(json: unknown): SampleSet | string {
  try {
    return sampleSetFromJson(json);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, entry]) => [key, reversedKeys(entry)]));
}

Deno.test("sampleSetToJson() packs bits, lowest first, and leaves counts of 1 out", () => {
  const json = sampleSetToJson(setOf(chain(9), [1, 0, 0, 0, 0, 0, 0, 1, 1]));
  assertEquals(Uint8Array.fromBase64(json.states), Uint8Array.of(0x81, 0x01));
  assertEquals(new Float64Array(Uint8Array.fromBase64(json.energies).buffer)[0], 1 + 8 + 9 - 1.5);
  assertEquals(["counts" in json, "calls" in json, json.checksum.length], [false, false, 64]);
});

Deno.test("sampleSetFromJson() does not mind white space and the order of keys", () => {
  assertEquals(sampleSetFromJson(JSON.stringify(JSON.parse(text), undefined, 2)), set);
  assertEquals(sampleSetFromJson(reversedKeys(JSON.parse(text))), set);
});

Deno.test("sampleSetToJson() keeps a call that was stopped before it knew its model, and none of another model", () => {
  const stopped = drawnSet(chain(10), 1, 3);
  const both = (fingerprint: string) => {
    const other = { ...stopped, story: { ...stopped.story, fingerprint: "" } };
    const { provenance, ...joined } = concatenate([other, set]);
    const [first, ...others] = provenance.stories;
    return { ...joined, provenance: { ...provenance, stories: [{ ...first, fingerprint }, ...others] } };
  };
  assertEquals(sampleSetFromJson(JSON.stringify(sampleSetToJson(both("")))), both(""));
  assertThrows(() => sampleSetToJson(both("ab")), TypeError, "story 0 is of another model (fingerprint differs)");
});

Deno.test("sampleSetToJson() keeps what samplers tell of no variable, of a seed and a target of -0 and of one that is infinite", async () => {
  const none = isingModel({ couplings: sparseCouplings(0, []) });
  for (
    const sampler of [
      treeDecomposition({ beta: 1 }),
      populationAnnealing({ beta: 1, populationSize: 8 }),
      mixedInteger(),
      simulatedAnnealing(),
      quantised(simulatedAnnealing(), { bits: 4 }),
    ]
  ) {
    for (const [seed, target] of [[1, -1], [-0, -0], [1, Infinity], [1, -Infinity]]) {
      const set = await sampler.sample(none, { seed, target });
      assertEquals(sampleSetFromJson(JSON.stringify(sampleSetToJson(set))), set, `${sampler.name} ${target}`);
    }
  }
});

Deno.test("sampleSetFromJson() refuses 12,000 mutations, or reads the set that was written", () => {
  const bytes = new TextEncoder().encode(text);
  const rng = new Rng(13, 0);
  let read = 0;
  for (let k = 0; k < 12_000; k++) {
    const found = outcome(new TextDecoder().decode(mutate(bytes, rng)));
    if (typeof found === "string") continue;
    read++;
    assertEquals(found, set, `mutation ${k} was read as something else`);
  }
  assert(read < 2000);
});

Deno.test("sampleSetFromJson() says what is wrong", () => {
  const json: Record<string, unknown> = JSON.parse(text);
  const rows: [unknown, string][] = [
    ["{", "it is no JSON"],
    [null, 'expected an object whose format is "qama sample set"'],
    [[], "expected an object whose format is"],
    [{ ...json, version: 2 }, "it is of version 2, this library reads version 1"],
    [{ ...json, comment: "" }, 'it has a field "comment", which is not known'],
    [{ ...json, states: undefined }, "it has no states in base64"],
    [{ ...json, energies: "A" }, "its energies are not base64"],
    [{ ...json, energies: "AAAA" }, "its energies take 3 bytes, expected 8 each"],
    [{ ...json, story: {} }, "the story has no sampler"],
    [{ ...json, ending: "done" }, 'the ending is "done"'],
    [{ ...json, stories: [] }, "it is damaged: its checksum is not that of its content"],
    [{ ...json, checksum: undefined }, "it is damaged"],
  ];
  for (const [input, message] of rows) assertStringIncludes(String(outcome(input)), message);
});
