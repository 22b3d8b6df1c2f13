import { complaintAboutHead, type Head, isHead } from "./_check_set.ts";
import {
  assemble,
  CHECKSUM_BYTES,
  checksumOf,
  HAS_COUNTS,
  HAS_PROVENANCE,
  HEADER_BYTES,
  headOf,
  layOut,
  LAYOUT_VERSION,
  MAGIC,
  partsOf,
  unreadable,
} from "./_set_bytes.ts";
import type { SampleSet } from "./types.ts";

/**
 * Writes a sample set as bytes: states one bit a variable, energies exact, every story whole.
 *
 * Layout, numbers little-endian: the 8 bytes `89 51 41 4d 41 53 0d 0a`; uint32 each: version 1, flags (1 provenance, 2 counts),
 * bytes of JSON, n, R, 0; then JSON in UTF-8 (`ending`, `story`, `stories`); R float64 energies; R uint32 counts, where one
 * differs from 1; R uint32 indices into `stories`, where there is provenance; R states of `ceil(n / 8)` bytes, variable i being
 * bit `i % 8` of byte `i / 8`, set where it is 1; SHA-256 of all that.
 *
 * @returns fresh bytes, for `Deno.writeFile`
 * @throws {TypeError} if the set is none, an energy is NaN, or a story holds what JSON has not (Infinity, -0, typed arrays)
 *
 * Cost O(R n) time, `R (8 + n / 8)` bytes and the stories.
 *
 * @example There and back
 * ```ts
 * import { exactEnumeration, sampleSetFromBytes, sampleSetToBytes } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const set = await exactEnumeration().sample(isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.1]]) }), { numReads: 4 });
 * assertEquals(sampleSetFromBytes(sampleSetToBytes(set)), set);
 * ```
 */
export function sampleSetToBytes(set: SampleSet): Uint8Array<ArrayBuffer> {
  const bytes = layOut(JSON.stringify(headOf(set)), partsOf(set));
  bytes.set(checksumOf(bytes), bytes.length - CHECKSUM_BYTES);
  return bytes;
}

/**
 * Reads a sample set from the bytes of {@link sampleSetToBytes}.
 *
 * @param bytes all of them; not kept
 * @returns a fresh set, equal to the one that was written
 * @throws {TypeError} if it is no Uint8Array
 * @throws {SyntaxError} if the bytes are of something else, of another version, cut off, or damaged
 *
 * Cost O(R n).
 *
 * @example Damage does not pass
 * ```ts
 * import { randomSampler, sampleSetFromBytes, sampleSetToBytes } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertThrows } from "@std/assert";
 * const bytes = sampleSetToBytes(await randomSampler().sample(quboModel({ couplings: sparseCouplings(3, []) })));
 * bytes[50] ^= 1;
 * assertThrows(() => sampleSetFromBytes(bytes), SyntaxError, "damaged");
 * ```
 */
export function sampleSetFromBytes(bytes: Uint8Array): SampleSet {
  if (!(bytes instanceof Uint8Array)) throw new TypeError("Cannot read the sample set: expected a Uint8Array");
  if (MAGIC.some((byte, k) => bytes[k] !== byte)) {
    const json = bytes[0] === 0x7b ? "; it may be JSON, for sampleSetFromJson()" : "";
    throw unreadable(`its first ${MAGIC.length} bytes are not those of a sample set${json}`);
  }
  const least = HEADER_BYTES + CHECKSUM_BYTES;
  if (bytes.length < least) throw unreadable(`it ends after ${bytes.length} bytes, expected ${least} or more`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [layout, flags, textBytes, variables, rows, reserved] = Array.from(
    { length: 6 },
    (_, k) => view.getUint32(MAGIC.length + 4 * k, true),
  );
  if (layout !== LAYOUT_VERSION) {
    throw unreadable(`it is of version ${layout}, this library reads version ${LAYOUT_VERSION}`);
  }
  const lengths = [
    textBytes,
    8 * rows,
    flags & HAS_COUNTS ? 4 * rows : 0,
    flags & HAS_PROVENANCE ? 4 * rows : 0,
    rows * Math.ceil(variables / 8),
  ];
  const expected = lengths.reduce((sum, length) => sum + length, least);
  if (bytes.length !== expected) {
    throw unreadable(`it has ${bytes.length} bytes, expected ${expected}: it is cut off or damaged`);
  }
  const found = checksumOf(bytes);
  if (found.some((byte, k) => bytes[expected - CHECKSUM_BYTES + k] !== byte)) {
    throw unreadable("it is damaged: its checksum is not that of its bytes");
  }
  if (reserved !== 0 || flags > (HAS_COUNTS | HAS_PROVENANCE)) {
    throw unreadable(`its header has unknown flags ${flags}`);
  }
  const starts = lengths.map((_, k) => lengths.slice(0, k).reduce((sum, length) => sum + length, HEADER_BYTES));
  const [text, energies, counts, origins, states] = starts.map((start, k) => bytes.subarray(start, start + lengths[k]));
  const head = readHead(text);
  if (head.story.variables !== variables) {
    throw unreadable(`its header has ${variables} variables, its story ${head.story.variables}`);
  }
  return assemble(head, {
    variables,
    energies,
    ...(flags & HAS_COUNTS && { counts }),
    ...(flags & HAS_PROVENANCE && { origins }),
    states,
  });
}

function readHead(bytes: Uint8Array): Head {
  let text: string;
  let head: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    head = JSON.parse(text);
  } catch {
    throw unreadable("its story is no JSON in UTF-8");
  }
  if (!isHead(head)) throw unreadable(complaintAboutHead(head) ?? "it has no story");
  // a key that comes twice, or one that is not known, would be lost without a word
  if (JSON.stringify({ ending: head.ending, story: head.story, stories: head.stories }) !== text) {
    throw unreadable("its story is not written as JSON.stringify() writes it");
  }
  return head;
}
