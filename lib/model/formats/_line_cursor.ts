import { DecimalScanner } from "./_decimal.ts";
import { formatError } from "./_format_error.ts";

const ZERO = 48;
const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One line of a text file, read token by token from the left; the same object serves for every line. */
export class LineCursor {
  /** Its number, from 1. */
  number = 0;
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;
  #end = 0;
  #at = 0;
  #token = 0;
  readonly #number = new DecimalScanner();

  /** Moves to another line; only `readLines` calls it. */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = this.#at = this.#token = start;
    this.#end = end;
    this.number++;
  }

  /** Skips blanks; true if nothing is left of the line. */
  atEnd(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 13)) at++;
    this.#at = this.#token = at;
    return at === this.#end;
  }

  /** The code of the next character that is no blank, -1 at the end. */
  peek(): number {
    return this.atEnd() ? -1 : this.#bytes[this.#at];
  }

  /** Reads the next word. */
  word(what: string): string {
    if (this.atEnd()) throw this.error(what);
    this.#at = this.#tokenEnd();
    return this.#text(this.#token, this.#at);
  }

  /** The whole line. */
  text(): string {
    return this.#text(this.#start, this.#end);
  }

  /** Reads what is left of the line, without blanks at either end. */
  rest(): string {
    this.atEnd();
    this.#at = this.#end;
    return this.#text(this.#token, this.#end).trim();
  }

  /** Reads digits as an integer from `low` to `high`; `what` says in the error what it is. */
  integer(what: string, low: number, high: number): number {
    if (this.atEnd()) throw this.#rangeError(what, low, high);
    const bytes = this.#bytes;
    let at = this.#at;
    let value = 0;
    while (at < this.#end) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    if (at === this.#token || !this.#isBreak(at) || !(value >= low && value <= high)) {
      throw this.#rangeError(what, low, high);
    }
    this.#at = at;
    return value;
  }

  /** Reads a finite decimal number, correctly rounded. */
  value(what: string): number {
    if (this.atEnd()) throw this.error(what);
    const scanner = this.#number;
    const value = scanner.scan(this.#bytes, this.#at, this.#end, "text");
    if (Number.isNaN(value) || !this.#isBreak(scanner.end)) throw this.error(what);
    if (Math.abs(value) === Infinity) throw this.error(`${what} that float64 can hold`);
    this.#at = scanner.end;
    return value;
  }

  /** Throws unless the line ends here. */
  end(after: string): void {
    if (!this.atEnd()) throw this.error(`the end of the line after ${after}`);
  }

  /** Makes an error about the token at which the reading stands, or was read last. */
  error(expected: string, got?: string): SyntaxError {
    const text = got ?? (this.#token < this.#end ? this.#text(this.#token, this.#tokenEnd()) : "");
    return formatError(this.number, this.column, expected, text);
  }

  /** Column of the token at which the reading stands, or that was read last, from 1, in characters. */
  get column(): number {
    let column = 1;
    // bytes 10xxxxxx go on with a character of UTF-8
    for (let k = this.#start; k < this.#token; k++) if ((this.#bytes[k] & 0xc0) !== 0x80) column++;
    return column;
  }

  #rangeError(what: string, low: number, high: number): SyntaxError {
    return this.error(`${what}, an integer from ${low} to ${high}`);
  }

  #isBreak(at: number): boolean {
    return at >= this.#end || this.#bytes[at] === 32 || this.#bytes[at] === 9 || this.#bytes[at] === 13;
  }

  #tokenEnd(): number {
    let at = this.#token;
    while (!this.#isBreak(at)) at++;
    return at;
  }

  #text(start: number, end: number): string {
    const bytes = this.#bytes.subarray(start, end);
    try {
      return utf8.decode(bytes);
    } catch {
      throw formatError(this.number, this.column, "text in UTF-8", latin1.decode(bytes));
    }
  }
}
