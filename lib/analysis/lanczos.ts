import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Hypercube } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";

/** What {@link lanczos} is asked for. */
export interface LanczosOptions {
  /** Which end of the spectrum. @default {"lowest"} */
  readonly end?: "lowest" | "highest";
  /** How many eigenpairs. @default {1} */
  readonly wanted?: number;
  /** The basis lies in vectors `first .. first + largestBasis` of the hypercube. @default {0} */
  readonly first?: number;
  /** Basis vectors between restarts, above `wanted`. @default {40} */
  readonly basis?: number;
  /** Each restart makes the basis half as large again, up to so many: slow searches need it, fast ones do not pay for it. @default {basis} */
  readonly largestBasis?: number;
  /** The orthonormal vectors `first - deflated .. first - 1` are taken out of the space. @default {0} */
  readonly deflated?: number;
  /** Products with the operator after which the search ends. @default {2000} */
  readonly maxProducts?: number;
  /** The error of an eigenvalue that is small enough, relative to its size; see `settled`. @default {1e-10} */
  readonly tolerance?: number;
  /** Decides in place of `tolerance` whether values with such errors and residuals will do; all `[wanted]`, from the end asked for. */
  readonly settled?: (values: Float64Array, errors: Float64Array, residuals: Float64Array) => boolean;
  /** Ends the search early, not converged, where it says so of the values, their residuals and the products made. */
  readonly giveUp?: (values: Float64Array, residuals: Float64Array, products: number) => boolean;
  /** Seed of the start vector; undefined takes what vector `first` holds. @default {0} */
  readonly seed?: number | "given";
}

/** Eigenpairs as {@link lanczos} found them. */
export interface LanczosResult {
  /** Eigenvalues from the end asked for inwards; fewer than wanted only where the space has no more. */
  readonly values: Float64Array;
  /** `|A v - value v|` for each, as the recurrence has it. */
  readonly residuals: Float64Array;
  /** The smaller of the residual and its square over the distance to the next value, less the residual of that: an estimate of each value's error. */
  readonly errors: Float64Array;
  /** True if the errors are as small as was asked, false if the products were used up or the search was given up. */
  readonly converged: boolean;
  /** Products with the operator. */
  readonly products: number;
}

/**
 * Finds eigenpairs at one end of the spectrum of a symmetric operator that is only known by its products with vectors.
 *
 * Lanczos with full reorthogonalisation (again where much was taken away) and thick restarts: when the basis is full, its best Ritz vectors are kept and the
 * recurrence goes on from them. The eigenvectors are left in vectors `first ..` of the hypercube. One start vector finds one
 * vector of each eigenspace: of equal eigenvalues, only one is sure to be found.
 *
 * @param cube where the vectors are
 * @param apply writes A times the first vector into the second; A is symmetric and leaves the deflated vectors' complement alone
 * @param options see {@link LanczosOptions}
 * @returns values, residuals and whether they will do: a residual bounds the distance to some eigenvalue, not to the next one
 * @throws {RangeError} if `basis` is not above `wanted`, or the hypercube has too few vectors
 *
 * Cost a product and O(basis size) a step.
 * Source: Wu and Simon, Thick-restart Lanczos method for large symmetric eigenvalue problems (2000), DOI 10.1137/S0895479898334605.
 *
 * @example Lowest level of two spins in a transverse field
 * ```ts
 * import { lanczos } from "qama/analysis";
 * import { openHypercube } from "qama/kernels";
 * import { assertAlmostEquals } from "@std/assert";
 * const cube = openHypercube({ n: 2, vectors: 6 });
 * const E = cube.vectors[0];
 * const { values } = lanczos(cube, (psi, out) => cube.applyTransverse(1, 1, E, psi, out), { first: 1, basis: 4 });
 * assertAlmostEquals(values[0], -2);
 * ```
 */
