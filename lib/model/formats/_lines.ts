import { formatError } from "./_format_error.ts";
import { LineCursor } from "./_line_cursor.ts";

export type { LineCursor } from "./_line_cursor.ts";

const MAX_LINE_BYTES = 16 * 2 ** 20;
const NEWLINE = 10;

/** How {@link readLines} reads. */
export interface LineOptions {
  /** Stops the reading. @default {none} */
  readonly signal?: AbortSignal;
  /** Longer lines are refused, in bytes. @default {16 MiB} */
  readonly maxLineBytes?: number;
}

/**
 * Calls `visit` for every line of a stream of bytes, lines without their ends (`\n` or `\r\n`); memory is one chunk and one line.
 *
 * @returns how many lines there were; an error about the missing rest of a file stands one line below
 * @throws {SyntaxError} if a line is too long, or the file starts as UTF-16 does
 */
export async function readLines(
  source: AsyncIterable<Uint8Array>,
  visit: (line: LineCursor) => void,
  { signal, maxLineBytes = MAX_LINE_BYTES }: LineOptions = {},
): Promise<number> {
  const line = new LineCursor();
  let carry = new Uint8Array(1024);
  let carried = 0;
  const keep = (bytes: Uint8Array) => {
    if (carried + bytes.length > maxLineBytes) {
      throw formatError(line.number + 1, maxLineBytes + 1, `a line of at most ${maxLineBytes} bytes`);
    }
    if (carried + bytes.length > carry.length) {
      const larger = new Uint8Array(2 * (carried + bytes.length));
      larger.set(carry.subarray(0, carried));
      carry = larger;
    }
    carry.set(bytes, carried);
    carried += bytes.length;
  };
  let first = true;
  for await (const bytes of withoutByteOrderMark(source)) {
    signal?.throwIfAborted();
    let start = 0;
    if (carried > 0 || first) {
      first = false;
      const end = bytes.indexOf(NEWLINE);
      keep(end < 0 ? bytes : bytes.subarray(0, end));
      if (end < 0) continue;
      line.set(carry, 0, carried);
      visit(line);
      carried = 0;
      start = end + 1;
    }
    const length = bytes.length;
    for (;;) {
      let end = start;
      while (end < length && bytes[end] !== NEWLINE) end++;
      if (end === length) break;
      if (end - start > maxLineBytes) keep(bytes.subarray(start, end));
      line.set(bytes, start, end);
      visit(line);
      start = end + 1;
    }
    if (start < length) keep(bytes.subarray(start));
  }
  signal?.throwIfAborted();
  if (carried > 0) {
    line.set(carry, 0, carried);
    visit(line);
  }
  return line.number;
}

async function* withoutByteOrderMark(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of source) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    const joined: Uint8Array = new Uint8Array(head.length + chunk.length);
    joined.set(head);
    joined.set(chunk, head.length);
    head = joined;
    if (head.length < 3) continue;
    yield afterMark(head);
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield afterMark(head);
}

function afterMark(head: Uint8Array): Uint8Array {
  const [a, b, c] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw formatError(1, 1, "text in UTF-8", "the byte order mark of UTF-16");
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? head.subarray(3) : head;
}
