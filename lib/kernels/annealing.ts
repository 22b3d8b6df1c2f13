import { finished, inBlocks, type Work } from "../model/mod.ts";

/** Couplings J of n spins as a kernel takes them: a full matrix, or rows with every pair in both directions. */
export type KernelCouplings =
  | {
    /** Tells the form. */
    readonly form: "dense";
    /** `[n, n]` row-major, symmetric, zero diagonal. */
    readonly values: Float64Array;
  }
  | {
    /** Tells the form. */
    readonly form: "sparse";
    /** `[n + 1]`: row i is at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
    readonly rowPtr: Uint32Array;
    /** Neighbours. */
    readonly columns: Uint32Array;
    /** Their couplings. */
    readonly values: Float64Array;
  };

/** What an annealing kernel works on: `E(s) = sum_{i<j} J_ij s_i s_j + sum_i h_i s_i`, in energies of the caller. */
export interface AnnealingProblem {
  /** n, the number of spins. */
  readonly n: number;
  /** h, `[n]`. */
  readonly h: Float64Array;
  /** J. */
  readonly couplings: KernelCouplings;
  /**
   * int16: every h and J is a whole multiple of `unit`, and no field or doubled coupling leaves 15 bits (`integerUnit` tells).
   * float32: they are rounded to 24 bits.
   */
  readonly precision: "int16" | "float32";
  /** Energy of one step of the kernel's numbers. */
  readonly unit: number;
}

/**
 * Single-flip sweeps in index order over one state, with cached local fields.
 *
 * Spin i flips if `beta dE_i < t`, `t = -ln u` (Metropolis) or `t = ln((1 - u) / u)` (heat bath), u one of 2^24 levels of
 * (0, 1). Draws come from four streams of xoshiro128+ that take turns; the TypeScript and the WebAssembly kernel give the same
 * states to the last bit.
 */
export interface AnnealingKernel {
  /** Form, precision and engine, as "dense int16 wasm". */
  readonly name: string;
  /** Spins of the model rounded up to a multiple of 8: where ranges end. */
  readonly padded: number;
  /** Loads a state, `[n]` of -1 and +1, and 16 words of state of the draws. */
  start(spins: Int8Array, words: Uint32Array): void;
  /** Computes the fields of spins `from .. to - 1` from scratch. */
  fields(from: number, to: number): void;
  /**
   * Sweeps over spins `from .. to - 1` (multiples of 8), one sweep a beta; ends early after a sweep that brings `gained` to
   * `enough`.
   *
   * @returns the sweeps made
   */
  anneal(from: number, to: number, betas: Float32Array, count: number, heatBath: boolean, enough: number): number;
  /** Energy lost since `start`, in energies of the caller, as accumulated: exact for int16. */
  readonly gained: number;
  /** Writes the state, `[n]`. */
  read(spins: Int8Array): void;
  /** Energy of the state, from its fields as they are, in energies of the caller; undefined where they are rounded. */
  energy(): number | undefined;
  /** Gives its memory back; it must not be used any more. */
  close(): void;
}

const MOST = 16383;

/**
 * Finds the largest power of two of which every number of a problem is a whole multiple, if 16 bits hold them.
 *
 * @returns the unit; undefined if there is none, or `2 J`, or `sum_j |J_ij| + |h_i|` of a spin, in units, is above 16,383
 *
 * Cost O(n + m) for m entries of J.
 *
 * @example Quarters
 * ```ts
 * import { integerUnit } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const values = new Float64Array([0, 0.75, 0.75, 0]);
 * assertEquals(integerUnit(2, new Float64Array([0.5, 0]), { form: "dense", values }), 0.25);
 * ```
 */
export function integerUnit(n: number, h: Float64Array, couplings: KernelCouplings): number | undefined {
  return finished(integerUnitWork(n, h, couplings));
}

/**
 * Finds a unit as {@link integerUnit} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is the unit, or undefined if there is none
 *
 * Cost that of {@link integerUnit}.
 *
 * @example Quarters
 * ```ts
 * import { integerUnitWork } from "qama/kernels";
 * import { finished } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const values = new Float64Array([0, 0.75, 0.75, 0]);
 * assertEquals(finished(integerUnitWork(2, new Float64Array([0.5, 0]), { form: "dense", values })), 0.25);
 * ```
 */
export function* integerUnitWork(
  n: number,
  h: Float64Array,
  couplings: KernelCouplings,
): Work<number | undefined> {
  const { values } = couplings;
  let largest = 0;
  for (const numbers of [values, h]) {
    yield* inBlocks(numbers.length, 1, (from, to) => largest = Math.max(largest, largestOf(numbers, from, to)));
  }
  if (largest === 0) return 1;
  // the coarsest unit that could do; finer ones are tried until all are whole
  let unit = 2 ** Math.floor(Math.log2(largest));
  const least = Math.max(2 ** -1000, largest / MOST);
  for (const numbers of [values, h]) {
    yield* inBlocks(
      numbers.length,
      1,
      (from, to) => unit = unit < least ? unit : wholeIn(numbers, from, to, unit, least),
    );
    if (unit < least) return undefined;
  }
  let most = 0;
  yield* inBlocks(
    n,
    values.length / Math.max(1, n),
    (from, to) => most = Math.max(most, largestSum(h, couplings, from, to)),
  );
  return most > MOST * unit ? undefined : unit;
}

function largestOf(numbers: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let k = from; k < to; k++) largest = Math.max(largest, Math.abs(numbers[k]));
  return largest;
}

// the largest power of two, at most `unit`, of which all are whole multiples; one below `least` if it would have to be smaller
function wholeIn(numbers: Float64Array, from: number, to: number, unit: number, least: number): number {
  let inverse = 1 / unit;
  for (let k = from; k < to; k++) {
    // within 15 bits, for unit is at least `least`
    let multiple = numbers[k] * inverse;
    while ((multiple | 0) !== multiple) {
      unit /= 2;
      if (unit < least) return unit;
      inverse = 1 / unit;
      multiple = numbers[k] * inverse;
    }
  }
  return unit;
}

// of sum_j |J_ij| + |h_i|
function largestSum(h: Float64Array, couplings: KernelCouplings, from: number, to: number): number {
  const values = couplings.values;
  let largest = 0;
  for (let i = from; i < to; i++) {
    const start = couplings.form === "dense" ? i * h.length : couplings.rowPtr[i];
    const end = couplings.form === "dense" ? start + h.length : couplings.rowPtr[i + 1];
    let sum = Math.abs(h[i]);
    for (let k = start; k < end; k++) sum += Math.abs(values[k]);
    largest = Math.max(largest, sum);
  }
  return largest;
}
