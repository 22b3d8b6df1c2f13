import { loadModule } from "./_load_module.ts";
import type { Bytes, Doubles, Floats, Words } from "./arena.ts";
import type { Oscillators, Signs } from "./oscillators.ts";

const PAGE = 65536;
const ALIGN = 64;
const MAX_BYTES = 2 ** 32 - PAGE;

type Exports = Readonly<Record<Exclude<keyof Oscillators, "name">, (...values: number[]) => void>>;
type ArenaArray = Floats | Doubles | Signs | Words | Bytes;

const module = await loadModule(new URL("./oscillators.wasm", import.meta.url));

/**
 * Opens the WebAssembly loops over oscillators, with a memory of their own.
 *
 * @param bytes the most that all arrays together may take, each rounded up to a multiple of 64
 * @returns loops and arena; arrays are views of one memory
 * @throws {RangeError} if `bytes` is out of range, or later, if the memory is full
 *
 * Cost one instantiation, under a millisecond; memory is reserved, not touched.
 *
 * @example The sum of magnitudes, in every lane
 * ```ts
 * import { wasmOscillators } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const loops = wasmOscillators(256);
 * const [x, sums] = [loops.float32(32).fill(-2), loops.float32(16)];
 * loops.amplitudes(0, 2, x, sums);
 * assertEquals(sums[15], 4);
 * ```
 */
export function wasmOscillators(bytes: number): Oscillators {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MAX_BYTES) {
    throw new RangeError(`Cannot open the oscillators: bytes must be an integer from 1 to ${MAX_BYTES}, got ${bytes}`);
  }
  return new WasmOscillators(bytes);
}

class WasmOscillators implements Oscillators {
  readonly name = "wasm";
  readonly #buffer: ArrayBuffer;
  readonly #exports: Exports;
  #top = PAGE;

