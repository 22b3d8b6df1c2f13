import { createHash } from "node:crypto";
import { complaintAboutSet, type Head } from "./_check_set.ts";
import { packStates, unpackStates } from "./_packed_bits.ts";
import type { SampleSet } from "./types.ts";

/** First bytes of every file: not text, and spoilt by a change of line ends. */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x51, 0x41, 0x4d, 0x41, 0x53, 0x0d, 0x0a);
/** The layout this library writes, and the only one it reads. */
export const LAYOUT_VERSION = 1;
/** Bytes before the JSON text. */
export const HEADER_BYTES = 32;
/** Bytes of the checksum at the end. */
export const CHECKSUM_BYTES = 32;
/** Flag: the set has provenance. */
export const HAS_PROVENANCE = 1;
/** Flag: some count is not 1, so the counts are there. */
export const HAS_COUNTS = 2;

/** Little-endian bytes of each part of a set. */
export interface SetParts {
  readonly variables: number;
  readonly energies: Uint8Array;
  readonly counts?: Uint8Array;
  readonly origins?: Uint8Array;
  readonly states: Uint8Array;
}

/**
 * Takes a set apart.
 *
 * @throws {TypeError} if it is no sample set, or holds what cannot be written
 */
export function partsOf(set: SampleSet): SetParts {
  const wrong = complaintAboutSet(set);
  if (wrong !== undefined) throw new TypeError(`Cannot write the sample set: ${wrong}`);
  const { story, provenance } = set;
  return {
    variables: story.variables,
    energies: floatBytes(set.energies),
    ...(set.counts.some((count) => count !== 1) && { counts: integerBytes(set.counts) }),
    ...(provenance && { origins: integerBytes(provenance.rows) }),
    states: packStates(set.states, story.variables, set.energies.length),
  };
}

/** The parts that are no arrays. */
export function headOf({ ending, story, provenance }: SampleSet): Head {
  return { ending, story, ...(provenance && { stories: provenance.stories }) };
}

/**
 * Puts a set together again.
 *
 * @throws {SyntaxError} if that makes no valid set
 */
export function assemble(head: Head, { energies, counts, origins, states }: SetParts): SampleSet {
  const { variables, vartype } = head.story;
  const rows = energies.length / 8;
  if ((head.stories === undefined) !== (origins === undefined)) {
    throw unreadable("it has either stories or the call of each row, expected both or none");
  }
  if (states.length !== rows * Math.ceil(variables / 8)) {
    throw unreadable(`its states take ${states.length} bytes, expected ${rows * Math.ceil(variables / 8)}`);
  }
  const values = unpackStates(states, variables, rows, vartype === "ising" ? -1 : 0);
  if (values === undefined) throw unreadable("its states have bits beyond the last variable");
  const set: SampleSet = {
    states: values,
    energies: floatsFrom(energies),
    counts: counts === undefined ? new Uint32Array(rows).fill(1) : integersFrom(counts),
    ending: head.ending,
    story: head.story,
    ...(head.stories && origins && { provenance: { stories: head.stories, rows: integersFrom(origins) } }),
  };
  const wrong = complaintAboutSet(set);
  if (wrong !== undefined) throw unreadable(wrong);
  if (counts !== undefined && set.counts.every((count) => count === 1)) {
    throw unreadable("its counts are all 1, expected none of them");
  }
  return set;
}

/** What readers throw. */
export function unreadable(why: string): SyntaxError {
  return new SyntaxError(`Cannot read the sample set: ${why}`);
}

/** Everything but the checksum, which is left zero. */
export function layOut(head: string, parts: SetParts): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(head);
  const sections = [text, parts.energies, parts.counts, parts.origins, parts.states];
  const size = sections.reduce((sum, section) => sum + (section?.length ?? 0), HEADER_BYTES + CHECKSUM_BYTES);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  const flags = (parts.origins ? HAS_PROVENANCE : 0) | (parts.counts ? HAS_COUNTS : 0);
  const numbers = [LAYOUT_VERSION, flags, text.length, parts.variables, parts.energies.length / 8, 0];
  numbers.forEach((value, k) => view.setUint32(MAGIC.length + 4 * k, value, true));
  let at = HEADER_BYTES;
  for (const section of sections) {
    if (section === undefined) continue;
    bytes.set(section, at);
    at += section.length;
  }
  return bytes;
}

/** SHA-256 of everything before the checksum. */
export function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes.subarray(0, bytes.length - CHECKSUM_BYTES)).digest();
}

function floatBytes(values: Float64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => view.setFloat64(8 * k, value, true));
  return bytes;
}

function floatsFrom(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: bytes.length / 8 }, (_, k) => view.getFloat64(8 * k, true));
}

function integerBytes(values: Uint32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => view.setUint32(4 * k, value, true));
  return bytes;
}

function integersFrom(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, k) => view.getUint32(4 * k, true));
}
