import { forEachPair } from "./_terms.ts";
import { sparseCouplings } from "./couplings.ts";
import { isingModel } from "./models.ts";
import type { IsingModel } from "./types.ts";

/** One term `[x0, y0, x1, y1, p]`: p couples two sites of the grid, or is the field of one if the two are the same. */
export type HitachiTerm = readonly [x0: number, y0: number, x1: number, y1: number, p: number];

/** A problem on Hitachi's grid, and where its spins sit. */
export interface HitachiProblem {
  /** The terms of the energy `+ sum p s s`. */
  readonly terms: readonly HitachiTerm[];
  /** Added to their energy it gives ours. */
  readonly offset: number;
}

/**
 * Reads Hitachi's convention `E(s) = + sum p s s` over terms on a grid; a term from a site to itself is its field.
 *
 * @param terms `[x0, y0, x1, y1, p]`; a pair of sites at most once, in either order
 * @param offset constant beside their energy
 * @returns the model, and the site `[x, y]` of each spin, ordered by y, then x
 * @throws {RangeError} if a coordinate is no natural number, p is not finite, or a pair or a field comes twice
 *
 * Cost O(m log m).
 *
 * @example A pair and a field
 * ```ts
 * import { energy, fromHitachi } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, sites } = fromHitachi([[0, 0, 1, 0, 2], [1, 0, 1, 0, -1]]);
 * assertEquals([energy(model, [-1, 1]), sites.length], [-3, 2]);
 * ```
 */
export function fromHitachi(
  terms: readonly HitachiTerm[],
  offset = 0,
): { readonly model: IsingModel; readonly sites: readonly (readonly [x: number, y: number])[] } {
  const found = new Map<string, readonly [number, number]>();
  for (const [x0, y0, x1, y1] of terms) {
    for (const [x, y] of [[x0, y0], [x1, y1]]) {
      if (!Number.isSafeInteger(x) || !Number.isSafeInteger(y) || x < 0 || y < 0) {
        throw new RangeError(`Cannot read the term at (${x}, ${y}): expected coordinates from 0`);
      }
      found.set(`${x},${y}`, [x, y]);
    }
  }
  const sites = [...found.values()].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const indices = new Map(sites.map(([x, y], i) => [`${x},${y}`, i]));
  const pairs: [number, number, number][] = [];
  const linear = new Float64Array(sites.length).fill(NaN);
  for (const [x0, y0, x1, y1, p] of terms) {
    const i = indices.get(`${x0},${y0}`) ?? 0;
    const j = indices.get(`${x1},${y1}`) ?? 0;
    if (i !== j) {
      pairs.push([i, j, p]);
      continue;
    }
    if (!Number.isNaN(linear[i])) throw new RangeError(`Cannot read the field at (${x0}, ${y0}): it comes twice`);
    if (!Number.isFinite(p)) {
      throw new RangeError(`Cannot read the field at (${x0}, ${y0}): expected a number, got ${p}`);
    }
    linear[i] = p;
  }
  const fields = linear.map((value) => Number.isNaN(value) ? 0 : value);
  return { model: isingModel({ couplings: sparseCouplings(sites.length, pairs), linear: fields, offset }), sites };
}

/**
 * Writes Hitachi's convention `E(s) = + sum p s s`: a term a pair, and a term from a site to itself for each field.
 *
 * Whether two sites are neighbours on a given machine is not looked at here.
 *
 * @param sites `[x, y]` of each spin, all different
 * @returns fresh terms, pairs first
 * @throws {TypeError} if there is not one site a spin
 * @throws {RangeError} if two spins share a site
 *
 * Cost O(n + m), from dense couplings O(n^2).
 *
 * @example Two spins side by side
 * ```ts
 * import { isingModel, sparseCouplings, toHitachi } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 2]]) });
 * assertEquals(toHitachi(model, [[0, 0], [1, 0]]).terms, [[0, 0, 1, 0, 2]]);
 * ```
 */
export function toHitachi(model: IsingModel, sites: readonly (readonly [x: number, y: number])[]): HitachiProblem {
  if (sites.length !== model.n) {
    throw new TypeError(`Cannot place the model: got ${sites.length} sites for ${model.n} spins`);
  }
  if (new Set(sites.map(([x, y]) => `${x},${y}`)).size !== sites.length) {
    throw new RangeError("Cannot place the model: two spins share a site");
  }
  const terms: HitachiTerm[] = [];
  forEachPair(model.couplings, (i, j, p) => terms.push([...sites[i], ...sites[j], p]));
  model.linear.forEach((p, i) => {
    if (p !== 0) terms.push([...sites[i], ...sites[i], p]);
  });
  return { terms, offset: model.offset };
}
