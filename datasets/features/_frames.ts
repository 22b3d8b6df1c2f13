/** Frames of a stream: one byte of kind, the length as uint32 little-endian, the content. */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  /** Reads from a stream, which nobody else may read. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next frame; null at the end of the stream, even if it is in the midst of one. */
  async next(): Promise<{ readonly kind: number; readonly content: Uint8Array<ArrayBuffer> } | null> {
    const head = await this.#take(5);
    if (head === null) return null;
    const content = await this.#take(new DataView(head.buffer).getUint32(1, true));
    return content === null ? null : { kind: head[0], content };
  }

  async #take(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const taken = new Uint8Array(length);
    for (let have = 0; have < length;) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        this.#rest = value;
      }
      const n = Math.min(length - have, this.#rest.length);
      taken.set(this.#rest.subarray(0, n), have);
      this.#rest = this.#rest.subarray(n);
      have += n;
    }
    return taken;
  }
}
