import {
  type GapExponent,
  gapExponent,
  type GapTime,
  type TimeQuantile,
  timeToSolutionQuantiles,
} from "../analysis/mod.ts";
import { gapFor, type GapKind, gapKinds } from "./_tts_gap_kinds.ts";
import {
  competing,
  costedTrials,
  enoughSolved,
  type SolutionTimes,
  solutionTimes,
  type TtsGapTime,
} from "./tts_gap_analysis.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

/** Whether the models behind attention QUBOs were trained. */
export type Training = "trained" | "untrained";

/** How a quantity of attention QUBOs goes with n. */
export interface AttentionScaling {
  /** A solver, whose time to solution it is, or a gap. */
  readonly what: { readonly solver: string } | { readonly gap: GapKind };
  /** Trained or not. */
  readonly training: Training;
  /** Fewest and most spins of the instances. */
  readonly spins: readonly [number, number];
  /** Number of instances. */
  readonly instances: number;
  /** How many of them no run solved. */
  readonly censored: number;
  /** What an added spin adds to the natural logarithm, with its interval; null where too few sizes were solved. */
  readonly growth: Pick<GapExponent, "k" | "low" | "high" | "prefactor"> | null;
  /** The values by n, of instances in the order of the records. */
  readonly points: readonly {
    readonly n: number;
    readonly value: number;
    readonly time: TtsGapTime | null;
    readonly record: TtsGapRecord;
  }[];
  /** Median over the instances of each size, ascending; of times only. */
  readonly medians: readonly (TimeQuantile & { readonly n: number })[];
}

const FAMILY: Readonly<Record<Training, string>> = { trained: "attention", untrained: "attention-untrained" };

/**
 * Fits how time to solution and gaps of attention QUBOs go with the number of spins, for trained and untrained models.
 *
 * `value = prefactor e^(growth n)`: a line through the logarithm against n, an unsolved instance a lower bound, fitted by
 * `gapExponent` with `e^-n` in place of the gap. It describes the sizes measured, and nothing beyond them.
 *
 * @param records of any families; those that are no attention QUBOs are passed over
 * @param options.replicates of every bootstrap. @default {1000}
 * @returns one entry a solver and a gap, trained before untrained; empty without attention QUBOs
 *
 * Cost O(replicates) an instance and solver.
 * Source: `gapExponent` and `timeToSolutionQuantiles` for the statistics.
 *
 * @example The invented record is no attention QUBO
 * ```ts
 * import { attentionScaling, exampleTtsGapRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(attentionScaling([exampleTtsGapRecord()]), []);
 * ```
 */
export function attentionScaling(
  records: readonly TtsGapRecord[],
  { replicates = 1000 }: { readonly replicates?: number } = {},
): AttentionScaling[] {
  return scalingOf(records, solutionTimes(records, "spinUpdates"), replicates);
}

/** As {@link attentionScaling}, from times that are there already. */
export function scalingOf(
  records: readonly TtsGapRecord[],
  times: SolutionTimes,
  replicates: number,
): AttentionScaling[] {
  const both = (["trained", "untrained"] as const).map((training) => ({
    training,
    belongs: ({ instance }: TtsGapRecord) => instance.family === FAMILY[training],
  }));
  const ofSolvers = [...times].flatMap(([solver, ofSolver]) =>
    both.map(({ training, belongs }) =>
      timeScaling(solver, training, ofSolver.filter(({ record }) => belongs(record)), replicates)
    )
  );
  const ofGaps = (Object.keys(gapKinds) as GapKind[]).flatMap((gap) =>
    both.map(({ training, belongs }) => gapScaling(gap, training, records.filter(belongs), replicates))
  );
  return [...ofSolvers, ...ofGaps].filter(({ points }) => points.length > 0);
}

function timeScaling(
  solver: string,
  training: Training,
  times: readonly TtsGapTime[],
  replicates: number,
): AttentionScaling {
  const points = times.map((time) => ({
    n: time.record.instance.n,
    value: time.time.value,
    time,
    record: time.record,
  }));
  const medians = [...Map.groupBy(times, ({ record }) => record.instance.n)].sort(([a], [b]) => a - b)
    .map(([n, found]) => {
      const trials = found.flatMap(({ record }) => {
        const counted = costedTrials(record, solver, "spinUpdates");
        return counted === null ? [] : [competing(counted)];
      });
      return { n, ...timeToSolutionQuantiles(trials, { quantiles: [0.5], replicates })[0] };
    });
  return { what: { solver }, training, medians, ...fitted(points, replicates) };
}

function gapScaling(
  gap: GapKind,
  training: Training,
  records: readonly TtsGapRecord[],
  replicates: number,
): AttentionScaling {
  const points = records.flatMap((record) => {
    const found = gapFor(gap, record, { beta: null });
    return found === null || found.gap <= 0 ? [] : [{ n: record.instance.n, value: found.gap, time: null, record }];
  });
  return { what: { gap }, training, medians: [], ...fitted(points, replicates) };
}

function fitted(points: AttentionScaling["points"], replicates: number) {
  const pairs = points.map(({ n, value, time }): GapTime => ({
    gap: Math.exp(-n),
    value,
    censored: time?.time.censored ?? false,
  }));
  const sizes = points.map(({ n }) => n);
  return {
    points,
    spins: [Math.min(...sizes), Math.max(...sizes)] as const,
    instances: points.length,
    censored: pairs.filter(({ censored }) => censored).length,
    growth: enoughSolved(pairs) ? gapExponent(pairs, { replicates }) : null,
  };
}
