/** Times of one task over the counted rounds, ms. */
export interface Timing {
  /** Smallest time. */
  readonly min: number;
  /** Median time. */
  readonly median: number;
}

/**
 * Who runs next: one warm-up each, then rounds in which every name comes once, the order turned round in every other round, so
 * that drift of the machine falls on all of them alike.
 */
function* turns<K>(names: readonly K[], rounds: number): Generator<readonly [name: K, counts: boolean]> {
  for (const name of names) yield [name, false];
  for (let r = 0; r < rounds; r++) for (const name of r % 2 ? names.toReversed() : names) yield [name, true];
}

/** Times tasks against each other: a warm-up each, then rounds, the order turned round in every other one. */
export function timeTogether<K extends string>(
  tasks: Readonly<Record<K, () => void>>,
  rounds: number,
): Record<K, Timing> {
  const names = Object.keys(tasks) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (const [name, counts] of turns(names, rounds)) {
    const from = performance.now();
    tasks[name]();
    const ms = performance.now() - from;
    if (counts) times.get(name)!.push(ms);
  }
  return summaries(times);
}

/** Does so with tasks that give their own time, ms, and may wait for another process. */
export async function ownTimesTogether<K extends string>(
  tasks: Readonly<Record<K, () => number | Promise<number>>>,
  rounds: number,
): Promise<Record<K, Timing>> {
  const names = Object.keys(tasks) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (const [name, counts] of turns(names, rounds)) {
    const ms = await tasks[name]();
    if (counts) times.get(name)!.push(ms);
  }
  return summaries(times);
}

function summaries<K extends string>(times: ReadonlyMap<K, readonly number[]>): Record<K, Timing> {
  return Object.fromEntries([...times].map(([name, list]) => [name, summary(list)])) as Record<K, Timing>;
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
