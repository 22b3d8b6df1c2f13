import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { CHECKSUM_BYTES, checksumOf, HEADER_BYTES } from "./_set_bytes.ts";
import { mutate } from "./_test_mutations.ts";
import { chain, drawnSet, setOf } from "./_test_sets.ts";
import { aggregate, concatenate } from "./sample_sets.ts";
import { sampleSetFromBytes, sampleSetToBytes } from "./sample_set_binary.ts";
import { sampleSetFromJson, sampleSetToJson } from "./sample_set_json.ts";
import type { SampleSet } from "./types.ts";

const spins = isingModel({ couplings: sparseCouplings(9, [[0, 8, 0.1]]), linear: Array(9).fill(1 / 3), offset: 1e15 });
const three = aggregate(concatenate([drawnSet(spins, 4, 1), drawnSet(spins, 3, 2), drawnSet(spins, 1, 3)]));

function withChecksum(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length >= CHECKSUM_BYTES) bytes.set(checksumOf(bytes), bytes.length - CHECKSUM_BYTES);
  return bytes;
}

function outcome(bytes: Uint8Array): SampleSet | string {
  try {
    return sampleSetFromBytes(bytes);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

Deno.test("sampleSetFromBytes() gives back every set that sampleSetToBytes() and sampleSetToJson() wrote", () => {
  const odd = { ...drawnSet(spins, 5, 1), energies: Float64Array.of(-0, 5e-324, -Infinity, 0.1 + 0.2, 2 ** 53 + 2) };
  const sets: SampleSet[] = [three, odd, {
    ...odd,
    counts: Uint32Array.of(0, 1, 2 ** 32 - 1, 1, 1),
    ending: "timed-out",
  }];
  for (const n of [0, 1, 7, 8, 9, 31, 64, 100]) {
    for (const rows of [0, 1, 3]) sets.push(drawnSet(chain(n), n ? rows : 0, 5));
  }
  sets.push({ ...setOf(chain(0), []), energies: new Float64Array(3), counts: new Uint32Array(3).fill(1) });
  for (const set of sets) {
    assertEquals(sampleSetFromBytes(sampleSetToBytes(set)), set);
    assertEquals(sampleSetFromJson(JSON.stringify(sampleSetToJson(set))), set);
    assertEquals(sampleSetFromJson(sampleSetToJson(set)), set);
  }
  assert(Object.is(sampleSetFromBytes(sampleSetToBytes(odd)).energies[0], -0));
});

Deno.test("sampleSetToBytes() takes n / 8 bytes and an energy a row", () => {
  const [few, many] = [10, 1010].map((rows) => sampleSetToBytes(drawnSet(chain(100), rows, 1)).length);
  // the story has the number of reads twice, with two more digits
  assertEquals(many - few, 1000 * (13 + 8) + 4);
});

Deno.test("sampleSetFromBytes() reads bytes that lie within others", () => {
  const bytes = sampleSetToBytes(three);
  const within = new Uint8Array(bytes.length + 10);
  within.set(bytes, 3);
  assertEquals(sampleSetFromBytes(within.subarray(3, 3 + bytes.length)), three);
});

Deno.test("sampleSetFromBytes() refuses all of 12,000 mutations", () => {
  const bytes = sampleSetToBytes(three);
  const rng = new Rng(11, 0);
  let same = 0;
  for (let k = 0; k < 12_000; k++) {
    const spoilt = mutate(bytes, rng);
    if (spoilt.length === bytes.length && spoilt.every((byte, i) => byte === bytes[i])) same++;
    else assertEquals(typeof outcome(spoilt), "string", `mutation ${k} was read`);
  }
  // a swap of equal bytes, or a byte set to what it was, changes nothing
  assert(same < 2000);
});

Deno.test("sampleSetFromBytes() reads of 12,000 mutations with a right checksum only those that it would write", () => {
  const bytes = sampleSetToBytes(three);
  const rng = new Rng(12, 0);
  let read = 0;
  for (let k = 0; k < 12_000; k++) {
    const spoilt = withChecksum(mutate(bytes, rng));
    const found = outcome(spoilt);
    if (typeof found === "string") continue;
    read++;
    assertEquals(sampleSetToBytes(found), spoilt, `mutation ${k} was read as something else`);
  }
  assert(read > 100);
});

Deno.test("sampleSetFromBytes() says what is wrong", () => {
  const bytes = sampleSetToBytes(three);
  const changed = (at: number, value: number) => withChecksum(Uint8Array.from(bytes).fill(value, at, at + 1));
  const rows: [Uint8Array, string][] = [
    [new Uint8Array(), "its first 8 bytes are not those of a sample set"],
    [new TextEncoder().encode('{"format":"qama sample set"}'), "it may be JSON, for sampleSetFromJson()"],
    [bytes.subarray(0, 40), "it ends after 40 bytes, expected 64 or more"],
    [bytes.subarray(0, -1), `it has ${bytes.length - 1} bytes, expected ${bytes.length}: it is cut off or damaged`],
    [changed(8, 2), "it is of version 2, this library reads version 1"],
    [changed(28, 1), "unknown flags"],
    [changed(HEADER_BYTES, 0xff), "its story is no JSON in UTF-8"],
    [changed(bytes.length - CHECKSUM_BYTES - 1, 0xff), "its states have bits beyond the last variable"],
    [Uint8Array.from(bytes).fill(0, 60, 61), "it is damaged: its checksum is not that of its bytes"],
  ];
  for (const [input, message] of rows) assertStringIncludes(String(outcome(input)), message);
});

Deno.test("sampleSetFromBytes() claims no memory for rows that are not there", () => {
  const bytes = sampleSetToBytes(drawnSet(chain(3), 1, 1));
  const view = new DataView(bytes.buffer);
  view.setUint32(20, 0xffffffff, true);
  view.setUint32(24, 0xffffffff, true);
  assertStringIncludes(String(outcome(withChecksum(bytes))), "it is cut off or damaged");
});

Deno.test("sampleSetToBytes() refuses what it could not give back", () => {
  const { story } = three;
  const options = (value: unknown): SampleSet => ({ ...three, story: { ...story, options: { betas: [1, value] } } });
  const rows: [SampleSet, string][] = [
    [options(Infinity), "Infinity at options.betas.1, which JSON has not"],
    [options(-0), "-0 at options.betas.1"],
    [options(new Float64Array(2)), "a value at options.betas.1 that JSON has not"],
    [options(undefined), "a value at options.betas.1"],
    [{ ...three, energies: three.energies.map(() => NaN) }, "the energy of row 0 is NaN"],
    [{ ...three, states: three.states.map(() => 0) }, "entry 0 of the states is 0, expected -1 or 1"],
    [{ ...three, states: three.states.slice(1) }, "states are no Int8Array of"],
    [{ ...three, counts: three.counts.slice(1) }, "counts are no Uint32Array of"],
    [{ ...three, provenance: { stories: [story], rows: three.counts.map(() => 1) } }, "row 0 comes from call 1 of 1"],
  ];
  for (const [set, message] of rows) {
    assertThrows(() => sampleSetToBytes(set), TypeError, message);
    assertThrows(() => sampleSetToJson(set), TypeError, message);
  }
});
