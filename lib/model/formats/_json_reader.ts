import { decimal } from "./_decimal.ts";
import { formatError } from "./_format_error.ts";

const MAX_STRING_BYTES = 256 * 2 ** 20;
const MAX_NUMBER_BYTES = 1000;
const SHORT_BYTES = 24;
const MAX_DEPTH = 64;
const QUOTE = 34;
const BACKSLASH = 92;
const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What comes next in a JSON text; `key` is the name of a member, `end` the end of the file. */
export type JsonToken = "{" | "}" | "[" | "]" | "key" | "string" | "number" | "true" | "false" | "null" | "end";

const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const COMMA = 5;
const DONE = 6;
const EXPECTED = [
  "a value",
  "a value or ]",
  "a name in quotes",
  "a name in quotes or }",
  ":",
  "",
  "the end of the file",
];

/**
 * Reads a JSON text token by token from a stream, without ever holding the whole of it.
 *
 * `reader.step() || await reader.more()` is the next token: `step` gives the empty string where it needs more bytes.
 *
 * @throws {SyntaxError} with line and column if the text is not JSON, a number is not finite in float64, or something is
 *   longer or deeper than the limits above
 */
export class JsonReader {
  /** The last string or name. */
  text = "";
  /** The last number. */
  value = 0;
  /** Line of the last token, from 1. */
  line = 1;
  /** Column of the last token, from 1, in bytes. */
  column = 1;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #bytes = new Uint8Array(0);
  #length = 0;
  #at = 0;
  #final = false;
  // place of bytes[0] in the file, and of the first byte of its line
  #base = 0;
  #line = 1;
  #lineStart = 0;
  #state = VALUE;
  readonly #isObject: boolean[] = [];

