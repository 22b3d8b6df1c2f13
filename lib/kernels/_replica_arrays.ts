import { inBlocks, type Work } from "../model/mod.ts";
import { integerUnitWork, type KernelCouplings } from "./annealing.ts";

/** Lanes that one call of a loop works on. */
export const GROUP = 8;
/** Spins whose thresholds are drawn together in the dense loops. */
export const BLOCK = 256;

// twice an energy must fit 32 bits; a spin adds at most 2^15
const INT16_VARIABLES = 65536;
const HEAD = 1024;
const ALIGN = 64;
const PADDING = 16;

/** How spins and fields are held. */
export type ReplicaPrecision = "int16" | "float32";

/** Numbers of either kind, in the memory of the replicas. */
export type Numbers = Int16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** A problem in units in which its coefficients are small integers, or at most 1. */
export interface ScaledProblem {
  readonly n: number;
  readonly precision: ReplicaPrecision;
  /** Energy of 1 in the scaled coefficients. */
  readonly unit: number;
  /** h / unit, `[n]`. */
  readonly h: Float64Array;
  readonly couplings: KernelCouplings;
}

/**
 * Everything that the loops work on, in one memory.
 *
 * Sparse: lane l of spin i is at `(l >> 3) * 8 n + 8 i + (l & 7)`. Dense: at `l * stride + i`, rows padded to a multiple of 16.
 */
export interface ReplicaArrays {
  readonly form: "dense" | "sparse";
  readonly precision: ReplicaPrecision;
  readonly n: number;
  readonly lanes: number;
  readonly unit: number;
  /** Length of a row: n, or n rounded up to 16 in the dense form. */
  readonly stride: number;
  /** Sparse: row i is at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
  readonly rowPtr: Uint32Array<ArrayBuffer>;
  /** Sparse: neighbours, every second word; the weights lie between them. */
  readonly entries: Uint32Array<ArrayBuffer>;
  /** Twice the couplings: dense `[n, stride]`; sparse: at every second place, those of int16 as 32-bit integers. */
  readonly doubled: Numbers | Int32Array<ArrayBuffer>;
  /** h, `[stride]`. */
  readonly h: Numbers;
  /** -1 and +1, for all lanes. */
  readonly spins: Numbers;
  /** f_i = h_i + sum_j J_ij s_j, for all lanes. */
  readonly fields: Numbers;
  /** xoshiro128** states: word w of lane l is at `((l >> 2) * 4 + w) * 4 + (l & 3)`. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** c, `[lanes]`: a flip is accepted if -s f <= t c, t = -ln u. */
  readonly scale: Float32Array<ArrayBuffer>;
  /** Twice the energy less the offset, `[lanes]`, in units. */
  readonly sums: Float64Array<ArrayBuffer>;
  /** t = -ln u of a block, `[256, 8]`. */
  readonly thresholds: Float32Array<ArrayBuffer>;
  /** Dense: the same, transposed, `[8, 256]`. */
  readonly transposed: Float32Array<ArrayBuffer>;
  /** Dense: the largest -s f that is accepted, `[256]`. */
  readonly limits: Numbers;
  /** A second set of spins and fields for one group. */
  readonly savedSpins: Numbers;
  readonly savedFields: Numbers;
}

/** Finds units in which the loops can count: integers if they fit 16 bits, else the largest coefficient rounded up to 2^k. */
export function* scaleProblem(
  n: number,
  h: Float64Array,
  couplings: KernelCouplings,
  precision?: ReplicaPrecision,
): Work<ScaledProblem> {
  const unit = precision === "float32" || n >= INT16_VARIABLES ? undefined : yield* integerUnitWork(n, h, couplings);
  if (unit === undefined && precision === "int16") {
    throw new RangeError(
      "Cannot hold the model in int16: its coefficients are no small multiples of one number; leave precision out",
    );
  }
  if (unit !== undefined) return { n, precision: "int16", unit, h: h.map((value) => value / unit), couplings };
  let largest = 0;
  for (const numbers of [h, couplings.values]) {
    yield* inBlocks(numbers.length, 1, (from, to) => largest = Math.max(largest, magnitude(numbers, from, to)));
  }
  const binary = largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.ceil(Math.log2(largest))));
  return { n, precision: "float32", unit: binary, h: h.map((value) => value / binary), couplings };
}

