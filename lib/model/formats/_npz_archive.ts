import type { Label } from "../builder.ts";
import { byteError, ByteStream } from "./_byte_stream.ts";
import { type NpyHeader, readNpyHeader, readNpyNumbers } from "./_npy_array.ts";
import { unzip, type ZipMember, zipMembers } from "./_zip.ts";

const SUFFIX = ".npy";
const MAX_ARCHIVE_BYTES = 2 ** 31;

/** An array of numbers of a `.npz`. */
export interface NpzArray {
  readonly header: NpyHeader;
  readonly values: Float64Array;
}

/** The arrays of a `.npz`, unpacked one by one when they are asked for. */
export class NpzArchive {
  readonly #bytes: Uint8Array;
  readonly #members: ReadonlyMap<string, ZipMember>;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#members = new Map(
      zipMembers(bytes).map((member) => {
        if (!member.name.endsWith(SUFFIX)) throw byteError(member.at, `members called *${SUFFIX}`, member.name);
        return [member.name.slice(0, -SUFFIX.length), member];
      }),
    );
  }

  /** Names of the arrays. */
  get names(): string[] {
    return [...this.#members.keys()];
  }

  /** Tells whether there is an array. */
  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Makes an error about an array. */
  error(name: string, expected: string, got?: string): SyntaxError {
    return byteError(this.#members.get(name)?.at ?? this.#bytes.length, `${expected} in the array ${name}`, got);
  }

  /** Reads the header of an array. */
  header(name: string): Promise<NpyHeader> {
    return this.#open(name, readNpyHeader);
  }

  /** Reads numbers; of the given shape, if there is one. */
  async numbers(name: string, shape?: readonly number[]): Promise<NpzArray> {
    const array = await this.#open(name, async (stream) => {
      const header = await readNpyHeader(stream);
      const values = new Float64Array(header.count);
      await readNpyNumbers(stream, header, (k, value) => values[k] = value);
      await stream.end();
      return { header, values };
    });
    const { header } = array;
    if (shape !== undefined && header.shape.join() !== shape.join()) {
      throw this.error(name, `shape (${shape.join(", ")})`, `(${header.shape.join(", ")})`);
    }
    return array;
  }

  /** Reads one number, of shape `()` or `(1,)`. */
  async number(name: string): Promise<number> {
    const { header, values } = await this.numbers(name);
    if (header.count !== 1) throw this.error(name, "one number", `${header.count} numbers`);
    return values[0];
  }

  /** Reads texts: bytes or Unicode of fixed length. */
  texts(name: string): Promise<string[]> {
    return this.#open(name, async (stream) => {
      const header = await readNpyHeader(stream);
      const [, order, kind, width] = /^([<>|])([SU])(\d{1,6})$/.exec(header.descr) ?? [];
      if (kind === undefined) throw this.error(name, "texts", header.descr);
      const size = Number(width) * (kind === "U" ? 4 : 1);
      const texts: string[] = [];
      for (let k = 0; k < header.count; k++) {
        const bytes = await stream.take(size, `text ${k} of ${header.count}`);
        const view = new DataView(bytes.buffer);
        let text = "";
        for (let at = 0; at < size; at += kind === "U" ? 4 : 1) {
          const code = kind === "U" ? view.getUint32(at, order !== ">") : view.getUint8(at);
          if (code > (kind === "U" ? 0x10ffff : 0x7f)) throw this.error(name, "a character", String(code));
          text += String.fromCodePoint(code);
        }
        texts.push(text.replace(/\0+$/, ""));
      }
      await stream.end();
      return texts;
    });
  }

  /** Reads the labels of n variables: integers or texts, each another. */
  async labels(name: string, n: number): Promise<Label[]> {
    const isNumbers = /[iu]\d+$/.test((await this.header(name)).descr);
    const labels: Label[] = isNumbers ? [...(await this.numbers(name)).values] : await this.texts(name);
    if (labels.length !== n || new Set(labels).size !== n) {
      throw this.error(
        name,
        `${n} labels that all differ`,
        `${labels.length}, of which ${new Set(labels).size} differ`,
      );
    }
    return labels;
  }

  async #open<T>(name: string, read: (stream: ByteStream) => Promise<T>): Promise<T> {
    const member = this.#members.get(name);
    if (member === undefined) {
      throw byteError(this.#bytes.length, `an array ${name} before the end`, `only ${this.names.join(", ")}`);
    }
    const content = await unzip(this.#bytes, member);
    try {
      return await read(new ByteStream(ReadableStream.from([content])));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(`${error.message}, in the array ${name}`);
    }
  }
}

/** Reads a stream to its end; one buffer, moved where it has to grow. */
export async function allBytes(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Uint8Array> {
  let bytes = new Uint8Array(2 ** 16);
  let size = 0;
  for await (const chunk of source) {
    signal?.throwIfAborted();
    if (size + chunk.length > MAX_ARCHIVE_BYTES) {
      throw byteError(MAX_ARCHIVE_BYTES, `an archive of at most ${MAX_ARCHIVE_BYTES} bytes`);
    }
    if (size + chunk.length > bytes.length) {
      bytes = new Uint8Array(bytes.buffer.transfer(Math.ceil(1.5 * (size + chunk.length))));
    }
    bytes.set(chunk, size);
    size += chunk.length;
  }
  signal?.throwIfAborted();
  return bytes.subarray(0, size);
}