  constructor(bytes: number) {
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / PAGE) });
    this.#buffer = memory.buffer as ArrayBuffer;
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  }

  #take(length: number, size: number): number {
    const from = this.#top;
    const left = this.#buffer.byteLength - from;
    if (!Number.isInteger(length) || length < 0 || length * size > left) {
      throw new RangeError(
        `Cannot make room for ${length} numbers of ${size} bytes: a length must be an integer of 0 or more, and ${left} ` +
          `bytes are left; open the oscillators with more bytes`,
      );
    }
    this.#top = from + Math.ceil(length * size / ALIGN) * ALIGN;
    return from;
  }

  float32(length: number): Floats {
    return new Float32Array(this.#buffer, this.#take(length, 4), length);
  }
  float64(length: number): Doubles {
    return new Float64Array(this.#buffer, this.#take(length, 8), length);
  }
  int16(length: number): Signs {
    return new Int16Array(this.#buffer, this.#take(length, 2), length);
  }
  uint32(length: number): Words {
    return new Uint32Array(this.#buffer, this.#take(length, 4), length);
  }
  uint8(length: number): Bytes {
    return new Uint8Array(this.#buffer, this.#take(length, 1), length);
  }

  // a foreign array would be read as an address of this memory: the one check that stays
  #at(array: ArenaArray): number {
    if (array.buffer !== this.#buffer) {
      throw new TypeError(
        "Cannot run the loop: an array is not of this arena; make it with float32(), int16() and so on",
      );
    }
    return array.byteOffset;
  }

  denseProduct(n: number, from: number, to: number, J: Floats, X: Floats, F: Floats): void {
    this.#exports.denseProduct(n, from, to, this.#at(J), this.#at(X), this.#at(F));
  }

  denseSignProduct(pairs: number, from: number, to: number, J: Signs, S: Signs, F: Floats): void {
    this.#exports.denseSignProduct(pairs, from, to, this.#at(J), this.#at(S), this.#at(F));
  }

  sparseProduct(from: number, to: number, rowPtr: Words, columns: Words, values: Floats, X: Floats, F: Floats): void {
    this.#exports.sparseProduct(
      from,
      to,
      this.#at(rowPtr),
      this.#at(columns),
      this.#at(values),
      this.#at(X),
      this.#at(F),
    );
  }

  sparseSignProduct(from: number, to: number, rowPtr: Words, columns: Words, values: Signs, S: Signs, F: Floats): void {
    this.#exports.sparseSignProduct(
      from,
      to,
      this.#at(rowPtr),
      this.#at(columns),
      this.#at(values),
      this.#at(S),
      this.#at(F),
    );
  }

  signBits(n: number, X: Floats, S: Words): void {
    this.#exports.signBits(n, this.#at(X), this.#at(S));
  }

  bitProduct(
    n: number,
    from: number,
    to: number,
    J: Words,
    base: Floats,
    step: number,
    common: number,
    X: Floats,
    S: Words,
    M: Floats,
    F: Floats,
  ): void {
    this.#exports.bitProduct(
      n,
      from,
      to,
      this.#at(J),
      this.#at(base),
      step,
      common,
      this.#at(X),
      this.#at(S),
      this.#at(M),
      this.#at(F),
    );
  }

  signs(from: number, to: number, X: Floats, S: Floats): void {
    this.#exports.signs(from, to, this.#at(X), this.#at(S));
  }

  signWords(from: number, to: number, X: Floats, S: Signs): void {
    this.#exports.signWords(from, to, this.#at(X), this.#at(S));
  }

  signPairs(from: number, to: number, X: Floats, S: Signs): void {
    this.#exports.signPairs(from, to, this.#at(X), this.#at(S));
  }

  measure(from: number, to: number, X: Floats, F: Floats, h2: Floats, E: Doubles): void {
    this.#exports.measure(from, to, this.#at(X), this.#at(F), this.#at(h2), this.#at(E));
  }

  keep(from: number, to: number, X: Floats, mask: Bytes, best: Bytes): void {
    this.#exports.keep(from, to, this.#at(X), this.#at(mask), this.#at(best));
  }

  normals(from: number, to: number, states: Words, out: Floats): void {
    this.#exports.normals(from, to, this.#at(states), this.#at(out));
  }

  addNoise(from: number, to: number, X: Floats, N: Floats, size: number, out: Floats): void {
    this.#exports.addNoise(from, to, this.#at(X), this.#at(N), size, this.#at(out));
  }

  amplitudes(from: number, to: number, X: Floats, sums: Floats): void {
    this.#exports.amplitudes(from, to, this.#at(X), this.#at(sums));
  }

  bifurcate(
    from: number,
    to: number,
    X: Floats,
    Y: Floats,
    F: Floats,
    h: Floats,
    A: Floats,
    heat: number,
    pull: number,
    cubic: number,
    push: number,
    drift: number,
    wall: number,
  ): void {
    this.#exports.bifurcate(
      from,
      to,
      this.#at(X),
      this.#at(Y),
      this.#at(F),
      this.#at(h),
      this.#at(A),
      heat,
      pull,
      cubic,
      push,
      drift,
      wall,
    );
  }

  feed(
    from: number,
    to: number,
    X: Floats,
    F: Floats,
    h: Floats,
    A: Floats,
    N: Floats,
    gain: number,
    cubic: number,
    push: number,
    size: number,
    wall: number,
  ): void {
    this.#exports.feed(
      from,
      to,
      this.#at(X),
      this.#at(F),
      this.#at(h),
      this.#at(A),
      this.#at(N),
      gain,
      cubic,
      push,
      size,
      wall,
    );
  }

  relax(
    from: number,
    to: number,
    X: Floats,
    F: Floats,
    h: Floats,
    A: Floats,
    N: Floats,
    inverse: Floats,
    share: number,
    beta: number,
    size: number,
  ): void {
    this.#exports.relax(
      from,
      to,
      this.#at(X),
      this.#at(F),
      this.#at(h),
      this.#at(A),
      this.#at(N),
      this.#at(inverse),
      share,
      beta,
      size,
    );
  }

  control(
    from: number,
    to: number,
    X: Floats,
    E: Floats,
    F: Floats,
    h: Floats,
    A: Floats,
    rate: Floats,
    target: Floats,
    gain: number,
    cubic: number,
    push: number,
    top: number,
    fed: boolean,
    weight: number,
  ): void {
    this.#exports.control(
      from,
      to,
      this.#at(X),
      this.#at(E),
      this.#at(F),
      this.#at(h),
      this.#at(A),
      this.#at(rate),
      this.#at(target),
      gain,
      cubic,
      push,
      top,
      fed ? 1 : 0,
      weight,
    );
  }

  separate(
    from: number,
    to: number,
    X: Floats,
    E: Floats,
    F: Floats,
    h: Floats,
    A: Floats,
    gain: number,
    cubic: number,
    push: number,
    scale: number,
    steep: number,
    lean: number,
    rate: number,
  ): void {
    this.#exports.separate(
      from,
      to,
      this.#at(X),
      this.#at(E),
      this.#at(F),
      this.#at(h),
      this.#at(A),
      gain,
      cubic,
      push,
      scale,
      steep,
      lean,
      rate,
    );
  }
}
