import { Rng } from "../random/mod.ts";
import { logGamma } from "./_beta_function.ts";
import { checkOpenShare } from "./_check.ts";
import { quantileOf } from "./_quantile_of.ts";

/** Options of {@link pairedBootstrap}. */
export interface PairedBootstrapOptions {
  /** Drawings. @default {10_000} */
  readonly replicates?: number;
  /** Share of replicates inside the interval. @default {0.95} */
  readonly level?: number;
  /** Seed; replicate r draws from stream r. @default {1} */
  readonly seed?: number;
}

/**
 * Computes the percentile bootstrap interval of a paired difference, hierarchical over seeds and items.
 *
 * A replicate draws S seeds with replacement, and n items with replacement, the same items for all of its seeds. With few seeds it is too
 * narrow: of five seeds a drawing has a variance a fifth too small, and no t.
 *
 * @param cells differences, `[S, n]`
 * @param seeds S
 * @param options see {@link PairedBootstrapOptions}
 * @returns ends of the interval, in the units of the cells
 * @throws {RangeError} if the number of cells is no multiple of `seeds`, or an option is out of range
 *
 * Cost O(S n) once, and a draw for each item that differs in any seed a replicate.
 * Source: Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13; Davison and Hinkley, Bootstrap methods (1997),
 * section 3.8, for the hierarchy.
 *
 * @example Where nothing differs, nothing varies
 * ```ts
 * import { pairedBootstrap } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(pairedBootstrap(new Int8Array(20), 2, { replicates: 10 }), { low: 0, high: 0 });
 * ```
 */
export function pairedBootstrap(
  cells: ArrayLike<number>,
  seeds: number,
  options: PairedBootstrapOptions = {},
): { readonly low: number; readonly high: number } {
  const { replicates = 10_000, level = 0.95, seed = 1 } = options;
  const items = cells.length / seeds;
  const cannot = "Cannot give the interval";
  if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isInteger(items) || items < 1) {
    throw new RangeError(`${cannot}: expected as many cells for each of ${seeds} seeds, got ${cells.length} in all`);
  }
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`${cannot}: replicates must be an integer of 1 or more, got ${replicates}`);
  }
  checkOpenShare(cannot, "the level", level);
  // items on which the seeds differ in the same way are alike; those that differ nowhere add nothing
  const patterns = new Map<string, { readonly place: number; readonly cells: readonly number[] }>();
  const differing: number[] = [];
  for (let i = 0; i < items; i++) {
    const own = Array.from({ length: seeds }, (_, s) => cells[s * items + i]);
    if (own.every((cell) => cell === 0)) continue;
    const key = own.join();
    const pattern = patterns.get(key) ?? { place: patterns.size, cells: own };
    patterns.set(key, pattern);
    differing.push(pattern.place);
  }
  const places = Int32Array.from(differing), kinds = [...patterns.values()];
  // of n drawn items so many differ: binomial
  const shares = binomialShares(items, places.length / items);
  const values = new Float64Array(kinds.length);
  const weights = new Float64Array(seeds);
  const means = Float64Array.from({ length: replicates }, (_, r) => {
    const rng = new Rng(seed, r);
    weights.fill(0);
    for (let s = 0; s < seeds; s++) weights[rng.integer(seeds)]++;
    for (const { place, cells } of kinds) values[place] = cells.reduce((sum, cell, s) => sum + weights[s] * cell, 0);
    const drawn = shares === null ? places.length : placeOf(shares, rng.uniform());
    let sum = 0;
    for (let k = 0; k < drawn; k++) sum += values[places[Math.floor(rng.uniform() * places.length)]];
    return sum / (seeds * items);
  });
  return { low: quantileOf(means, (1 - level) / 2), high: quantileOf(means, (1 + level) / 2) };
}

/** P(X <= k), k = 0 .. n, of a binomial; null where all of n are certain to be what is counted, or none is. */
function binomialShares(n: number, p: number): Float64Array | null {
  if (p === 0 || p === 1) return null;
  const shares = new Float64Array(n + 1);
  const all = logGamma(n + 1);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(all - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
    shares[k] = sum;
  }
  return shares;
}

/** The first place whose share is above u, the last one where rounding leaves none. */
function placeOf(shares: Float64Array, u: number): number {
  let low = 0, high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
