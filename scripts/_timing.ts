/** Times of one task over the counted rounds, ms. */
export interface Timing {
  /** Smallest time. */
  readonly min: number;
  /** Median time. */
  readonly median: number;
}

/**
 * Times tasks against each other: one warm-up each, then rounds in which every task runs once, the order turned round in
 * every other round, so that drift of the machine falls on all of them alike.
 */
export function timeTogether<K extends string>(
  tasks: Readonly<Record<K, () => void>>,
  rounds: number,
): Record<K, Timing> {
  const names = Object.keys(tasks) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (const name of names) tasks[name]();
  for (let r = 0; r < rounds; r++) {
    for (const name of r % 2 ? names.toReversed() : names) {
      const from = performance.now();
      tasks[name]();
      times.get(name)!.push(performance.now() - from);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(times.get(name)!)])) as Record<K, Timing>;
}

/** The smallest time and the median. */
export function summary(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1] };
}

/** Slope of ln y against ln x by least squares: the exponent of a power law. */
export function fittedExponent(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  const covariance = u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0);
  return covariance / u.reduce((sum, value) => sum + (value - mu) ** 2, 0);
}
