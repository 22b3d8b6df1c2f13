import { type Floats, OSCILLATOR_LANES, type Oscillators, wasmOscillators } from "../kernels/mod.ts";
import { inBlocks, type Work } from "../model/mod.ts";
import type { Rng } from "../random/mod.ts";
import type { DenseArrays, IsingArrays, SparseArrays } from "./_ising_arrays.ts";
import { chooseScale, twoValues } from "./_oscillator_scale.ts";

const LANES = OSCILLATOR_LANES;
const MAX_BYTES = 2 ** 32 - 2 ** 17;
const STATE_ARRAYS = 9;

// nanoseconds that 16 lanes take, roughly: what slices are cut by
const MULTIPLY_NS = 1.3;
const SIGN_MULTIPLY_NS = 0.8;
const BIT_NS = 0.11;
const SPARSE_NS = 2.5;

/** Part of a step: a loop over rows. */
export interface Phase {
  /** What a row takes, in ns. */
  readonly rowNs: number;
  /** Works on rows `from .. to - 1`; `from` is even. */
  rows(from: number, to: number): void;
  /** Called when all rows are done. */
  end?(): void;
}

/** A model laid out for oscillators: J and h times `scale`, in float32 or as whole numbers. */
export interface OscillatorProblem {
  readonly n: number;
  readonly loops: Oscillators;
  /** How the couplings are held, for the story. */
  readonly kernel: string;
  /** Internal energies are energies times this. */
  readonly scale: number;
  /** True if products with signs are exact. */
  readonly whole: boolean;
  /** `[n]`, scaled. */
  readonly h: Floats;
  readonly hasFields: boolean;
  /** `[n, 16]`, the amplitudes. */
  readonly X: Floats;
  /** `[n, 16]`, what the last product gave. */
  readonly F: Floats;
  /** F = J Z, Z `[n, 16]` like X. */
  product(Z: Floats): Phase;
  /** F = J sign(X). */
  readonly signProduct: readonly Phase[];
}

/** Lays a model out; `discrete` if only products with signs are needed. */
export function* oscillatorProblem(arrays: IsingArrays, discrete: boolean): Work<OscillatorProblem> {
  const { n, couplings } = arrays;
  const { scale, whole } = yield* chooseScale(arrays);
  const pair = whole && couplings.form === "dense" ? yield* twoValues(n, couplings.values) : undefined;
  const entries = couplings.values.length;
  const bytes = (pair !== undefined ? 8 * Math.ceil(n / 64) * n : whole ? 2 * (entries + n) : 0) +
    (whole && discrete ? 0 : 4 * entries) +
    (couplings.form === "sparse" ? 4 * (entries + n) : 0) + STATE_ARRAYS * 4 * LANES * n + 65536;
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      `Cannot lay ${n} oscillators out: ${LANES} reads at a time would take ${bytes} bytes, at most ${MAX_BYTES} are allowed; ` +
        `use simulatedAnnealing()`,
    );
  }
  const loops = wasmOscillators(bytes);
  const [X, F, h] = [loops.float32(n * LANES), loops.float32(n * LANES), loops.float32(n)];
  for (let i = 0; i < n; i++) h[i] = arrays.h[i] * scale;
  const parts = { loops, scale, X, F };
  const products = couplings.form === "dense"
    ? yield* denseProducts(n, couplings, parts, pair ?? whole, discrete)
    : yield* sparseProducts(n, couplings, parts, whole, discrete);
  return {
    n,
    ...parts,
    ...products,
    whole,
    h,
    hasFields: arrays.h.some((value) => value !== 0),
    kernel: `${couplings.form}-${pair !== undefined ? "bits" : whole ? "int16" : "float32"}-${LANES}-lanes`,
  };
}

type Parts = Pick<OscillatorProblem, "loops" | "scale" | "X" | "F">;
type Products = Pick<OscillatorProblem, "product" | "signProduct">;

function* denseProducts(
  n: number,
  { values }: DenseArrays,
  parts: Parts,
  whole: boolean | readonly [number, number],
  discrete: boolean,
): Work<Products> {
  const { loops, scale, X, F } = parts;
  const J = yield* scaledFloats(loops, whole !== false && discrete ? new Float64Array(0) : values, scale);
  const rowNs = MULTIPLY_NS * n;
  const product = (Z: Floats): Phase => ({ rowNs, rows: (from, to) => loops.denseProduct(n, from, to, J, Z, F) });
  if (whole === false) {
    const S = loops.float32(n * LANES);
    return {
      product,
      signProduct: [
        { rowNs: 5, rows: (from, to) => loops.signs(from, to, X, S) },
        product(S),
      ],
    };
  }
  if (whole !== true) return { product, signProduct: yield* bitProducts(n, values, parts, whole) };
  const pairs = Math.ceil(n / 2);
  const words = loops.int16(n * 2 * pairs);
  yield* inBlocks(n, n, (from, to) => {
    for (let i = from, k = from * n; i < to; i++) {
      for (let j = 0, at = i * 2 * pairs; j < n; j++) words[at++] = values[k++] * scale;
    }
  });
  const S = loops.int16(2 * pairs * LANES);
  return {
    product,
    signProduct: [
      { rowNs: 5, rows: (from, to) => loops.signPairs(from, to, X, S) },
      { rowNs: SIGN_MULTIPLY_NS * n, rows: (from, to) => loops.denseSignProduct(pairs, from, to, words, S, F) },
    ],
  };
}