export function lanczos(
  cube: Hypercube,
  apply: (psi: Float64Array, out: Float64Array) => void,
  options: LanczosOptions = {},
): LanczosResult {
  const { end = "lowest", first = 0, deflated = 0, maxProducts = 2000, tolerance = 1e-10, seed = 0 } = options;
  const room = cube.size - deflated;
  const wanted = Math.min(options.wanted ?? 1, room);
  let basis = Math.min(options.basis ?? 40, room);
  const largestBasis = Math.max(basis, Math.min(options.largestBasis ?? basis, room));
  if (basis <= wanted && basis < room) {
    throw new RangeError(`Cannot find eigenvalues: the basis must be larger than the ${wanted} wanted, got ${basis}`);
  }
  if (first < deflated || first + largestBasis + 1 > cube.vectors.length) {
    throw new RangeError(
      `Cannot find eigenvalues: vectors ${first - deflated} to ${
        first + largestBasis
      } are needed, there are ${cube.vectors.length}`,
    );
  }
  const sign = end === "lowest" ? 1 : -1;
  const settled = options.settled ??
    ((values, errors) => errors.every((error, i) => error <= tolerance * Math.abs(values[i])));
  const V = (k: number) => cube.vectors[first + k];
  const rng = new Rng(seed === "given" ? 0 : seed, 0);
  const products = new Float64Array(deflated + largestBasis);
  const T = Array.from({ length: largestBasis }, () => new Float64Array(largestBasis));

  // takes out what lies along vectors of the basis, from the `from`-th on (below 0: deflated ones); adds it to `column`
  const takeOut = (w: Float64Array, from: number, k: number, column?: Float64Array) => {
    cube.dots(first + from, k - from, w, products);
    for (let i = from; i < k; i++) {
      if (column && i >= 0) column[i] += products[i - from];
      products[i - from] = -products[i - from];
    }
    cube.add(first + from, k - from, products, w);
  };
  const orthogonalise = (w: Float64Array, k: number, column?: Float64Array): number => {
    // nearly all of a product lies along the last two
    takeOut(w, Math.max(0, k - 2), k, column);
    let [before, after] = [norm(w), 0];
    for (let pass = 0; pass < 3; pass++) {
      takeOut(w, -deflated, k, column);
      after = norm(w);
      if (after >= Math.SQRT1_2 * before) break;
      before = after;
    }
    return after;
  };
  const random = (k: number) => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const w = V(k);
      for (let x = 0; x < w.length; x++) w[x] = rng.normal();
      if (normalise(w, orthogonalise(w, k))) return;
    }
    throw new Error("Cannot find eigenvalues: no vector is left outside the basis");
  };

  if (room === 0) {
    return { values: NONE, residuals: NONE, errors: NONE, converged: true, products: 0 };
  }
  if (seed !== "given" || !normalise(V(0), orthogonalise(V(0), 0))) random(0);
  let size = 0;
  let count = 0;
  let sinceCheck = 0;
  let largest = 0;
  for (;;) {
    const w = V(size + 1);
    apply(V(size), w);
    count++;
    const column = new Float64Array(largestBasis);
    let beta = orthogonalise(w, size + 1, column);
    for (let i = 0; i <= size; i++) T[i][size] = T[size][i] = column[i];
    largest = Math.max(largest, Math.abs(column[size]), beta);
    size++;
    sinceCheck++;
    // what is left is rounding: the basis is closed under the operator
    if (beta <= 4 * Number.EPSILON * largest) beta = 0;
    const full = size === basis;
    let out = count >= maxProducts;
    if (beta > 0 && !full && !out && (size <= wanted || sinceCheck < CHECK_EVERY)) {
      normalise(w, beta);
      continue;
    }

    sinceCheck = 0;
    const { values, Y } = ritz(T, size, sign);
    const found = Math.min(wanted, size);
    const all = Float64Array.from({ length: size }, (_, i) => beta * Math.abs(Y.get(size - 1, i)));
    const residuals = all.slice(0, found);
    const errors = residuals.map((_, i) => errorOf(values, all, i));
    const whole = size === room;
    const converged = whole || (found === wanted && settled(values.slice(0, found), errors, residuals));
    out ||= found === wanted && beta > 0 && (options.giveUp?.(values.slice(0, found), residuals, count) ?? false);
    // an invariant space may lack a whole eigenspace: look outside before it is believed
    if (converged && (beta > 0 || whole) || out) {
      rotateInto(cube, first, size, found, Y);
      return { values: values.slice(0, found), residuals, errors, converged, products: count };
    }
    if (beta > 0 && !full) {
      normalise(w, beta);
      continue;
    }
    if (!full) {
      random(size);
      continue;
    }
    // restart from the best vectors, which the residual couples to
    const kept = Math.min(size - 1, wanted + Math.ceil((size - wanted) / 4));
    basis = Math.min(largestBasis, Math.ceil(1.5 * basis));
    rotateInto(cube, first, size, kept, Y);
    for (const row of T) row.fill(0);
    for (let i = 0; i < kept; i++) T[i][i] = values[i];
    if (beta > 0) {
      V(kept).set(w);
      normalise(V(kept), beta);
      orthonormalise(V(kept), orthogonalise(V(kept), kept));
    } else random(kept);
    size = kept;
  }
}

const NONE = new Float64Array(0);
const CHECK_EVERY = 5;

/** Length of a vector. */
export function norm(v: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < v.length; x++) sum += v[x] * v[x];
  return Math.sqrt(sum);
}

function normalise(v: Float64Array, length: number): boolean {
  if (!(length > 0)) return false;
  for (let x = 0; x < v.length; x++) v[x] /= length;
  return true;
}

function orthonormalise(v: Float64Array, length: number): void {
  normalise(v, length);
}

/**
 * Estimates the error of a value by its residual, and by those of the first k pairs together over the distance to the others:
 * values that lie close are apart from those behind them. Where a value is not known well it may be nearer by its residual.
 */
function errorOf(values: Float64Array, residuals: Float64Array, i: number): number {
  let [least, squares] = [residuals[i], 0];
  for (let k = 0; k + 1 < values.length; k++) {
    squares += residuals[k] * residuals[k];
    if (k < i) continue;
    const apart = Math.abs(values[k + 1] - values[i]) - residuals[k + 1];
    if (apart > 0 && apart * apart > squares) least = Math.min(least, squares / apart);
  }
  return least;
}

/** Eigenpairs of the leading block of T from the end asked for. */
function ritz(T: readonly Float64Array[], size: number, sign: number): { values: Float64Array; Y: Matrix } {
  const block = new Matrix(T.slice(0, size).map((row) => Array.from(row.subarray(0, size), (value) => sign * value)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(block, { assumeSymmetric: true });
  return { values: Float64Array.from(realEigenvalues, (value) => sign * value), Y: eigenvectorMatrix };
}

function rotateInto(cube: Hypercube, first: number, size: number, kept: number, Y: Matrix): void {
  const flat = new Float64Array(size * kept);
  for (let j = 0; j < size; j++) for (let k = 0; k < kept; k++) flat[j * kept + k] = Y.get(j, k);
  cube.rotate(first, size, kept, flat);
}
