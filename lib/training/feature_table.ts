import type { FeatureTable } from "./text_data.ts";

const MAGIC = "qama features 1\n";

/** What stands at the head of a file of features. */
export interface FeatureHeader {
  /** Numbers a row. */
  readonly width: number;
  /** Number of rows, one a token. */
  readonly rows: number;
  /** The model that made them, as tables name it. */
  readonly model: string;
  /** What decides the numbers: SHA-256 of the model, the texts and the limits. */
  readonly key: string;
}

/**
 * Writes the head of a file of features; `rows` rows of `width` float16, little-endian, must follow it.
 *
 * @param header what stands there
 * @returns the bytes
 *
 * Cost O(1).
 *
 * @example A file of one row of two numbers
 * ```ts
 * import { featureHeader, openFeatureTable } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * const rows = new Uint8Array(Float16Array.of(0.5, -2).buffer);
 * const head = featureHeader({ width: 2, rows: 1, model: "by hand", key: "" });
 * await Deno.writeFile(path, new Blob([head, rows]).stream());
 * const row = new Float32Array(2);
 * openFeatureTable(path).read(0, 1, row);
 * assertEquals([...row], [0.5, -2]);
 * ```
 */
export function featureHeader(header: FeatureHeader): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${MAGIC}${JSON.stringify(header)}\n`);
}

/**
 * Opens a file of frozen token features for reading by row; any thread may open it, and as often as it likes.
 *
 * @param path a file that begins with {@link featureHeader}
 * @returns the table; rows are read from the file when they are asked for; disposing of it closes the file
 * @throws {SyntaxError} if the file does not begin so, or is not of the length that its head says
 * @throws {Deno.errors.NotFound} if there is no such file
 *
 * Cost O(1) to open; one read of `2 width` bytes a row.
 *
 * @example What is no table of features
 * ```ts
 * import { openFeatureTable } from "qama/training";
 * import { assertThrows } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * assertThrows(() => openFeatureTable(path), SyntaxError, "is no table of features");
 * ```
 */
export function openFeatureTable(path: string): FeatureTable & FeatureHeader & Disposable {
  const file = Deno.openSync(path);
  const { header, start } = readHeader(file, path);
  const { width, rows } = header;
  const expected = start + 2 * width * rows;
  const { size } = file.statSync();
  if (size !== expected) {
    file.close();
    throw new SyntaxError(
      `Cannot read ${path}: its head speaks of ${expected} bytes, it has ${size}; remove it and compute it again`,
    );
  }
  return {
    ...header,
    read(first, count, into) {
      if (!(first >= 0 && count >= 0 && first + count <= rows) || into.length < count * width) {
        throw new RangeError(
          `Cannot read features: expected rows within ${rows} and room for them, got rows ${first} to ${
            first + count
          } and ` +
            `room for ${Math.floor(into.length / width)}`,
        );
      }
      const bytes = new Uint8Array(2 * width * count);
      file.seekSync(start + 2 * width * first, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const n = file.readSync(bytes.subarray(at));
        if (n === null) throw new SyntaxError(`Cannot read ${path}: it ends early; remove it and compute it again`);
        at += n;
      }
      into.set(new Float16Array(bytes.buffer));
    },
    [Symbol.dispose]: () => file.close(),
  };
}

function readHeader(file: Deno.FsFile, path: string): { header: FeatureHeader; start: number } {
  const head = new Uint8Array(4096);
  const length = file.readSync(head) ?? 0;
  const text = new TextDecoder().decode(head.subarray(0, length));
  const end = text.indexOf("\n", MAGIC.length);
  const header = text.startsWith(MAGIC) && end >= 0 ? parseHeader(text.slice(MAGIC.length, end)) : null;
  if (header === null) {
    file.close();
    throw new SyntaxError(`Cannot read ${path}: it is no table of features; remove it and compute it again`);
  }
  return { header, start: new TextEncoder().encode(text.slice(0, end + 1)).length };
}

/** The header, or null unless it has its two numbers. */
function parseHeader(text: string): FeatureHeader | null {
  try {
    const header: FeatureHeader = JSON.parse(text);
    return [header.width, header.rows].every((n) => Number.isSafeInteger(n) && n > 0) ? header : null;
  } catch {
    return null;
  }
}