  constructor(source: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#source = source[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** How many objects and lists are open. */
  get depth(): number {
    return this.#isObject.length;
  }

  /** The next token, or the empty string if `more` has to be called first. */
  step(): JsonToken | "" {
    for (;;) {
      if (!this.#skipBlanks()) {
        if (!this.#final) return "";
        this.#mark();
        if (this.#state === DONE) return "end";
        throw this.error(this.#expected(), "the end of the file");
      }
      const code = this.#bytes[this.#at];
      this.#mark();
      switch (this.#state) {
        case COLON:
          if (code !== 58) throw this.#wrong();
          this.#at++;
          this.#state = VALUE;
          continue;
        case COMMA:
          if (code === 44) {
            this.#at++;
            this.#state = this.#isObject.at(-1) ? KEY : VALUE;
            continue;
          }
          return this.#close(code);
        case DONE:
          throw this.#wrong();
        case KEY_OR_END:
          if (code === 125) return this.#close(code);
          // falls through
        case KEY:
          if (code !== QUOTE) throw this.#wrong();
          if (!this.#string()) return "";
          this.#state = COLON;
          return "key";
        case VALUE_OR_END:
          if (code === 93) return this.#close(code);
      }
      return this.#readValue(code);
    }
  }

  /** Fetches bytes until there is a token, and gives it. */
  async more(): Promise<JsonToken> {
    for (;;) {
      await this.#fill();
      const token = this.step();
      if (token !== "") return token;
    }
  }

  /** The next token. */
  async next(): Promise<JsonToken> {
    return this.step() || await this.more();
  }

  /** Passes over a value whose first token was read. */
  async skip(token: JsonToken): Promise<void> {
    if (token !== "{" && token !== "[") return;
    const depth = this.depth - 1;
    while (this.depth > depth) this.step() || await this.more();
  }

  /** Tells the source that nothing more is wanted of it. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** Makes an error about the last token. */
  error(expected: string, got?: string): SyntaxError {
    return formatError(this.line, this.column, expected, got);
  }

  #skipBlanks(): boolean {
    const bytes = this.#bytes;
    while (this.#at < this.#length) {
      const code = bytes[this.#at];
      if (code === 10) {
        this.#line++;
        this.#lineStart = this.#base + this.#at + 1;
      } else if (code !== 32 && code !== 9 && code !== 13) return true;
      this.#at++;
    }
    return false;
  }

  #mark(): void {
    this.line = this.#line;
    this.column = this.#base + this.#at - this.#lineStart + 1;
  }

  #readValue(code: number): JsonToken | "" {
    if (code === QUOTE) return this.#string() ? this.#after("string") : "";
    if (code === 123 || code === 91) {
      if (this.depth === MAX_DEPTH) throw this.error(`at most ${MAX_DEPTH} levels of nesting`);
      this.#isObject.push(code === 123);
      this.#state = code === 123 ? KEY_OR_END : VALUE_OR_END;
      this.#at++;
      return code === 123 ? "{" : "[";
    }
    const end = this.#wordEnd();
    if (end === this.#length && !this.#final) {
      if (end - this.#at > MAX_NUMBER_BYTES) throw this.#wrong();
      return "";
    }
    const word = this.#at;
    if (code === 45 || (code >= 48 && code <= 57)) {
      this.value = decimal(this.#bytes, word, end, "json");
      if (end - word > MAX_NUMBER_BYTES || Number.isNaN(this.value)) throw this.#wrong("a finite number");
      if (!Number.isFinite(this.value)) throw this.#wrong("a number that float64 can hold");
      this.#at = end;
      return this.#after("number");
    }
    const text = latin1.decode(this.#bytes.subarray(word, Math.min(end, word + 20)));
    if (text !== "true" && text !== "false" && text !== "null") {
      throw /^-?(nan|inf)/i.test(text) ? this.#wrong("a finite number") : this.#wrong();
    }
    this.#at = end;
    return this.#after(text);
  }

  #after<T extends JsonToken>(token: T): T {
    this.#state = this.depth === 0 ? DONE : COMMA;
    return token;
  }

  #close(code: number): "}" | "]" {
    const isObject = this.#isObject.at(-1);
    if (code !== (isObject ? 125 : 93)) throw this.#wrong();
    this.#isObject.pop();
    this.#at++;
    return this.#after(isObject ? "}" : "]");
  }

  // reads the string that starts here; false if its end is not there yet
  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    let escaped = false;
    let bits = 0;
    while (at < this.#length && bytes[at] !== QUOTE) {
      bits |= bytes[at];
      if (bytes[at] < 32) {
        this.#at = at;
        this.#mark();
        throw this.error("a control character to be escaped");
      }
      if (bytes[at] === BACKSLASH) {
        escaped = true;
        at++;
      }
      at++;
    }
    if (at - this.#at > MAX_STRING_BYTES) throw this.error(`a string of at most ${MAX_STRING_BYTES} bytes`);
    if (at >= this.#length) {
      if (this.#final) throw this.error("a closing quote", "the end of the file");
      return false;
    }
    const short = !escaped && bits < 128 && at - this.#at <= SHORT_BYTES;
    this.text = short ? ascii(bytes, this.#at + 1, at) : this.#unescaped(this.#at, at + 1, escaped);
    this.#at = at + 1;
    return true;
  }

  #unescaped(start: number, end: number, escaped: boolean): string {
    let text: string;
    try {
      text = utf8.decode(this.#bytes.subarray(start, end));
    } catch {
      throw this.error("text in UTF-8");
    }
    if (!escaped) return text.slice(1, -1);
    try {
      const parsed: unknown = JSON.parse(text);
      return String(parsed);
    } catch {
      throw this.error("a string whose escapes are those of JSON", text);
    }
  }

  #wordEnd(): number {
    let at = this.#at;
    while (at < this.#length) {
      const code = this.#bytes[at];
      if (code <= 32 || code === 44 || code === 93 || code === 125 || code === 58 || code === QUOTE) break;
      at++;
    }
    return at;
  }

  #expected(): string {
    return this.#state === COMMA ? `, or ${this.#isObject.at(-1) ? "}" : "]"}` : EXPECTED[this.#state];
  }

  #wrong(expected = this.#expected()): SyntaxError {
    const end = Math.max(this.#wordEnd(), this.#at + 1);
    return this.error(expected, latin1.decode(this.#bytes.subarray(this.#at, end)));
  }

  // keeps the bytes of an unfinished token; reads as many again, so that a long token costs linear time
  async #fill(): Promise<void> {
    const rest = this.#length - this.#at;
    const wanted = 2 * rest;
    this.#base += this.#at;
    this.#bytes.copyWithin(0, this.#at, this.#length);
    this.#at = 0;
    this.#length = rest;
    do {
      this.#signal?.throwIfAborted();
      const { done, value: chunk } = await this.#source.next();
      if (done) {
        this.#final = true;
        break;
      }
      this.#append(chunk);
    } while (this.#length <= wanted || (this.#base === 0 && this.#length < 3));
    this.#passByteOrderMark();
  }

  #append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  #passByteOrderMark(): void {
    const [a, b, c] = this.#bytes;
    if (this.#base > 0 || this.#length < 3 || a !== 0xef || b !== 0xbb || c !== 0xbf) return;
    this.#at = this.#lineStart = 3;
  }
}

// quicker than a decoder for names of members
function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}
