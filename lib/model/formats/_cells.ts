import { decimal } from "./_decimal.ts";
import { formatError } from "./_format_error.ts";

const MAX_CELL_BYTES = 400;
const MAX_COMMENT_BYTES = 2 ** 16;
const NEWLINE = 10;
const RETURN = 13;
const COMMA = 44;
const HASH = 35;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const latin1 = new TextDecoder("latin1");

/** What {@link readCells} calls. */
export interface CellVisitor {
  /** A number: of which cell of its row, from 0, and where it stands. */
  cell(index: number, value: number, line: number, column: number): void;
  /** The end of a row of `cells` numbers. */
  row(cells: number, line: number): void;
  /** A line that starts with `#`, without it. */
  comment(text: string, line: number): void;
}

/**
 * Reads rows of numbers between commas from a stream; empty lines are passed over, blanks around a number too.
 *
 * @returns the number of the last line
 * @throws {SyntaxError} with line and column if something is no finite number
 */
export async function readCells(
  source: AsyncIterable<Uint8Array>,
  visitor: CellVisitor,
  signal?: AbortSignal,
): Promise<number> {
  const reader = new CellScanner(visitor);
  for await (const chunk of source) {
    signal?.throwIfAborted();
    reader.scan(chunk);
  }
  signal?.throwIfAborted();
  return reader.finish();
}

class CellScanner {
  readonly #visitor: CellVisitor;
  readonly #cell = new Uint8Array(MAX_COMMENT_BYTES);
  #size = 0;
  #line = 1;
  // bytes before the cell on its line; cells before it
  #before = 0;
  #index = 0;
  #marked = 0;

  constructor(visitor: CellVisitor) {
    this.#visitor = visitor;
  }

  scan(chunk: Uint8Array): void {
    const cell = this.#cell;
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at];
      if (this.#marked < 3 && this.#isMark(code)) continue;
      if (code === NEWLINE) this.#endLine();
      else if (code === COMMA && cell[0] !== HASH) this.#endCell();
      else {
        if (this.#size === (cell[0] === HASH && this.#index === 0 ? MAX_COMMENT_BYTES : MAX_CELL_BYTES)) {
          this.#tooLong();
        }
        cell[this.#size++] = code;
      }
    }
  }

  finish(): number {
    if (this.#size > 0 || this.#index > 0) this.#endLine();
    return this.#line;
  }

  #endLine(): void {
    const isComment = this.#index === 0 && this.#size > 0 && this.#cell[0] === HASH;
    if (isComment) {
      this.#visitor.comment(latin1.decode(this.#cell.subarray(1, this.#size)).trim(), this.#line);
    } else if (this.#index > 0 || !this.#isBlank()) {
      this.#endCell();
      this.#visitor.row(this.#index, this.#line);
    }
    this.#line++;
    this.#before = this.#index = this.#size = 0;
    this.#cell[0] = 0;
  }

  #endCell(): void {
    const cell = this.#cell;
    let from = 0;
    let to = this.#size;
    while (from < to && isBlank(cell[from])) from++;
    while (to > from && isBlank(cell[to - 1])) to--;
    const value = decimal(cell, from, to, "text");
    const column = this.#before + from + 1;
    if (!Number.isFinite(value)) {
      throw formatError(this.#line, column, "a finite number", latin1.decode(cell.subarray(from, to)));
    }
    this.#visitor.cell(this.#index++, value, this.#line, column);
    this.#before += this.#size + 1;
    this.#size = 0;
    cell[0] = 0;
  }

  #isBlank(): boolean {
    for (let k = 0; k < this.#size; k++) if (!isBlank(this.#cell[k])) return false;
    return true;
  }

  #tooLong(): void {
    const start = latin1.decode(this.#cell.subarray(0, 50));
    throw formatError(this.#line, this.#before + 1, `a number of at most ${MAX_CELL_BYTES} characters`, start);
  }

  // true if the byte belongs to the mark at the start of the file
  #isMark(code: number): boolean {
    const at = this.#marked++;
    if (at < 3 && code === BYTE_ORDER_MARK[at]) return true;
    this.#marked = 3;
    if (at > 0 && at < 3) throw formatError(1, 1, "text in UTF-8");
    return false;
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === RETURN;
}
