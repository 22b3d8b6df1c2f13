import { complaintAboutHead, type Head, isHead } from "./_check_set.ts";
import {
  assemble,
  checksumOf,
  headOf,
  layOut,
  LAYOUT_VERSION,
  partsOf,
  type SetParts,
  unreadable,
} from "./_set_bytes.ts";
import type { Ending, SampleSet, Story } from "./types.ts";

const FORMAT = "qama sample set";

/** A sample set as JSON; arrays are base64 of little-endian bytes, as `numpy.frombuffer` reads them. */
export interface SampleSetJson {
  /** What this is. */
  readonly format: "qama sample set";
  /** Version of the layout. */
  readonly version: 1;
  /** Why the sampler stopped. */
  readonly ending: Ending;
  /** How the rows came to be. */
  readonly story: Story;
  /** The story of every call, where there is provenance. */
  readonly stories?: readonly Story[];
  /** float64, `[R]`. */
  readonly energies: string;
  /** uint32, `[R]`; absent where every count is 1. */
  readonly counts?: string;
  /** uint32, `[R]`, indices into `stories`, where there is provenance. */
  readonly calls?: string;
  /** `[R, ceil(n / 8)]` bytes; variable i is bit `i % 8` of byte `i / 8` of its row, set where it is 1. */
  readonly states: string;
  /** SHA-256, hexadecimal, of all the rest: of the bytes of `sampleSetToBytes` with the keys of the stories sorted. */
  readonly checksum: string;
}

/**
 * Makes an object that `JSON.stringify` writes: states one bit a variable, energies exact, every story whole.
 *
 * @returns an object of strings, numbers and lists; the stories in it are those of the set
 * @throws {TypeError} if the set is none, an energy is NaN, or a story holds what JSON has not (Infinity, -0, typed arrays)
 *
 * Cost O(R n) time, `4/3 R (8 + n / 8)` characters and the stories.
 *
 * @example There and back
 * ```ts
 * import { exactEnumeration, sampleSetFromJson, sampleSetToJson } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const set = await exactEnumeration().sample(isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.1]]) }), { numReads: 4 });
 * assertEquals(sampleSetFromJson(JSON.stringify(sampleSetToJson(set))), set);
 * ```
 */
export function sampleSetToJson(set: SampleSet): SampleSetJson {
  const parts = partsOf(set);
  return {
    format: FORMAT,
    version: LAYOUT_VERSION,
    ...headOf(set),
    energies: parts.energies.toBase64(),
    ...(parts.counts && { counts: parts.counts.toBase64() }),
    ...(parts.origins && { calls: parts.origins.toBase64() }),
    states: parts.states.toBase64(),
    checksum: checksum(headOf(set), parts),
  };
}

/**
 * Reads a sample set from what {@link sampleSetToJson} made.
 *
 * White space and the order of keys make no difference; a value that changed does.
 *
 * @param json the text, or what `JSON.parse` made of it
 * @returns a fresh set, equal to the one that was written
 * @throws {SyntaxError} if it is something else, of another version, incomplete, or damaged
 *
 * Cost O(R n).
 *
 * @example Damage does not pass
 * ```ts
 * import { randomSampler, sampleSetFromJson, sampleSetToJson } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertThrows } from "@std/assert";
 * const json = sampleSetToJson(await randomSampler().sample(quboModel({ couplings: sparseCouplings(3, []) })));
 * assertThrows(() => sampleSetFromJson({ ...json, ending: "timed-out" }), SyntaxError, "damaged");
 * ```
 */
export function sampleSetFromJson(json: unknown): SampleSet {
  const value = typeof json === "string" ? parse(json) : json;
  if (!isObject(value) || value.format !== FORMAT) {
    throw unreadable(`expected an object whose format is ${JSON.stringify(FORMAT)}`);
  }
  if (value.version !== LAYOUT_VERSION) {
    throw unreadable(`it is of version ${String(value.version)}, this library reads version ${LAYOUT_VERSION}`);
  }
  const stranger = Object.keys(value).find((key) => !KEYS.includes(key));
  if (stranger !== undefined) throw unreadable(`it has a field ${JSON.stringify(stranger)}, which is not known`);
  const { ending, story, stories } = value;
  const head = { ending, story, ...(stories !== undefined && { stories }) };
  if (!isHead(head)) throw unreadable(complaintAboutHead(head) ?? "it has no story");
  const parts: SetParts = {
    variables: head.story.variables,
    energies: bytesOf(value, "energies", 8),
    ...(value.counts !== undefined && { counts: bytesOf(value, "counts", 4) }),
    ...(value.calls !== undefined && { origins: bytesOf(value, "calls", 4) }),
    states: bytesOf(value, "states", 1),
  };
  if (value.checksum !== checksum(head, parts)) {
    throw unreadable("it is damaged: its checksum is not that of its content");
  }
  return assemble(head, parts);
}

const KEYS = [
  "format",
  "version",
  "ending",
  "story",
  "stories",
  "energies",
  "counts",
  "calls",
  "states",
  "checksum",
];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`it is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function bytesOf(json: Readonly<Record<string, unknown>>, key: string, width: number): Uint8Array {
  const text = json[key];
  if (typeof text !== "string") throw unreadable(`it has no ${key} in base64`);
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    throw unreadable(`its ${key} are not base64`);
  }
  if (bytes.length % width !== 0) throw unreadable(`its ${key} take ${bytes.length} bytes, expected ${width} each`);
  return bytes;
}

function checksum(head: Head, parts: SetParts): string {
  return checksumOf(layOut(JSON.stringify(sortedKeys(head)), parts)).toHex();
}

// jq and databases write the keys of an object in an order of their own
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortedKeys(value[key])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
