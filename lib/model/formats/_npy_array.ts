import { byteError, type ByteStream } from "./_byte_stream.ts";
import { type RawType, rawType } from "./_raw_numbers.ts";

const MAX_HEADER_BYTES = 2 ** 20;
const BLOCK_BYTES = 2 ** 16;
const ALIGNMENT = 64;
const MEMBER = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d,\s]*\))\s*(,|(?=\}))/y;
const KINDS: Readonly<Record<string, string>> = { f: "float", i: "int", u: "uint" };
const latin1 = new TextDecoder("latin1");

/** What the header of a `.npy` says. */
export interface NpyHeader {
  /** NumPy's name of the type, with its byte order: `<f8`. */
  readonly descr: string;
  /** True if the first index runs fastest. */
  readonly fortran: boolean;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Their product. */
  readonly count: number;
}

/** Reads the header of a `.npy`, version 1, 2 or 3. */
export async function readNpyHeader(stream: ByteStream): Promise<NpyHeader> {
  const start = await stream.take(8, "the start of a .npy");
  if (start[0] !== 0x93 || latin1.decode(start.subarray(1, 6)) !== "NUMPY") {
    throw byteError(0, "\\x93NUMPY", latin1.decode(start.subarray(0, 6)));
  }
  const [major, minor] = [start[6], start[7]];
  if (major < 1 || major > 3 || minor !== 0) throw byteError(6, "version 1.0, 2.0 or 3.0", `${major}.${minor}`);
  const sizeBytes = await stream.take(major === 1 ? 2 : 4, "the length of the header");
  const sizes = new DataView(sizeBytes.buffer);
  const size = major === 1 ? sizes.getUint16(0, true) : sizes.getUint32(0, true);
  if (size > MAX_HEADER_BYTES) throw byteError(8, `a header of at most ${MAX_HEADER_BYTES} bytes`, String(size));
  const at = stream.position;
  return parseHeader(latin1.decode(await stream.take(size, "the header")), at);
}

function parseHeader(text: string, at: number): NpyHeader {
  const members = new Map<string, string>();
  if (text[0] !== "{") throw byteError(at, "a dictionary", text);
  let next = 1;
  while (!/^\s*\}\s*$/.test(text.slice(next))) {
    MEMBER.lastIndex = next;
    const match = MEMBER.exec(text);
    const name = match?.[2] ?? "";
    if (match === null || !["descr", "fortran_order", "shape"].includes(name) || members.has(name)) {
      throw byteError(at + next, "descr (one plain type), fortran_order and shape, each once", text.slice(next));
    }
    members.set(name, match[3]);
    next = MEMBER.lastIndex;
  }
  const [descr, order, axes] = ["descr", "fortran_order", "shape"].map((name) => members.get(name));
  if (!descr?.match(/^['"]/) || !order?.match(/^[TF]/) || !axes?.match(/^\(\s*(\d+\s*,\s*)*(\d+\s*)?\)$/)) {
    throw byteError(at, "a dictionary of descr, fortran_order and shape", text);
  }
  const shape = (axes.match(/\d+/g) ?? []).map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  // (3) is a number in brackets, not a list of one
  if (!Number.isSafeInteger(count) || /^\(\s*\d+\s*\)$/.test(axes)) throw byteError(at, "a shape", axes);
  return { descr: descr.slice(1, -1), fortran: order === "True", shape, count };
}

/** Gives the type of the numbers of an array; throws if they are none that are read. */
export function numberType({ descr }: NpyHeader, position: number): RawType {
  const [, order, kind, bytes] = /^([<>|])([fiu])(\d+)$/.exec(descr) ?? [];
  const type = kind === undefined ? undefined : rawType(`${KINDS[kind]}${8 * Number(bytes)}`, order !== ">");
  if (type === undefined || (order === "|" && type.size > 1)) {
    throw byteError(position, "float64, float32 or integers of 8 to 64 bits", descr);
  }
  return type;
}

/** Calls `visit` with every number of an array, in the order of the file, and its place in it. */
export async function readNpyNumbers(
  stream: ByteStream,
  header: NpyHeader,
  visit: (k: number, value: number) => void,
): Promise<void> {
  const type = numberType(header, stream.position);
  for (let k = 0; k < header.count;) {
    const numbers = Math.min(header.count - k, BLOCK_BYTES / type.size);
    const at = stream.position;
    const block = await stream.take(numbers * type.size, `numbers ${k} to ${k + numbers - 1} of ${header.count}`);
    const view = new DataView(block.buffer);
    for (let m = 0; m < numbers; m++, k++) {
      const value = type.read(view, m * type.size);
      if (!Number.isFinite(value)) {
        throw byteError(at + m * type.size, "a finite number that float64 holds exactly", String(value));
      }
      visit(k, value);
    }
  }
}

/** Makes the header of a `.npy` of version 1.0, in C order. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${axes}, }`;
  const size = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const bytes = new Uint8Array(10 + size);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, size & 0xff, size >> 8]);
  bytes.set(new TextEncoder().encode(text.padEnd(size - 1) + "\n"), 10);
  return bytes;
}

/** The little-endian bytes of float64 numbers. */
export function float64Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) view.setFloat64(8 * k, values[k], true);
  return bytes;
}
