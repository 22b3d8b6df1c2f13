import {
  gapExponent,
  type GapTime,
  type OptimalTimeToSolution,
  optimalTimeToSolution,
  spearmanInterval,
  timeToSolutionQuantiles,
} from "../lib/analysis/mod.ts";
import type { TtsGapLength, TtsGapRecord, TtsGapSolver } from "../lib/experiments/mod.ts";

const REPLICATES = 400;

/** A solver against one of the gaps, over instances of all families. */
export interface SummaryRow {
  readonly solver: string;
  /** Which gap: that of the heat bath at the solver's own beta, the smallest over the betas, that in a transverse field. */
  readonly gap: "chain" | "transverse";
  readonly instances: number;
  readonly unsolved: number;
  /** How many have their best run length at an end of those tried. */
  readonly atEnd: number;
  /** Median over the instances of the spin updates to solution, with its interval. */
  readonly median: readonly [value: number, low: number, high: number];
  /** Rank correlation with its interval; null where too few instances were solved. */
  readonly rho: readonly [value: number, low: number, high: number] | null;
  /** Exponent of updates ~ gap^-k with its interval; null as above, or where a gap is 0. */
  readonly k: readonly [value: number, low: number, high: number] | null;
}

/** What is printed. */
export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly bounds: { readonly checked: number; readonly violated: number; readonly names: readonly string[] };
}

/** Spin updates to solution against gaps, and the bounds that do not hold. */
export function summaryOf(records: readonly TtsGapRecord[]): Summary {
  const complete = records.filter(({ solvers }) => solvers.length > 0);
  const names = [...new Set(complete.flatMap(({ solvers }) => solvers.map(({ name }) => name)))];
  const rows = names.flatMap((name) => {
    const measured = complete.flatMap((record) => {
      const solver = record.solvers.find((one) => one.name === name);
      return solver === undefined ? [] : [{ record, solver, best: updatesToSolution(solver) }];
    });
    const median = timeToSolutionQuantiles(measured.map(({ solver }) => costed(solver)), {
      quantiles: [0.5],
      replicates: REPLICATES,
    })[0];
    return (["chain", "transverse"] as const).map((gap): SummaryRow => {
      const points = measured.flatMap(({ record, solver, best }): GapTime[] => {
        const value = gap === "chain" ? chainGapFor(record, solver.beta) : record.gaps.transverse?.gap;
        return value === undefined ? [] : [{ gap: value, value: best.value, censored: best.censored }];
      });
      return {
        ...{ solver: name, gap, instances: points.length, unsolved: median.unsolved, atEnd: median.atEnd },
        median: [median.value, median.low, median.high],
        rho: orNull(() => {
          const { rho, low, high } = spearmanInterval(points, { replicates: REPLICATES });
          return [rho, low, high];
        }),
        k: orNull(() => {
          const { k, low, high } = gapExponent(points, { replicates: REPLICATES });
          return [k, low, high];
        }),
      };
    });
  });
  const bounds = records.flatMap((record) => record.bounds.map((bound) => ({ bound, name: record.instance.name })));
  const violated = bounds.filter(({ bound }) => !bound.holds);
  return {
    rows,
    bounds: {
      checked: bounds.length,
      violated: violated.length,
      names: violated.map(({ bound, name }) => `${name}, ${bound.name}, beta ${bound.beta}`),
    },
  };
}

/** Heat bath, at the solver's own beta where it has one, else the smallest over all. */
export function chainGapFor(record: TtsGapRecord, beta: number | null): number | undefined {
  const glauber = record.gaps.chain.filter(({ dynamics }) => dynamics === "glauber");
  const own = glauber.filter((gap) => beta === null || Math.abs(gap.beta - beta) <= 1e-9 * beta);
  return own.length === 0 ? undefined : Math.min(...own.map(({ gap }) => gap));
}

function costed(solver: TtsGapSolver): { runLength: number; cost: number; successes: number; trials: number }[] {
  return solver.lengths.map(({ runLength, spinUpdates, successes, trials }: TtsGapLength) => ({
    ...{ runLength, cost: spinUpdates, successes, trials },
  }));
}

function updatesToSolution(solver: TtsGapSolver): OptimalTimeToSolution {
  return optimalTimeToSolution(costed(solver), { replicates: 2 });
}

function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    // too few instances were solved, or a gap is 0
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The table on a terminal. */
export function summaryText({ rows, bounds }: Summary): string {
  const digits = (value: number) => Number.isFinite(value) ? value.toPrecision(3) : "?";
  const triple = (values: readonly number[] | null) =>
    values === null ? "too few" : `${values[0].toFixed(2)} (${values[1].toFixed(2)} .. ${values[2].toFixed(2)})`;
  const lines = rows.map(({ solver, gap, instances, unsolved, atEnd, median, rho, k }) =>
    `${solver.padEnd(18)}${gap.padEnd(12)}${
      String(instances).padStart(4)
    } instances, ${unsolved} unsolved, ${atEnd} at an end  ` +
    `median ${digits(median[0])} updates (${digits(median[1])} .. ${digits(median[2])})  rho ${triple(rho)}  k ${
      triple(k)
    }`
  );
  const held = bounds.violated === 0
    ? `${bounds.checked} bounds checked, none violated`
    : `${bounds.checked} bounds checked, ${bounds.violated} violated: ${bounds.names.join("; ")}`;
  return [...lines, held].join("\n");
}
