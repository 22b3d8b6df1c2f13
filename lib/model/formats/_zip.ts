import { byteError } from "./_byte_stream.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
// deflate packs at best 258 bytes into 2 bits
const MAX_RATIO = 1032;
const WIDE = 0xffffffff;
/** The most bytes of a member once it is unpacked. */
export const MAX_MEMBER_BYTES = 2 ** 31;

/** A member of a zip archive. */
export interface ZipMember {
  /** Its path. */
  readonly name: string;
  /** Where its local header starts. */
  readonly at: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Its CRC-32. */
  readonly crc: number;
  /** Its bytes in the archive. */
  readonly packed: number;
  /** Its bytes. */
  readonly size: number;
}

/** Lists the members of a zip archive. */
export function zipMembers(bytes: Uint8Array): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  let at = view.getUint32(end + 16, true);
  if (at + size !== end) throw byteError(end, "the list of members right before this", `${size} bytes at ${at}`);
  const members: ZipMember[] = [];
  for (let k = 0; k < count; k++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw byteError(at, `member ${k + 1} of ${count}`);
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw byteError(at, `member ${k + 1} of ${count} before the end of the list`);
    const member = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      at: view.getUint32(at + 42, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
    };
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) throw byteError(at + 8, "a member that is not encrypted");
    if (member.method !== STORED && member.method !== DEFLATED) {
      throw byteError(at + 10, "a member that is stored (0) or deflated (8)", String(member.method));
    }
    if (member.size > (member.method === STORED ? member.packed : MAX_RATIO * (member.packed + 1))) {
      throw byteError(at + 24, `no more bytes than ${member.packed} packed ones can give`, String(member.size));
    }
    if (member.size === WIDE || member.packed === WIDE || member.size > MAX_MEMBER_BYTES) {
      throw byteError(at + 24, `members of at most ${MAX_MEMBER_BYTES} bytes`);
    }
    if (members.some(({ name }) => name === member.name)) throw byteError(at, "every member once", member.name);
    checkLocalHeader(bytes, view, member);
    members.push(member);
    at = next;
  }
  if (at !== end) throw byteError(at, `the end of the list after ${count} members`);
  return members;
}

// a name that only one of the two places has would pass for an array that is not there
function checkLocalHeader(bytes: Uint8Array, view: DataView, { name, at }: ZipMember): void {
  if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) throw byteError(at, `the member ${name}`);
  const local = new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + view.getUint16(at + 26, true)));
  if (local !== name) throw byteError(at + 30, `the member ${name}`, local);
}

function endRecord(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw byteError(view.byteLength, "the end record of a zip archive", "none");
}

/** Unpacks a member and checks its length and CRC-32. */
export async function unzip(bytes: Uint8Array, member: ZipMember): Promise<Uint8Array> {
  const { name, at, packed, size } = member;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) throw byteError(at, `${packed} bytes of the member ${name}`);
  const raw = bytes.subarray(start, start + packed);
  const content = member.method === STORED ? raw : await inflate(raw, member, start);
  if (content.length !== size) throw byteError(start, `${size} bytes of the member ${name}`, String(content.length));
  if (crc32(content) !== member.crc) throw byteError(start, `the member ${name} as its checksum says it was`);
  return content;
}

async function inflate(raw: Uint8Array, { name, size }: ZipMember, start: number): Promise<Uint8Array> {
  const content = new Uint8Array(size);
  let filled = 0;
  try {
    const packed = new ReadableStream<BufferSource>({
      pull(controller) {
        controller.enqueue(raw.slice());
        controller.close();
      },
    });
    for await (const chunk of packed.pipeThrough(new DecompressionStream("deflate-raw"))) {
      if (filled + chunk.length > size) break;
      content.set(chunk, filled);
      filled += chunk.length;
    }
  } catch {
    throw byteError(start, `deflated bytes of the member ${name}`);
  }
  return filled === size ? content : content.subarray(0, filled);
}

/** Packs members into a zip archive, stored. */
export function* zipPieces(members: Iterable<{ name: string; content: Uint8Array }>): Generator<Uint8Array> {
  const list: Uint8Array[] = [];
  let at = 0;
  for (const { name, content } of members) {
    const fields = [20, 0, STORED, 0, 0x21, crc32(content), content.length, content.length];
    const local = record(LOCAL, [...fields, name.length, 0], LOCAL_WIDTHS, name);
    list.push(record(CENTRAL, [20, ...fields, name.length, 0, 0, 0, 0, 0, at], CENTRAL_WIDTHS, name));
    yield local;
    yield content;
    at += local.length + content.length;
    if (at >= WIDE) {
      throw new RangeError(`Cannot write npz: it needs more than ${WIDE} bytes; write the pairs instead, as coo`);
    }
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  yield* list;
  yield record(END, [0, 0, list.length, list.length, size, at, 0], [2, 2, 2, 2, 4, 4, 2], "");
}

const LOCAL_WIDTHS = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2];
const CENTRAL_WIDTHS = [2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4];

function record(signature: number, fields: readonly number[], widths: readonly number[], name: string): Uint8Array {
  const fixed = widths.reduce((sum, width) => sum + width, 4);
  const bytes = new Uint8Array(fixed + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  let at = 4;
  fields.forEach((value, k) => {
    if (widths[k] === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += widths[k];
  });
  bytes.set(new TextEncoder().encode(name), fixed);
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * 0xedb88320);
  return crc;
});

/** The CRC-32 of zip and of gzip. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let k = 0; k < bytes.length; k++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[k]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