// a bit where the second value stands, the first row of a word in its highest bit, the upper half of a word behind the lower
function* bitProducts(
  n: number,
  values: Float64Array,
  { loops, scale, X, F }: Parts,
  [first, second]: readonly [number, number],
): Work<Phase[]> {
  const words = Math.ceil(n / 64);
  const [J, S] = [loops.uint32(2 * words * n), loops.uint32(2 * words * LANES)];
  const [base, M] = [loops.float32(n), loops.float32(LANES)];
  const [common, change] = [first * scale, (second - first) * scale];
  yield* inBlocks(n, n, (from, to) => {
    for (let i = from, k = from * n; i < to && first !== second; i++) {
      let count = 0;
      for (let j = 0; j < n; j++, k++) {
        // values at random are not to be branched on
        const set = Number(values[k] === second) & Number(i !== j);
        J[2 * (i * words + (j >> 6)) + (j & 32 ? 0 : 1)] |= set << (31 - (j & 31));
        count += set;
      }
      base[i] = -change * count;
    }
  });
  return [
    // not to be cut: a word is 64 rows
    { rowNs: 0, rows: () => loops.signBits(n, X, S) },
    {
      rowNs: 12 + BIT_NS * n,
      rows: (from, to) => loops.bitProduct(n, from, to, J, base, 2 * change, common, X, S, M, F),
    },
  ];
}

function* sparseProducts(
  n: number,
  { rowPtr, columns, values }: SparseArrays,
  { loops, scale, X, F }: Parts,
  whole: boolean,
  discrete: boolean,
): Work<Products> {
  const rows = copied(loops.uint32(n + 1), rowPtr);
  const others = copied(loops.uint32(columns.length), columns);
  const J = yield* scaledFloats(loops, whole && discrete ? new Float64Array(0) : values, scale);
  const rowNs = 10 + SPARSE_NS * values.length / Math.max(1, n);
  const product = (Z: Floats): Phase => ({
    rowNs,
    rows: (from, to) => loops.sparseProduct(from, to, rows, others, J, Z, F),
  });
  if (!whole) {
    const S = loops.float32(n * LANES);
    return {
      product,
      signProduct: [
        { rowNs: 5, rows: (from, to) => loops.signs(from, to, X, S) },
        product(S),
      ],
    };
  }
  const words = loops.int16(values.length);
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) words[k] = values[k] * scale;
  });
  const S = loops.int16(n * LANES);
  return {
    product,
    signProduct: [
      { rowNs: 5, rows: (from, to) => loops.signWords(from, to, X, S) },
      { rowNs, rows: (from, to) => loops.sparseSignProduct(from, to, rows, others, words, S, F) },
    ],
  };
}

function* scaledFloats(loops: Oscillators, values: Float64Array, scale: number): Work<Floats> {
  const J = loops.float32(values.length);
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) J[k] = values[k] * scale;
  });
  return J;
}

function copied<T extends Uint32Array>(into: T, from: Uint32Array): T {
  into.set(from);
  return into;
}

/** The loop that sets every entry of A `[16]` to the mean magnitude of its lane. */
export function meanAmplitudes({ n, loops, X }: OscillatorProblem, A: Floats): Phase {
  const sums = loops.float32(LANES);
  return {
    rowNs: 8,
    rows: (from, to) => loops.amplitudes(from, to, X, sums),
    end() {
      for (let l = 0; l < LANES; l++) A[l] = sums[l] / Math.max(1, n);
      sums.fill(0);
    },
  };
}

/** Normal numbers, new ones in every step; the lanes draw from the streams of their reads. */
export interface Noise {
  /** `[n, 16]`. */
  readonly N: Floats;
  readonly phase: Phase;
  /** Gives a lane the rest of its stream. */
  begin(lane: number, rng: Rng): void;
  /** To be called when all lanes have begun: lanes without a read follow lane 0. */
  begun(reads: number): void;
}

/** Makes the loop that draws noise. */
export function noise({ n, loops }: OscillatorProblem): Noise {
  const N = loops.float32(n * LANES);
  const states = loops.uint32(4 * LANES);
  return {
    N,
    phase: { rowNs: 70, rows: (from, to) => loops.normals(from, to, states, N) },
    begin(lane, rng) {
      rng.state.forEach((word, w) => states[w * LANES + lane] = word);
    },
    begun(reads) {
      for (let lane = reads; lane < LANES; lane++) {
        for (let w = 0; w < 4; w++) states[w * LANES + lane] = states[w * LANES];
      }
    },
  };
}
