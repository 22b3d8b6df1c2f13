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

/** Differences of accuracy over the seeds that both rows have, points. */
export function seedDifferences(runs: readonly SeedAccuracy[], others: readonly SeedAccuracy[]): number[] {
  return runs.flatMap(({ seed, accuracy }) => {
    const other = others.find((run) => run.seed === seed);
    return other === undefined ? [] : [100 * (accuracy - other.accuracy)];
  });
}

/** Whether chance is no reason for a difference: its 95 % t interval over seeds leaves out 0; of one seed, Wilson intervals over items do not meet. */
export function toldApart(runs: readonly SeedAccuracy[], others: readonly SeedAccuracy[]): boolean {
  const differences = seedDifferences(runs, others);
  if (differences.length > 1) {
    const { mean, halfWidth } = meanInterval(differences);
    return Math.abs(mean) > halfWidth!;
  }
  const [a, b] = [runs[0], others[0]].map(overItems);
  return a[0] > b[1] || b[0] > a[1];
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
