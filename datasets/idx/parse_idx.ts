const UNSIGNED_BYTE = 0x08;
const MAX_DIMENSIONS = 4;

/** An array of bytes as an idx file holds it. */
export interface IdxArray {
  /** Length along each of the 1 to 4 dimensions. */
  readonly shape: readonly number[];
  /** The elements, row-major: a view of the bytes that were parsed. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/**
 * Reads an unpacked idx file of unsigned bytes, 1 to 4 dimensions.
 *
 * Two zero bytes, the element type `08`, the number of dimensions, each length as a big-endian 32-bit integer, then the
 * elements, row-major, and nothing after them.
 *
 * @param bytes the whole file
 * @param options.name what errors call the file
 * @returns shape and elements; the elements are a view of `bytes`
 * @throws {SyntaxError} if the magic number is not `00 00 08 nn`, or the length is not what the header promises
 * @throws {RangeError} if there are 0 or more than 4 dimensions
 *
 * Cost O(1): nothing is copied.
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits (1998), "the IDX file format".
 *
 * @example Two labels
 * ```ts
 * import { parseIdx } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const file = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 3]);
 * const labels = parseIdx(file, { name: "labels" });
 * assertEquals([labels.shape, [...labels.values]], [[2], [7, 3]]);
 * ```
 */
export function parseIdx(bytes: Uint8Array<ArrayBuffer>, options: { readonly name: string }): IdxArray {
  const { name } = options;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE) {
    const got = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new SyntaxError(
      `Cannot read ${name}: expected the magic number 00 00 08 nn of an idx file of bytes, got ${
        got || "an empty file"
      }; ` +
        `unpack it if it is packed, else fetch it again`,
    );
  }
  const dimensions = bytes[3];
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw new RangeError(`Cannot read ${name}: expected 1 to ${MAX_DIMENSIONS} dimensions, got ${dimensions}`);
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw new SyntaxError(
      `Cannot read ${name}: expected a header of ${start} bytes, got ${bytes.length} bytes; fetch it again`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const end = start + shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== end) {
    throw new SyntaxError(
      `Cannot read ${name}: expected ${end} bytes for shape [${shape.join(", ")}], got ${bytes.length}; ` +
        `it is ${bytes.length < end ? "cut short" : "too long"}, fetch it again`,
    );
  }
  return { shape, values: bytes.subarray(start, end) };
}
