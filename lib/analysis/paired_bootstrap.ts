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
 * @throws {RangeError} if the number of cells is no multiple of `seeds`, a cell is not finite, or an option is out of range
 *
 * Cost O(S n) once, and O(S) for each way in which items differ, with a binomial for each value of it, a replicate.
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
  const wrong = Array.from(cells).findIndex((cell) => !Number.isFinite(cell));
  if (wrong >= 0) throw new RangeError(`${cannot}: cell ${wrong} is ${cells[wrong]}, expected finite differences`);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`${cannot}: replicates must be an integer of 1 or more, got ${replicates}`);
  }
  checkOpenShare(cannot, "the level", level);
  // items on which the seeds differ in the same way are alike
  const patterns = new Map<string, { count: number; readonly cells: readonly number[] }>();
  for (let i = 0; i < items; i++) {
    const own = Array.from({ length: seeds }, (_, s) => cells[s * items + i]);
    const key = own.join();
    const pattern = patterns.get(key);
    if (pattern) pattern.count++;
    else patterns.set(key, { count: 1, cells: own });
  }
  const kinds = [...patterns.values()];
  const weights = new Float64Array(seeds);
  const means = Float64Array.from({ length: replicates }, (_, r) => {
    const rng = new Rng(seed, r);
    weights.fill(0);
    for (let s = 0; s < seeds; s++) weights[rng.integer(seeds)]++;
    const counts = new Map<number, number>();
    for (const { count, cells } of kinds) {
      const value = cells.reduce((sum, cell, s) => sum + weights[s] * cell, 0);
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return sumOfDrawn(counts, items, rng) / (seeds * items);
  });
  return { low: quantileOf(means, (1 - level) / 2), high: quantileOf(means, (1 + level) / 2) };
}

/** The sum of n values drawn with replacement from n, of which so many are equal: multinomial, one binomial a value. */
function sumOfDrawn(counts: ReadonlyMap<number, number>, n: number, rng: Rng): number {
  let sum = 0, left = n, others = n;
  for (const [value, count] of counts) {
    const drawn = drawBinomial(left, count / others, rng);
    sum += drawn * value;
    left -= drawn;
    others -= count;
  }
  return sum;
}

/** One binomial, by inversion: outcomes are gone through from the most likely one, up and down by turns. */
function drawBinomial(n: number, p: number, rng: Rng): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  const mode = Math.floor((n + 1) * p);
  const log = logGamma(n + 1) - logGamma(mode + 1) - logGamma(n - mode + 1);
  let up = Math.exp(log + mode * Math.log(p) + (n - mode) * Math.log1p(-p)), down = up;
  const odds = p / (1 - p);
  let rest = rng.uniform() - up;
  for (let above = mode, below = mode; rest >= 0;) {
    if (above === n && below === 0) return mode;
    if (above < n) {
      up *= odds * (n - above++) / above;
      if ((rest -= up) < 0) return above;
    }
    if (below > 0) {
      down *= below-- / (n - below) / odds;
      if ((rest -= down) < 0) return below;
    }
  }
  return mode;
}
