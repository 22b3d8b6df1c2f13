/** One line of a text file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
}

/**
 * The lines of a UTF-8 file, a byte order mark and CR before LF taken off; the end of the last line may be missing.
 *
 * Throws a SyntaxError, with the line's number, at bytes that are not UTF-8, and for a file without any line.
 */
export function* linesOf(bytes: Uint8Array, name: string): Generator<Line> {
  if (bytes.length === 0) {
    throw new SyntaxError(`Cannot read ${name}: expected lines, got an empty file; fetch it again`);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    number++;
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(start, end));
    } catch (cause) {
      throw lineError(
        name,
        number,
        "expected UTF-8, got other bytes; save the file as UTF-8, or fetch it again",
        cause,
      );
    }
    if (number === 1 && text.startsWith("\ufeff")) text = text.slice(1);
    yield { number, text: text.endsWith("\r") ? text.slice(0, -1) : text };
    start = end + 1;
  }
}

/** What is wrong with a line, and where it is. */
export function lineError(name: string, line: number, problem: string, cause?: unknown): SyntaxError {
  return new SyntaxError(`Cannot read ${name}, line ${line}: ${problem}`, cause === undefined ? undefined : { cause });
}

/** A piece of what was read, short enough for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
