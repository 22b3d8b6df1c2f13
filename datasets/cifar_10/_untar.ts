const BLOCK = 512;

/**
 * Picks files out of a tar archive by the last part of their names.
 *
 * @throws {SyntaxError} if the archive is cut short, is none, or lacks a file
 */
export function untar(
  bytes: Uint8Array<ArrayBuffer>,
  names: readonly string[],
  archive: string,
): Map<string, Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = parseInt(text(bytes, at + 124, 12), 8);
    const end = at + BLOCK + size;
    if (!Number.isSafeInteger(size) || end > bytes.length) {
      throw new SyntaxError(
        `Cannot unpack ${archive}: expected a whole tar archive, got ${bytes.length} bytes and at byte ${at} a header of a ` +
          `file that is not all there; fetch it again`,
      );
    }
    const name = text(bytes, at, 100).replace(/^.*\//, "");
    if (names.includes(name)) files.set(name, bytes.subarray(at + BLOCK, end));
    at = Math.ceil(end / BLOCK) * BLOCK;
  }
  const lacking = names.find((name) => !files.has(name));
  if (lacking !== undefined) {
    throw new SyntaxError(`Cannot unpack ${archive}: expected a file ${lacking} in it, got none; fetch it again`);
  }
  return files;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
