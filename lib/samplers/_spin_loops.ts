import { type FactoredCouplings, inBlocks, type IsingModel, type Model, type Work } from "../model/mod.ts";
import { largestOf } from "./_coupling_size.ts";
import { denseDescend, denseFields, denseFlip } from "./_dense_annealing.ts";
import { factoredDescend, factoredField, factoredFlip, factoredSums, factorsOf } from "./_factored_annealing.ts";
import { denseArrays, isingOf } from "./_ising_arrays.ts";
import { sparseDescend, sparseFields, sparseFlip } from "./_sparse_annealing.ts";

const DENSIFY_BELOW_VARIABLES = 64;
const DENSIFY_BELOW_WIDTHS = 4;
const RELATIVE_TOLERANCE = 1e-12;

/** The loops of one model over spins, whatever the form of its couplings; a QUBO is looked at as its Ising model. */
export interface SpinLoops {
  /** Which loops: "dense", "sparse" or "factored". */
  readonly name: string;
  /** Additions of the most expensive sweep. */
  readonly sweepWork: number;
  /**
   * Computes what is cached of s, for spins `from .. to - 1`, in order from 0 to n; to be done before the others, and again where
   * rounding has built up.
   */
  load(s: Int8Array, from?: number, to?: number): void;
  /** One descending sweep; returns the flips. */
  descend(s: Int8Array): number;
  /** Makes the one flip that lowers the energy most; false if none lowers it. */
  steepest(s: Int8Array): boolean;
}

/** Chooses the loops by the form of the couplings; factored ones are made dense where n is small against their width. */
export function* spinLoops(model: Model): Work<SpinLoops> {
  const ising = yield* isingOf(model);
  const { couplings, n } = ising;
  if (couplings.form === "sparse") return yield* sparseLoops(ising, couplings);
  if (couplings.form === "dense" || n <= Math.max(DENSIFY_BELOW_VARIABLES, DENSIFY_BELOW_WIDTHS * couplings.width)) {
    return yield* denseLoops(ising, (yield* denseArrays(couplings)).values);
  }
  return factoredLoops(ising, couplings);
}

/** Loads a state in slices. */
export function loadInBlocks(loops: SpinLoops, s: Int8Array): Work<void> {
  return inBlocks(s.length, loops.sweepWork / Math.max(1, s.length), (from, to) => loops.load(s, from, to));
}

// flips that gain less than this are rounding, and could go back and forth for ever
function* toleranceOf(linear: Float64Array, values: Float64Array): Work<number> {
  let largest = largestOf(linear, 0, linear.length);
  yield* inBlocks(values.length, 1, (from, to) => largest = Math.max(largest, largestOf(values, from, to)));
  return RELATIVE_TOLERANCE * largest;
}

function lowestGain(n: number, s: Int8Array, f: Float64Array, tolerance: number): number {
  let best = -1;
  let gain = tolerance;
  for (let i = 0; i < n; i++) {
    const own = 2 * s[i] * f[i];
    if (own > gain) {
      gain = own;
      best = i;
    }
  }
  return best;
}

function* denseLoops({ n, linear: h }: IsingModel, J: Float64Array): Work<SpinLoops> {
  const f = new Float64Array(n);
  const tolerance = yield* toleranceOf(h, J);
  return {
    name: "dense",
    sweepWork: n * n,
    load: (s, from = 0, to = n) => denseFields(n, J, h, s, f, from, to),
    descend: (s) => denseDescend(n, J, s, f, tolerance),
    steepest(s) {
      const i = lowestGain(n, s, f, tolerance);
      if (i >= 0) denseFlip(n, J, s, f, i);
      return i >= 0;
    },
  };
}

function* sparseLoops(
  { n, linear: h }: IsingModel,
  J: Extract<IsingModel["couplings"], { form: "sparse" }>,
): Work<SpinLoops> {
  const f = new Float64Array(n);
  const tolerance = yield* toleranceOf(h, J.values);
  return {
    name: "sparse",
    sweepWork: n + J.values.length,
    load: (s, from = 0, to = n) => sparseFields(J, h, s, f, from, to),
    descend: (s) => sparseDescend(n, J, s, f, tolerance),
    steepest(s) {
      const i = lowestGain(n, s, f, tolerance);
      if (i >= 0) sparseFlip(J, s, f, i);
      return i >= 0;
    },
  };
}

function factoredLoops({ n, linear: h }: IsingModel, { width, left, right }: FactoredCouplings): SpinLoops {
  const J = factorsOf({ width, left, right });
  const f = new Float64Array(n);
  const pairs = n * width * largestOf(left, 0, left.length) * largestOf(right, 0, right.length);
  const tolerance = RELATIVE_TOLERANCE * Math.max(largestOf(h, 0, n), pairs);
  return {
    name: "factored",
    sweepWork: 4 * n * width,
    // cheap, and made of all spins
    load: (s, from = 0) => from === 0 && factoredSums(n, J, s),
    descend: (s) => factoredDescend(n, J, h, s, tolerance),
    steepest(s) {
      for (let i = 0; i < n; i++) f[i] = factoredField(J, h, s, i);
      const i = lowestGain(n, s, f, tolerance);
      if (i >= 0) factoredFlip(J, s, i);
      return i >= 0;
    },
  };
}
