import { meanInterval, wilsonInterval } from "../analysis/mod.ts";

/** What one run came to on its test items. */
export interface SeedAccuracy {
  /** Seed of the run. */
  readonly seed: number;
  /** Share of the test items classified right, between 0 and 1. */
  readonly accuracy: number;
  /** Test items. */
  readonly items: number;
}

/** What a run's record says of its last test. */
interface TestedRun {
  readonly seed: number;
  readonly epochs: readonly { readonly testAccuracy: number }[];
  readonly data: { readonly test: number };
}

/** Accuracies of the last epoch by seed. */
export function accuraciesOf(runs: readonly TestedRun[]): SeedAccuracy[] {
  return runs.toSorted((a, b) => a.seed - b.seed)
    .map(({ seed, epochs, data }) => ({ seed, accuracy: epochs.at(-1)?.testAccuracy ?? NaN, items: data.test }));
}

/** Runs of two rows with the same seed. */
export function pairsOf(
  runs: readonly SeedAccuracy[],
  others: readonly SeedAccuracy[],
): [SeedAccuracy, SeedAccuracy][] {
  return runs.flatMap((run): [SeedAccuracy, SeedAccuracy][] => {
    const other = others.find(({ seed }) => seed === run.seed);
    return other === undefined ? [] : [[run, other]];
  });
}

/** Differences of accuracy over the seeds that both rows have, points. */
export function seedDifferences(runs: readonly SeedAccuracy[], others: readonly SeedAccuracy[]): number[] {
  return pairsOf(runs, others).map(([run, other]) => 100 * (run.accuracy - other.accuracy));
}

/** Seeds from which on the interval of a difference is looked at: the t of two is 12.7, so that it says next to nothing. */
const FEWEST_SEEDS = 3;

/**
 * The mean difference over common seeds, points, and half its 95 % interval: t over seeds, or the binomial one of as many independent items
 * where that is wider, as with seeds that agree to the item; null for one seed; null altogether without a common one.
 */
function seedDifference(
  runs: readonly SeedAccuracy[],
  others: readonly SeedAccuracy[],
): { readonly seeds: number; readonly mean: number; readonly halfWidth: number | null } | null {
  const pairs = pairsOf(runs, others), seeds = pairs.length;
  if (seeds === 0) return null;
  const { mean, halfWidth } = meanInterval(seedDifferences(runs, others));
  const variance = pairs.flat().reduce((sum, { accuracy, items }) => sum + accuracy * (1 - accuracy) / items, 0) /
    seeds ** 2;
  return { seeds, mean, halfWidth: halfWidth === null ? null : Math.max(halfWidth, 196 * Math.sqrt(variance)) };
}

/**
 * Whether chance is no reason for a difference: the interval of `seedDifference` leaves out 0; of one seed or two, Wilson intervals over
 * items do not meet in any seed, on the same side.
 */
export function toldApart(runs: readonly SeedAccuracy[], others: readonly SeedAccuracy[]): boolean {
  const found = seedDifference(runs, others);
  if (found !== null && found.seeds >= FEWEST_SEEDS) return Math.abs(found.mean) > found.halfWidth!;
  const pairs = pairsOf(runs, others);
  const sides = (pairs.length > 0 ? pairs : [[runs[0], others[0]]]).map((pair) => {
    const [a, b] = pair.map(overItems);
    return a[0] > b[1] ? 1 : b[0] > a[1] ? -1 : 0;
  });
  return sides[0] !== 0 && sides.every((side) => side === sides[0]);
}

/** Wilson's 95 % interval over the test items of a run. */
export function overItems({ accuracy, items }: SeedAccuracy): readonly [low: number, high: number] {
  return wilsonInterval(Math.round(accuracy * items), items);
}

/** The mean and half its interval: `78.20 ± 0.31`, or `78.20 (one seed)`. */
export function withInterval(values: readonly number[]): string {
  const { mean, halfWidth } = meanInterval(values);
  return mean.toFixed(2) + (halfWidth === null ? " (one seed)" : ` ± ${halfWidth.toFixed(2)}`);
}
