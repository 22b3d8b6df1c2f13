import type { Hypercube, UpdateRule } from "../kernels/mod.ts";
import { fillExitRates, solve } from "./_conjugate_gradients.ts";
import { GapNotConverged } from "./gap_not_converged.ts";
import { lanczos, type LanczosOptions, type LanczosResult, norm } from "./lanczos.ts";

/** Basis vectors of the search, beside the two that are wanted. */
export const MODE_BASIS = 40;
/** Vectors that {@link slowestMode} needs after `sqrt(pi)`. */
export const MODE_VECTORS = MODE_BASIS + 1 + 5;

/** Products with the generator after which its inverse is tried, if the residual is not yet a small part of the value. */
const DIRECT_PRODUCTS = 240;
/** Products after which it is tried in any case. */
const MOST_DIRECT_PRODUCTS = 2000;
const NEAR = 0.1;
const POLISHING_PRODUCTS = 500;
const INVERSE_BASIS = MODE_BASIS;
const SOLVE_TOLERANCE = 1e-11;
/** Largest residual, in gaps. */
const CLEAR = 1e-3;

/** The smallest eigenvalue of a symmetrised generator beside 0. */
export interface SlowestMode {
  readonly value: number;
  /** `|H psi - value psi|`, computed anew. */
  readonly residual: number;
  readonly products: number;
  readonly method: "lanczos" | "inverse lanczos";
}

/** A positive semidefinite operator that maps vector 0 of the hypercube to 0. */
export interface ModeProblem {
  /** Writes the operator times the first vector into the second. */
  readonly apply: (psi: Float64Array, out: Float64Array) => void;
  /** `psi' A psi` as a sum of squares. */
  readonly form: (psi: Float64Array) => number;
  /** Writes the diagonal of the operator, or what takes its place, above 0. */
  readonly fillDiagonal: (out: Float64Array) => void;
}

/**
 * Finds the slowest mode of a chain whose `sqrt(pi)` is vector 0: the lowest mode of its generator.
 *
 * @throws {GapNotConverged} if the products are used up
 */
export function slowestMode(
  what: string,
  cube: Hypercube,
  rule: UpdateRule,
  tolerance: number,
  maxProducts: number,
): SlowestMode {
  const scale = 1 / cube.n;
  const g = cube.vectors[0];
  return lowestMode(
    what,
    cube,
    {
      apply: (psi, out) => cube.applyGenerator(rule, scale, g, psi, out),
      form: (psi) => cube.dirichletForm(rule, scale, g, psi),
      fillDiagonal: (out) => fillExitRates(cube, rule, scale, g, out),
    },
    tolerance,
    maxProducts,
  );
}

/**
 * Finds the lowest eigenvalue beside that of vector 0: Lanczos on the operator, and where that is slow, on its inverse, applied by
 * conjugate gradients. The value is the form of the vector found, a sum of squares: it keeps digits that differences of numbers
 * near 1 would have lost.
 *
 * @throws {GapNotConverged} if the products are used up
 */
export function lowestMode(
  what: string,
  cube: Hypercube,
  { apply, form, fillDiagonal }: ModeProblem,
  tolerance: number,
  maxProducts: number,
): SlowestMode {
  const g = cube.vectors[0];
  const mode = cube.vectors[1];
  const work = cube.vectors.slice(MODE_BASIS + 2, MODE_BASIS + 7);
  const [image, diagonal] = work;

  // the gap as the quotient of sums, and the error that the residual leaves it
  const judge = ({ values, residuals, errors }: Pick<LanczosResult, "values" | "residuals" | "errors">) => {
    apply(mode, image);
    const length = norm(mode);
    const value = form(mode) / length ** 2;
    let square = 0;
    for (let x = 0; x < cube.size; x++) square += (image[x] - value * mode[x]) ** 2;
    const residual = Math.sqrt(square) / length;
    const apart = values.length > 1 ? values[1] - residuals[1] - value : Infinity;
    const own = apart > residual && apart < Infinity ? residual * residual / apart : residual;
    // what the recurrence says of values that lie close, for the residual that there is
    const close = errors[0] * (residual <= residuals[0] ? 1 : (residual / residuals[0]) ** 2);
    const error = close < own ? close : own;
    // a residual bounds the distance to some eigenvalue: the second condition keeps close ones from being taken for one
    return { value, residual, accepted: error <= tolerance * value && residual <= CLEAR * value };
  };
  const search = (options: LanczosOptions) =>
    lanczos(cube, apply, {
      wanted: 2,
      first: 1,
      deflated: 1,
      basis: MODE_BASIS,
      settled: (values, errors, residuals) => errors[0] <= tolerance * values[0] && residuals[0] <= CLEAR * values[0],
      ...options,
    });

  const direct = search({
    maxProducts: Math.min(MOST_DIRECT_PRODUCTS, maxProducts),
    // values that lie close together are far from 0: the inverse would not set them apart
    giveUp: (values, residuals, made) => made >= DIRECT_PRODUCTS && residuals[0] > NEAR * values[0],
  });
  let products = direct.products;
  let found = judge(direct);
  if (direct.converged && found.accepted) {
    return { value: found.value, residual: found.residual, products, method: "lanczos" };
  }

  fillDiagonal(diagonal);
  const room = { residual: work[2], direction: work[3], image: work[4] };
  let solved = true;
  const inverse = lanczos(
    cube,
    (b, x) => {
      const left = maxProducts - products;
      const made = solve({ apply, diagonal, nullVector: g }, b, x, room, SOLVE_TOLERANCE, left);
      products += made.products;
      solved &&= made.converged;
    },
    {
      end: "highest",
      wanted: 2,
      first: 1,
      deflated: 1,
      basis: INVERSE_BASIS,
      maxProducts: 2 * INVERSE_BASIS,
      // the vector that Lanczos has come to is a good start
      seed: "given",
      settled: (values, errors) => !solved || errors[0] <= 1e-3 * tolerance * values[0],
    },
  );
  const values = inverse.values.map((value, i) => 1 / (value + (i > 0 ? inverse.residuals[i] : 0)));
  found = judge({ values, residuals: new Float64Array(2), errors: new Float64Array([Infinity]) });
  if (solved && !found.accepted && products < maxProducts) {
    // what is left are fast modes, which the inverse hardly sees
    const polished = search({ maxProducts: Math.min(POLISHING_PRODUCTS, maxProducts - products), seed: "given" });
    products += polished.products;
    found = judge(polished);
  }
  if (!solved || !found.accepted) {
    throw new GapNotConverged(what, { upperBound: found.value, residual: found.residual, products });
  }
  return { value: found.value, residual: found.residual, products, method: "inverse lanczos" };
}
