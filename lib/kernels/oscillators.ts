import type { Bytes, Doubles, Floats, Words } from "./arena.ts";

/** Reads that oscillators make side by side: the lanes of every array `[n, 16]`. */
export const OSCILLATOR_LANES = 16;

/** Signed 16-bit integers in an arena. */
export type Signs = Int16Array<ArrayBuffer>;

/**
 * Loops over n oscillators in 16 lanes, one read a lane; lanes never mix.
 *
 * X `[n, 16]` are amplitudes, F `[n, 16]` the products J X or J sign(X) with couplings of an Ising model whose energy is
 * minimised, h `[n]` its fields, A `[16]` what a field counts in a lane. Every loop works on rows `from .. to - 1` and gives the
 * same bits however the rows are cut, in TypeScript and in WebAssembly. Nothing is checked but that arrays are of the arena.
 */
export interface Oscillators {
  /** "wasm" or "typescript". */
  readonly name: string;
  /** A zeroed array of `length` float32. */
  float32(length: number): Floats;
  /** A zeroed array of `length` float64. */
  float64(length: number): Doubles;
  /** A zeroed array of `length` int16. */
  int16(length: number): Signs;
  /** A zeroed array of `length` words. */
  uint32(length: number): Words;
  /** A zeroed array of `length` bytes. */
  uint8(length: number): Bytes;

  /** F = J X; J `[n, n]`. The sum runs over the columns in order, float32. */
  denseProduct(n: number, from: number, to: number, J: Floats, X: Floats, F: Floats): void;
  /** F = J S; J `[n, 2 pairs]`, S as `signPairs` writes it; exact below 2^24. */
  denseSignProduct(pairs: number, from: number, to: number, J: Signs, S: Signs, F: Floats): void;
  /** F = J X; J as compressed sparse rows. */
  sparseProduct(
    from: number,
    to: number,
    rowPtr: Words,
    columns: Words,
    values: Floats,
    X: Floats,
    F: Floats,
  ): void;
  /** F = J S, S as `signWords` writes it; exact if the magnitudes of a row add up to less than 2^15. */
  sparseSignProduct(
    from: number,
    to: number,
    rowPtr: Words,
    columns: Words,
    values: Signs,
    S: Signs,
    F: Floats,
  ): void;

  /** S `[ceil(n / 64), 16]` of 64 bits in two words each, low word first: bit 63 - i of word w is 1 where x of row 64 w + i is not below 0. */
  signBits(n: number, X: Floats, S: Words): void;
  /**
   * F = J sign(X) for J of two values off the diagonal, `common` and `common + step / 2`: J `[n, ceil(n / 64)]` has bits, in the
   * same order, where the second stands; `base[i]` is `- step / 2` times their number in row i; M `[16]` is scratch. Exact for whole
   * numbers below 2^24.
   */
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
  ): void;

  /** S = sign(X), float32: -1 where x < 0, else +1. */
  signs(from: number, to: number, X: Floats, S: Floats): void;
  /** S = sign(X), int16. */
  signWords(from: number, to: number, X: Floats, S: Signs): void;
  /** S `[pairs, 16, 2]`: the signs of two rows side by side, an odd last row with zeros; `from` even. */
  signPairs(from: number, to: number, X: Floats, S: Signs): void;
  /** E `[16]` += sum sign(x) (F + h2): twice the energy if F = J sign(X) and h2 = 2 h. */
  measure(from: number, to: number, X: Floats, F: Floats, h2: Floats, E: Doubles): void;
  /** best `[n, 16]`, int8 -1 and +1, takes the signs of the lanes whose byte of `mask` `[16]` is 255, not 0. */
  keep(from: number, to: number, X: Floats, mask: Bytes, best: Bytes): void;

  /**
   * N(0, 1) numbers by Box and Muller, each lane from its own xoshiro128** in `states` `[4, 16]`, which is advanced; two rows
   * share two draws, `from` even. Magnitudes end at 5.8.
   */
  normals(from: number, to: number, states: Words, out: Floats): void;
  /** out = X + size N. */
  addNoise(from: number, to: number, X: Floats, N: Floats, size: number, out: Floats): void;
  /** sums `[16]` += |x|. */
  amplitudes(from: number, to: number, X: Floats, sums: Floats): void;

  /**
   * `y = y - pull x - cubic x^3 - push (F + h A)`, then `x = x + drift y`; beyond the wall x stays on it and y is 0; then y gains
   * heat times what it was before.
   */
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
  ): void;
  /** `x = x + gain x - cubic x^3 - push (F + h A) + size N`, held within the wall. */
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
  ): void;
  /** `x = x - share (tanh(beta (F + h A) inverse + size N) + x)`, inverse `[n]`. */
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
  ): void;
  /**
   * `x = x + gain x - cubic x^3 - push z` with `z = e (F + h A)`, and `e = e + rate (target - m) e` within 0 .. top, where
   * m is `x^2` or, if `fed`, `weight z^2`; rate and target `[16]`.
   */
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
  ): void;
  /**
   * `x = x + gain x - cubic x^3 - push tanh(steep z) - lean (z - e)` with `z = scale (F + h A)`, and `e = e + rate (z - e)`.
   */
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
  ): void;
}
