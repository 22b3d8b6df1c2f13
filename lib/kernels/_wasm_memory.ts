import type { Arena, Bytes, Doubles, Floats, Words } from "./arena.ts";

/** Bytes of a page of memory; the first is not handed out, so that no array is at 0. */
export const PAGE = 65536;
const ALIGN = 64;
const LANES_PAST_END = 64;

type Exports = Readonly<Record<string, (...values: number[]) => number>>;

/** An instance of the kernels and the memory that it works on. */
export class WasmMemory implements Arena {
  /** The functions of the instance. */
  readonly exports: Exports;
  readonly #buffer: ArrayBuffer;
  #top: number = PAGE;
  /** Memory above this was never handed out, so it is still zero. */
  #touched: number = PAGE;

  constructor(module: WebAssembly.Module, bytes: number) {
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / PAGE) });
    this.#buffer = memory.buffer as ArrayBuffer;
    this.exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  }

  #take(length: number, size: number, what: string): number {
    const from = this.#top, left = this.#buffer.byteLength - from - LANES_PAST_END;
    if (!Number.isInteger(length) || length < 0 || length * size > left) {
      throw new RangeError(
        `Cannot make room for ${length} ${what} of ${size} bytes: a length must be an integer of 0 or more, and ` +
          `${Math.max(0, left)} of ${this.#buffer.byteLength - PAGE} bytes are left; open the kernels with more bytes`,
      );
    }
    const end = Math.ceil((from + length * size + LANES_PAST_END) / ALIGN) * ALIGN;
    this.#top = end;
    if (from < this.#touched) new Uint8Array(this.#buffer, from, Math.min(end, this.#touched) - from).fill(0);
    this.#touched = Math.max(this.#touched, Math.min(end, this.#buffer.byteLength));
    return from;
  }

  float32(length: number): Floats {
    return new Float32Array(this.#buffer, this.#take(length, 4, "float32 values"), length);
  }
  float64(length: number): Doubles {
    return new Float64Array(this.#buffer, this.#take(length, 8, "float64 values"), length);
  }
  uint32(length: number): Words {
    return new Uint32Array(this.#buffer, this.#take(length, 4, "words"), length);
  }
  uint8(length: number): Bytes {
    return new Uint8Array(this.#buffer, this.#take(length, 1, "numbers"), length);
  }
  get used(): number {
    return this.#top - PAGE;
  }
  release(used: number): void {
    this.#top = PAGE + used;
  }

  /** The address of an array; 0 for none. A foreign one would be read as an address of this memory: the one check that stays. */
  readonly at = (array: Floats | Doubles | Words | Bytes | null | undefined): number => {
    if (!array) return 0;
    if (array.buffer !== this.#buffer) {
      throw new TypeError(
        "Cannot run the kernel: an array is not of this arena; make it with float32(), uint8() and so on",
      );
    }
    return array.byteOffset;
  };
}