function magnitude(values: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let k = from; k < to; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
}

/** Bytes that the arrays take, and a function that lays them out in a memory of that size. */
export function replicaLayout(problem: ScaledProblem, lanes: number): {
  bytes: number;
  make(buffer: ArrayBuffer): Work<ReplicaArrays>;
} {
  const { n, couplings, precision } = problem;
  const dense = couplings.form === "dense";
  const size = precision === "int16" ? 2 : 4;
  const stride = dense ? Math.ceil(n / PADDING) * PADDING : n;
  const links = dense ? 0 : couplings.values.length;
  let top = HEAD;
  const take = (length: number, bytes: number) => {
    const from = top;
    top = Math.ceil((top + length * bytes) / ALIGN) * ALIGN;
    return from;
  };
  const at = {
    rowPtr: take(dense ? 0 : n + 1, 4),
    entries: take(2 * links, 4),
    rows: take(dense ? n * stride : 0, size),
    h: take(stride, size),
    spins: take(stride * lanes, size),
    fields: take(stride * lanes, size),
    words: take(4 * lanes, 4),
    scale: take(lanes, 4),
    sums: take(lanes, 8),
    thresholds: take(BLOCK * GROUP, 4),
    transposed: take(dense ? BLOCK * GROUP : 0, 4),
    limits: take(dense ? BLOCK : 0, size),
    savedSpins: take(stride * GROUP, size),
    savedFields: take(stride * GROUP, size),
  };
  return {
    bytes: top,
    *make(buffer) {
      // memory may have been used before
      const bytes = new Uint8Array(buffer, HEAD, top - HEAD);
      yield* inBlocks(bytes.length, 0.25, (from, to) => bytes.fill(0, from, to));
      const numbers = (from: number, length: number): Numbers =>
        precision === "int16" ? new Int16Array(buffer, from, length) : new Float32Array(buffer, from, length);
      const arrays: ReplicaArrays = {
        form: couplings.form,
        precision,
        n,
        lanes,
        unit: problem.unit,
        stride,
        rowPtr: new Uint32Array(buffer, at.rowPtr, dense ? 0 : n + 1),
        entries: new Uint32Array(buffer, at.entries, 2 * links),
        doubled: dense
          ? numbers(at.rows, n * stride)
          : precision === "int16"
          ? new Int32Array(buffer, at.entries, 2 * links)
          : new Float32Array(buffer, at.entries, 2 * links),
        h: numbers(at.h, stride),
        spins: numbers(at.spins, stride * lanes),
        fields: numbers(at.fields, stride * lanes),
        words: new Uint32Array(buffer, at.words, 4 * lanes),
        scale: new Float32Array(buffer, at.scale, lanes),
        sums: new Float64Array(buffer, at.sums, lanes),
        thresholds: new Float32Array(buffer, at.thresholds, BLOCK * GROUP),
        transposed: new Float32Array(buffer, at.transposed, dense ? BLOCK * GROUP : 0),
        limits: numbers(at.limits, dense ? BLOCK : 0),
        savedSpins: numbers(at.savedSpins, stride * GROUP),
        savedFields: numbers(at.savedFields, stride * GROUP),
      };
      yield* fill(arrays, problem);
      return arrays;
    },
  };
}

function* fill(arrays: ReplicaArrays, { n, h, couplings, unit }: ScaledProblem): Work<void> {
  const { doubled, entries, stride } = arrays;
  const { values } = couplings;
  arrays.h.set(h);
  if (couplings.form === "dense") {
    // the unit is a power of two
    const factor = 2 / unit;
    yield* inBlocks(n, n, (from, to) => {
      for (let i = from; i < to; i++) {
        for (let j = 0; j < n; j++) doubled[i * stride + j] = values[i * n + j] * factor;
      }
    });
    return;
  }
  const { columns } = couplings;
  arrays.rowPtr.set(couplings.rowPtr);
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) {
      entries[2 * k] = columns[k];
      doubled[2 * k + 1] = 2 * values[k] / unit;
    }
  });
}
