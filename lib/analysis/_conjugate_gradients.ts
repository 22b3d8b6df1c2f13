import type { Hypercube } from "../kernels/mod.ts";

/** Vectors that `solve` works in. */
export interface SolveRoom {
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly image: Float64Array;
}

/** A system `A x = b` with a positive semidefinite A. */
export interface LinearSystem {
  readonly apply: (psi: Float64Array, out: Float64Array) => void;
  /** Diagonal of A, or what takes its place, above 0. */
  readonly diagonal: Float64Array;
  /** A vector of length 1 that A maps to 0, to be kept out of x. */
  readonly nullVector?: Float64Array;
}

/**
 * Solves `A x = b` by conjugate gradients with the diagonal as preconditioner, from x = 0, until the preconditioned residual
 * is `tolerance` times that of b, or so many products are made; returns the products.
 */
export function solve(
  { apply, diagonal, nullVector }: LinearSystem,
  b: Float64Array,
  x: Float64Array,
  { residual: r, direction: p, image: q }: SolveRoom,
  tolerance: number,
  maxProducts: number,
): { products: number; converged: boolean } {
  const size = b.length;
  x.fill(0);
  r.set(b);
  if (nullVector) removeAlong(nullVector, r);
  let rho = 0;
  for (let i = 0; i < size; i++) {
    p[i] = r[i] / diagonal[i];
    rho += r[i] * p[i];
  }
  const enough = tolerance * tolerance * rho;
  let products = 0;
  while (rho > enough && products < maxProducts) {
    apply(p, q);
    products++;
    let curvature = 0;
    for (let i = 0; i < size; i++) curvature += p[i] * q[i];
    if (!(curvature > 0)) break;
    const step = rho / curvature;
    let next = 0;
    for (let i = 0; i < size; i++) {
      x[i] += step * p[i];
      r[i] -= step * q[i];
    }
    // rounding along the null vector is never taken away again, and would grow in p
    if (nullVector) removeAlong(nullVector, r);
    for (let i = 0; i < size; i++) next += r[i] * r[i] / diagonal[i];
    const share = next / rho;
    rho = next;
    for (let i = 0; i < size; i++) p[i] = r[i] / diagonal[i] + share * p[i];
  }
  if (nullVector) removeAlong(nullVector, x);
  return { products, converged: rho <= enough };
}

/** Takes out of x what lies along a vector of length 1. */
export function removeAlong(unit: Float64Array, x: Float64Array): void {
  let along = 0;
  for (let i = 0; i < x.length; i++) along += unit[i] * x[i];
  for (let i = 0; i < x.length; i++) x[i] -= along * unit[i];
}

/** Sum over the spins of the rates that leave each state, times `scale`: the diagonal of the symmetrised generator. */
export function fillExitRates(
  cube: Hypercube,
  rule: "glauber" | "metropolis",
  scale: number,
  g: Float64Array,
  out: Float64Array,
): void {
  const half = cube.size < 2 ** cube.n;
  const bits = half ? cube.n - 1 : cube.n;
  for (let x = 0; x < cube.size; x++) {
    let sum = 0;
    for (let i = 0; i < cube.n; i++) {
      const y = i < bits ? x ^ (1 << i) : cube.size - 1 - x;
      if (y === x) continue;
      const square = rule === "metropolis" ? Math.max(g[x], g[y]) ** 2 : g[x] * g[x] + g[y] * g[y];
      sum += g[y] * (g[y] / square);
    }
    out[x] = scale * sum;
  }
}
