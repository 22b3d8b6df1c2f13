/** float32 in an arena. */
export type Floats = Float32Array<ArrayBuffer>;
/** float64 in an arena. */
export type Doubles = Float64Array<ArrayBuffer>;
/** Unsigned 32-bit words in an arena. */
export type Words = Uint32Array<ArrayBuffer>;
/** Bytes in an arena. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Memory that kernels work on: arrays are handed out one after the other and all given back at once.
 *
 * Arrays of a WebAssembly arena are views of its memory; only arrays of an arena may be passed to its kernels.
 */
export interface Arena {
  /** A zeroed array of `length` float32, padded so that four-lane loops may run past its end. */
  float32(length: number): Floats;
  /** A zeroed array of `length` float64. */
  float64(length: number): Doubles;
  /** A zeroed array of `length` unsigned 32-bit words. */
  uint32(length: number): Words;
  /** A zeroed array of `length` bytes. */
  uint8(length: number): Bytes;
  /** Bytes handed out so far: pass it to `release` to give back everything that came after. */
  readonly used: number;
  /** Gives back all arrays handed out since `used` had this value; they must not be touched again. */
  release(used: number): void;
}
