import { analyseTtsGap, mergeSeeds, type TtsGapCell, type TtsGapRecord } from "../lib/experiments/mod.ts";

/** A solver against one of the gaps, over instances of all families, in spin updates. */
export interface SummaryRow {
  readonly solver: string;
  readonly gap: string;
  readonly instances: number;
  /** How many no run solved. */
  readonly unsolved: number;
  /** How many have their best run length at an end of those tried where others are possible. */
  readonly atEnd: number;
  /** How many have 1 as their best run length. */
  readonly leastBest: number;
  /** Rank correlation with its interval; null where too few instances were solved. */
  readonly rho: readonly [value: number, low: number, high: number] | null;
  /** Exponent of updates ~ gap^-k with its interval; null as above. */
  readonly k: readonly [value: number, low: number, high: number] | null;
}

/** What is printed. */
export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly bounds: { readonly checked: number; readonly violated: number; readonly names: readonly string[] };
}

/** Spin updates to solution against gaps, and the bounds that do not hold. */
export function summaryOf(records: readonly TtsGapRecord[]): Summary {
  const measured = mergeSeeds(records.filter(({ solvers }) => solvers.length > 0));
  const cells = measured.length === 0 ? [] : analyseTtsGap(measured, { replicates: 400 });
  const rows = cells.map((
    { solver, kind, points, censored, atEnd, leastBest, rho, exponent }: TtsGapCell,
  ): SummaryRow => ({
    ...{ solver, gap: kind, instances: points.length, unsolved: censored, atEnd, leastBest },
    rho: rho && [rho.rho, rho.low, rho.high],
    k: exponent && [exponent.k, exponent.low, exponent.high],
  }));
  const bounds = records.flatMap((record) => record.bounds.map((bound) => ({ bound, name: record.instance.name })));
  const violated = bounds.filter(({ bound }) => !bound.holds);
  const names = violated.map(({ bound, name }) => `${name}, ${bound.name}, beta ${bound.beta}`);
  return { rows, bounds: { checked: bounds.length, violated: violated.length, names } };
}

/** The table on a terminal. */
export function summaryText({ rows, bounds }: Summary): string {
  const triple = (values: readonly number[] | null) =>
    values === null ? "too few solved" : `${values[0].toFixed(2)} (${values[1].toFixed(2)} .. ${values[2].toFixed(2)})`;
  const lines = rows.map(({ solver, gap, instances, unsolved, atEnd, leastBest, rho, k }) =>
    `${solver.padEnd(18)}${gap.padEnd(11)}${
      String(instances).padStart(4)
    } instances, ${unsolved} unsolved, ${leastBest} best at length 1, ${atEnd} at an end` +
    `  rho ${triple(rho).padEnd(23)}  k ${triple(k)}`
  );
  const held = bounds.violated === 0
    ? `${bounds.checked} bounds checked, none violated`
    : `${bounds.checked} bounds checked, ${bounds.violated} violated: ${bounds.names.join("; ")}`;
  return [...lines, held].join("\n");
}
