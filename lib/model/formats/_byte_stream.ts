import { shown } from "./_format_error.ts";

/** Makes the error of an unreadable file of bytes: `Cannot read the file at byte 12: expected ..., got ...`. */
export function byteError(position: number, expected: string, got?: string): SyntaxError {
  const found = got === undefined ? "" : `, got ${shown(got)}`;
  return new SyntaxError(`Cannot read the file at byte ${position}: expected ${expected}${found}`);
}

/** Takes bytes from a stream in the pieces that a reader asks for. */
export class ByteStream {
  /** How many were taken. */
  position = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.#source = source[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /**
   * Takes the next bytes.
   *
   * @returns fresh bytes
   * @throws {SyntaxError} if the file ends before
   */
  async take(count: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(count);
    let size = 0;
    while (size < count) {
      if (!await this.#fill()) {
        throw byteError(this.position + size, `${what}, ${count} bytes`, `the end of the file after ${size}`);
      }
      const part = this.#chunk.subarray(this.#at, this.#at + count - size);
      taken.set(part, size);
      size += part.length;
      this.#at += part.length;
    }
    this.position += count;
    return taken;
  }

  /** Throws unless the file ends here. */
  async end(): Promise<void> {
    if (await this.#fill()) throw byteError(this.position, "the end of the file", "more bytes");
  }

  /** Tells the source that nothing more is wanted of it. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      this.#signal?.throwIfAborted();
      const { done, value } = await this.#source.next();
      if (done) return false;
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }
}
