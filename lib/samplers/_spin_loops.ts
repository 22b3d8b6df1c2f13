import { type FactoredCouplings, isingFromQubo, type IsingModel, type Model, toDense } from "../model/mod.ts";
import { denseDescend, denseFields, denseFlip } from "./_dense_annealing.ts";
import { factoredDescend, factoredField, factoredFlip, factoredSums, factorsOf } from "./_factored_annealing.ts";
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
  /** Computes what is cached of s; to be called before the others, and again where rounding has built up. */
  load(s: Int8Array): void;
  /** One descending sweep; returns the flips. */
  descend(s: Int8Array): number;
  /** Makes the one flip that lowers the energy most; false if none lowers it. */
  steepest(s: Int8Array): boolean;
}

/** Chooses the loops by the form of the couplings; factored ones are made dense where n is small against their width. */
export function spinLoops(model: Model): SpinLoops {
  const ising = model.vartype === "ising" ? model : isingFromQubo(model);
  const { couplings, n } = ising;
  if (couplings.form === "sparse") return sparseLoops(ising, couplings);
  if (couplings.form === "dense") return denseLoops(ising, couplings.values);
  if (n <= Math.max(DENSIFY_BELOW_VARIABLES, DENSIFY_BELOW_WIDTHS * couplings.width)) {
    return denseLoops(ising, toDense(ising).couplings.values);
  }
  return factoredLoops(ising, couplings);
}

// flips that gain less than this are rounding, and could go back and forth for ever
function toleranceOf(linear: Float64Array, values: ArrayLike<number>): number {
  return RELATIVE_TOLERANCE * Math.max(largestOf(linear), largestOf(values));
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
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

function denseLoops({ n, linear: h }: IsingModel, J: Float64Array): SpinLoops {
  const f = new Float64Array(n);
  const tolerance = toleranceOf(h, J);
  return {
    name: "dense",
    sweepWork: n * n,
    load: (s) => denseFields(n, J, h, s, f),
    descend: (s) => denseDescend(n, J, s, f, tolerance),
    steepest(s) {
      const i = lowestGain(n, s, f, tolerance);
      if (i >= 0) denseFlip(n, J, s, f, i);
      return i >= 0;
    },
  };
}

function sparseLoops({ n, linear: h }: IsingModel, J: Extract<IsingModel["couplings"], { form: "sparse" }>): SpinLoops {
  const f = new Float64Array(n);
  const tolerance = toleranceOf(h, J.values);
  return {
    name: "sparse",
    sweepWork: n + J.values.length,
    load: (s) => sparseFields(n, J, h, s, f),
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
  const tolerance = toleranceOf(h, [n * width * largestOf(left) * largestOf(right)]);
  return {
    name: "factored",
    sweepWork: 4 * n * width,
    load: (s) => factoredSums(n, J, s),
    descend: (s) => factoredDescend(n, J, h, s, tolerance),
    steepest(s) {
      for (let i = 0; i < n; i++) f[i] = factoredField(J, h, s, i);
      const i = lowestGain(n, s, f, tolerance);
      if (i >= 0) factoredFlip(J, s, i);
      return i >= 0;
    },
  };
}
