import type { Hypercube } from "../kernels/mod.ts";
import { denseSpectrum } from "./_dense_spectrum.ts";
import type { SpectrumMethod } from "./_spectrum_limits.ts";
import { GapNotConverged } from "./gap_not_converged.ts";
import { lanczos, norm } from "./lanczos.ts";

/** The lowest levels of `H = -A sum sigma^x + B E` at one point, E in vector 0. */
export interface TransverseLevels {
  readonly s: number;
  /** Ascending, equal ones repeated. */
  readonly values: Float64Array;
  /** Last less first. */
  readonly gap: number;
  /** Derivative of the gap by s. */
  readonly slope: number;
  /** `|<last| dH/ds |first>|`. */
  readonly element: number;
  /** The larger residual of the two. */
  readonly residual: number;
  readonly products: number;
}

/** Coefficients of the two terms at one point, and their derivatives by s. */
export interface Field {
  readonly s: number;
  readonly A: number;
  readonly B: number;
  readonly dA: number;
  readonly dB: number;
}

/** How {@link transverseLevels} looks. */
export interface LevelSearch {
  readonly method: SpectrumMethod;
  readonly wanted: number;
  readonly tolerance: number;
  readonly maxProducts: number;
  /** True if the vectors hold those of a point nearby. */
  readonly warm: boolean;
  /** True to look outside the levels found for one that was missed. */
  readonly verify: boolean;
}

/** Basis vectors beside the levels that are wanted, at most. */
const MOST_BESIDE = 62;
/** Largest residual, in the errors that are small enough. */
const CLEAR = 10;

/** Basis vectors of the search for so many levels. */
function levelBasis(wanted: number): number {
  // more than so many save few products where levels lie apart, and each takes its part of the memory's time
  return wanted + Math.max(14, Math.ceil(wanted / 2));
}

/** Basis vectors that it may grow to, where levels lie close: at the ends of the anneal they do. */
function largestLevelBasis(wanted: number): number {
  return wanted + Math.max(MOST_BESIDE, Math.ceil(wanted / 2));
}

/** Vectors that are needed for so many levels, E included. */
export function levelVectors(wanted: number): number {
  return 1 + wanted + largestLevelBasis(wanted) + 1;
}

/** Finds the lowest levels. Those of the last call are in vectors `1 .. wanted`, and are where a warm search starts from. */
export function transverseLevels(cube: Hypercube, field: Field, search: LevelSearch): TransverseLevels {
  const { A, B, dA, dB, s } = field;
  const { wanted } = search;
  const [E] = cube.vectors;
  const apply = (psi: Float64Array, out: Float64Array) => cube.applyTransverse(A, B, E, psi, out);
  const { values, residuals, products } = search.method === "dense"
    ? denseLevels(cube, apply, wanted)
    : lanczosLevels(cube, apply, field, search);

  const [first, last] = [cube.vectors[1], cube.vectors[wanted]];
  const out = cube.vectors[wanted + 1];
  const along = (a: Float64Array) => a.reduce((sum, value, x) => sum + value * out[x], 0);
  cube.applyTransverse(dA, dB, E, first, out);
  const ground = along(first);
  const element = Math.abs(along(last));
  cube.applyTransverse(dA, dB, E, last, out);
  const gap = Math.max(0, values[wanted - 1] - values[0]);
  return { s, values, gap, slope: along(last) - ground, element, residual: Math.max(...residuals), products };
}

interface Found {
  readonly values: Float64Array;
  readonly residuals: readonly number[];
  readonly products: number;
}

type Apply = (psi: Float64Array, out: Float64Array) => void;

function denseLevels(cube: Hypercube, apply: Apply, wanted: number): Found {
  const { values, vectors } = denseSpectrum(cube, apply, cube.vectors[1], cube.vectors[2]);
  for (let k = 0; k < wanted; k++) for (let x = 0; x < cube.size; x++) cube.vectors[k + 1][x] = vectors.get(x, k);
  const found = values.slice(0, wanted);
  return { values: found, residuals: ends(cube, apply, found), products: cube.size };
}

// residuals of the first and the last level, computed anew
function ends(cube: Hypercube, apply: Apply, values: Float64Array): number[] {
  const out = cube.vectors[values.length + 1];
  return [0, values.length - 1].map((k) => {
    const psi = cube.vectors[k + 1];
    apply(psi, out);
    for (let x = 0; x < out.length; x++) out[x] -= values[k] * psi[x];
    return norm(out);
  });
}

function lanczosLevels(cube: Hypercube, apply: Apply, { s, A, B }: Field, search: LevelSearch): Found {
  const { wanted, tolerance, maxProducts, warm, verify } = search;
  const room = { basis: levelBasis(wanted), largestBasis: largestLevelBasis(wanted) };
  const last = wanted - 1;
  // what the rounding of a product leaves unknown
  const floor = 16 * Number.EPSILON * (A * cube.n + B * Math.max(cube.vectors[0].reduce((a, b) => Math.max(a, b)), 0));
  // a residual bounds the distance to some level: its own condition keeps close ones from being taken for one
  const settled = (values: Float64Array, errors: Float64Array, residuals: Float64Array) => {
    const gap = values[last] - values[0];
    // those between as well: what is not a level would hide one that was missed
    return Math.max(...errors) <= Math.max(floor, tolerance * gap) &&
      Math.max(...residuals) <= Math.max(floor, CLEAR * tolerance * gap);
  };
  if (warm) mix(cube, wanted);
  const found = lanczos(cube, apply, { wanted, first: 1, ...room, maxProducts, settled, seed: warm ? "given" : 0 });
  let products = found.products;
  const values = found.values;
  const fail = (upperBound: number, residual: number) =>
    new GapNotConverged(`the gap at s = ${s}`, { upperBound, residual, products });
  if (!found.converged) throw fail(values[last] - values[0], Math.max(...found.residuals));

  // a level that the start vector did not hold: equal ones, and those of another symmetry
  for (let missed = verify && cube.size > wanted; missed;) {
    const { values: outside, residuals, converged, products: more } = lanczos(cube, apply, {
      wanted: 1,
      first: 1 + wanted,
      deflated: wanted,
      ...room,
      maxProducts,
      seed: 1,
      settled: ([value], [error]) =>
        error <= Math.max(floor, tolerance * (values[last] - values[0])) ||
        value - error > values[last] && error < 1e-3 * (value - values[last]),
    });
    products += more;
    if (!converged) throw fail(outside[0] - values[0], residuals[0]);
    missed = outside[0] < values[last] - Math.max(4 * floor, 10 * tolerance * (values[last] - values[0]));
    if (!missed) break;
    // it takes its place among those found
    let k = last;
    for (; k > 0 && values[k - 1] > outside[0]; k--) {
      values[k] = values[k - 1];
      cube.vectors[k + 1].set(cube.vectors[k]);
    }
    values[k] = outside[0];
    cube.vectors[k + 1].set(cube.vectors[1 + wanted]);
  }
  return { values, residuals: ends(cube, apply, values), products };
}

/** Makes vector 1 a start that holds all levels of the point before, and a little of everything else. */
function mix(cube: Hypercube, wanted: number): void {
  const start = cube.vectors[1];
  cube.add(2, wanted - 1, new Float64Array(wanted - 1).fill(1), start);
  // Weyl's sequence is as good as random here
  const rest = 0.2 * Math.sqrt(12 * wanted / cube.size);
  for (let x = 0, phase = 0.5; x < start.length; x++) {
    phase = (phase + 0.6180339887498949) % 1;
    start[x] += rest * (phase - 0.5);
  }
}
