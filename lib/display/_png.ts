import { rgb } from "./_colours.ts";

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const LONGEST_BLOCK = 65_535;
/** How a file says what its pixels are. */
const [GREY, RGB, INDEXED] = [0, 2, 3];

/**
 * Writes pixels as a PNG file, uncompressed: the same bytes with every version of every program.
 *
 * Source: PNG specification, ISO/IEC 15948; stored blocks of RFC 1951 in the container of RFC 1950.
 *
 * @param pixels `[rows, columns, channels]`, 0 .. 255; 1 channel is grey, 3 are red, green, blue
 * @returns the file, fresh
 *
 * Cost O(pixels), and as many bytes.
 *
 * @example One grey pixel
 * ```ts
 * import { pngBytes } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * assertEquals(pngBytes(Uint8Array.of(128), 1, 1, 1).slice(1, 4), new TextEncoder().encode("PNG"));
 * ```
 */
export function pngBytes(pixels: Uint8Array, rows: number, columns: number, channels: 1 | 3): Uint8Array {
  const width = columns * channels;
  const lines = new Uint8Array(rows * (width + 1));
  for (let r = 0; r < rows; r++) lines.set(pixels.subarray(r * width, (r + 1) * width), r * (width + 1) + 1);
  return file(rows, columns, 8, channels === 1 ? GREY : RGB, lines);
}

/** A PNG file as the address of an image. */
export function pngAddress(pixels: Uint8Array, rows: number, columns: number, channels: 1 | 3): string {
  return address(pngBytes(pixels, rows, columns, channels));
}

/**
 * Pixels that are places in a list of colours, as the address of an image; of as few bits a pixel as the list allows.
 *
 * @param indices `[rows, columns]`
 * @param colours `#rrggbb`, at most 255; an index beyond them is transparent
 */
export function indexedPngAddress(
  indices: Uint8Array,
  rows: number,
  columns: number,
  colours: readonly string[],
): string {
  const clear = indices.some((index) => index >= colours.length);
  const entries = colours.length + (clear ? 1 : 0);
  const bits = [1, 2, 4, 8].find((width) => 2 ** width >= entries) ?? 8;
  const width = Math.ceil(columns * bits / 8);
  const lines = new Uint8Array(rows * (width + 1));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const index = Math.min(indices[r * columns + c], entries - 1);
      const at = c * bits;
      lines[r * (width + 1) + 1 + (at >> 3)] |= index << (8 - bits - (at & 7));
    }
  }
  const palette = new Uint8Array(3 * entries);
  colours.forEach((colour, i) => palette.set(rgb(colour), 3 * i));
  const opacity = new Uint8Array(entries).fill(255).fill(0, colours.length);
  const chunks = [chunk("PLTE", palette), ...(clear ? [chunk("tRNS", opacity)] : [])];
  return address(file(rows, columns, bits, INDEXED, lines, chunks));
}

/** A file of lines, each with the byte of its filter before it; `chunks` stand between the header and them. */
function file(
  rows: number,
  columns: number,
  bits: number,
  colourType: number,
  lines: Uint8Array,
  chunks: readonly Uint8Array[] = [],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, columns);
  view.setUint32(4, rows);
  header.set([bits, colourType, 0, 0, 0], 8);
  return joined([
    SIGNATURE,
    chunk("IHDR", header),
    ...chunks,
    chunk("IDAT", stored(lines)),
    chunk("IEND", new Uint8Array()),
  ]);
}

function address(bytes: Uint8Array): string {
  return `data:image/png;base64,${bytes.toBase64()}`;
}

function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let from = 0; from < bytes.length; from += LONGEST_BLOCK) {
    const block = bytes.subarray(from, from + LONGEST_BLOCK);
    const [low, high] = [block.length & 255, block.length >> 8];
    const last = from + LONGEST_BLOCK >= bytes.length ? 1 : 0;
    parts.push(Uint8Array.of(last, low, high, ~low & 255, ~high & 255), block);
  }
  let a = 1, b = 0;
  for (const byte of bytes) b = (b + (a = (a + byte) % 65_521)) % 65_521;
  parts.push(Uint8Array.of(b >> 8, b & 255, a >> 8, a & 255));
  return joined(parts);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = joined([new TextEncoder().encode(name), data]);
  const around = new DataView(new ArrayBuffer(8));
  around.setUint32(0, data.length);
  around.setUint32(4, checksum(body));
  const bytes = new Uint8Array(around.buffer);
  return joined([bytes.subarray(0, 4), body, bytes.subarray(4)]);
}

// CRC-32, a bit at a time: pictures are small
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
