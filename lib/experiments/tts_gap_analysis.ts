import {
  type CostedTrials,
  FEWEST_SOLVED,
  FEWEST_STRATA,
  type GapExponent,
  gapExponent,
  type GapTime,
  type OptimalTimeToSolution,
  optimalTimeToSolution,
  type SpearmanInterval,
  spearmanInterval,
  type StratifiedSpearman,
  stratifiedSpearman,
  timeToSolution,
} from "../analysis/mod.ts";
import { gapFor, type GapKind, gapKinds, type GapWithError, type SolutionCost } from "./_tts_gap_kinds.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

const CONFIDENCE = 0.99;

/** One instance and one solver: what a solution costs, beside what the instance is. */
export interface TtsGapTime {
  /** The instance's record. */
  readonly record: TtsGapRecord;
  /** The cost at the best run length. */
  readonly time: OptimalTimeToSolution;
  /** Whether the best run length is 1, one step, sweep, move or update: the solver has none that is shorter. */
  readonly leastBest: boolean;
}

/** One solver held against one gap. */
export interface TtsGapCell {
  /** Name of the solver. */
  readonly solver: string;
  /** Which gap. */
  readonly kind: GapKind;
  /** Instances that have both, with a gap above 0. */
  readonly points: readonly (TtsGapTime & GapWithError)[];
  /** How many instances were left out, for their gap is 0 or was not computed. */
  readonly leftOut: number;
  /** How many of the points no run solved: their times are lower bounds. */
  readonly censored: number;
  /** How many of the points have their best run length at an end of those tried where others are possible: a better one may lie beyond. */
  readonly atEnd: number;
  /** How many of the points have 1 as their best run length, the shortest that there is. */
  readonly leastBest: number;
  /** Rank correlation of gap and time; null where too few instances were solved. */
  readonly rho: SpearmanInterval | null;
  /** The power law; null where too few instances were solved. */
  readonly exponent: GapExponent | null;
}

/** How times are held against gaps. */
export interface TtsGapAnalysisOptions {
  /** What a solution costs. @default {"spinUpdates"} */
  readonly cost?: SolutionCost;
  /** Number of bootstrap replicates of every interval. @default {1000} */
  readonly replicates?: number;
}

/**
 * Holds the cost to solution of every solver against every gap that the records have.
 *
 * A solver at a fixed beta is held against the gap of the chain at that beta where it was computed, every other against the
 * smallest over the betas. Instances that were not solved count as lower bounds.
 *
 * @param records one a instance
 * @param options see {@link TtsGapAnalysisOptions}
 * @returns one entry a solver and gap, solvers in the order in which they first appear; those without a point are left out
 * @throws {RangeError} if there is no record, or an instance has two
 *
 * Cost O(run lengths) an instance and solver, O(replicates instances) a solver and gap.
 * Source: `optimalTimeToSolution`, `spearmanInterval` and `gapExponent` for the statistics.
 *
 * @example Three solvers, four gaps of which the invented record has three
 * ```ts
 * import { analyseTtsGap, exampleTtsGapRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const cells = analyseTtsGap([exampleTtsGapRecord()], { replicates: 10 });
 * assertEquals([cells.length, cells[0].solver, cells[0].rho], [9, "glauber", null]);
 * ```
 */
export function analyseTtsGap(
  records: readonly TtsGapRecord[],
  options: TtsGapAnalysisOptions = {},
): TtsGapCell[] {
  const { cost = "spinUpdates", replicates = 1000 } = options;
  return cellsOf(solutionTimes(records, cost), replicates);
}

/** Every solver held against every gap that its instances have. */
export function cellsOf(times: SolutionTimes, replicates: number): TtsGapCell[] {
  return [...times].flatMap(([solver, ofSolver]) =>
    (Object.keys(gapKinds) as GapKind[]).map((kind) => cellOf(solver, kind, ofSolver, replicates))
  ).filter(({ points }) => points.length > 0);
}

/** What a solution costs, by the name of the solver, in the order in which they first appear. */
export type SolutionTimes = ReadonlyMap<string, readonly TtsGapTime[]>;

/** Throws unless there are records of different instances. */
function checkTtsGapRecords(records: readonly TtsGapRecord[]): void {
  if (records.length === 0) throw new RangeError("Cannot hold times against gaps: there is no record");
  const seen = new Map<string, TtsGapRecord>();
  for (const record of records) {
    const { name } = record.instance;
    const other = seen.get(name);
    if (other !== undefined) {
      throw new RangeError(
        `Cannot hold times against gaps: ${name} has a record of profile ${other.profile}, seed ${other.seed}, and one of profile ` +
          `${record.profile}, seed ${record.seed}; move one away`,
      );
    }
    seen.set(name, record);
  }
}

/** Names of the solvers, in the order in which they first appear. */
export function solverNames(records: readonly TtsGapRecord[]): string[] {
  return [...new Set(records.flatMap(({ solvers }) => solvers.map(({ name }) => name)))];
}

/** What a solution costs every solver on the instances that it ran on and whose cost was measured. */
export function solutionTimes(records: readonly TtsGapRecord[], cost: SolutionCost): SolutionTimes {
  checkTtsGapRecords(records);
  return new Map(
    solverNames(records).map((solver) => [
      solver,
      records.flatMap((record) => {
        const counted = costedTrials(record, solver, cost);
        return counted === null ? [] : [{ record, ...timeOf(counted) }];
      }),
    ]),
  );
}

/** The optimum over all run lengths, computed from those that may be it; where it lies, among all. */
function timeOf(counted: readonly CostedTrials[]): Omit<TtsGapTime, "record"> {
  // neither value nor interval needs its replicates
  const time = optimalTimeToSolution(competing(counted), { replicates: 2 });
  const lengths = counted.map(({ runLength }) => runLength);
  const { runLength, censored } = time;
  const atEnd = lengths.length === 1
    ? "only"
    : runLength === Math.min(...lengths)
    ? "shortest"
    : runLength === Math.max(...lengths)
    ? "longest"
    : null;
  return { time: { ...time, atEnd }, leastBest: runLength === 1 && !censored };
}

/** Standard errors of an interval: two that do not meet are five of their difference apart, chance does that once in a million. */
const OFF = 3.5;

/**
 * The run lengths whose cost to solution may be the smallest: those whose lower end, by intervals of Wilson, lies below the upper end
 * of all. The others would never be drawn as the best, and most of the work would go into drawing them.
 */
export function competing(counted: readonly CostedTrials[]): readonly CostedTrials[] {
  const ends = counted.map(({ cost, successes, trials }) => {
    const center = (successes + OFF ** 2 / 2) / (trials + OFF ** 2);
    const half = OFF * Math.sqrt(successes * (1 - successes / trials) + OFF ** 2 / 4) / (trials + OFF ** 2);
    const at = (p: number) => p <= 0 ? Infinity : timeToSolution(cost, Math.min(1, p), CONFIDENCE);
    return { low: at(center + half), high: at(successes === 0 ? 0 : center - half) };
  });
  const least = Math.min(...ends.map(({ high }) => high));
  return counted.filter((_, k) => ends[k].low <= least);
}

/** The middle over instances of the smallest cost to solution as counted; a lower bound where that one was not solved. */
export function plainMedian(instances: readonly (readonly CostedTrials[])[]): { value: number; censored: boolean } {
  const least = instances.map((row) =>
    Math.min(
      ...row.map(({ cost, successes, trials }) =>
        successes === 0 ? Infinity : timeToSolution(cost, successes / trials, CONFIDENCE)
      ),
    )
  ).sort((a, b) => a - b);
  const value = (least[(least.length - 1) >> 1] + least[least.length >> 1]) / 2;
  if (Number.isFinite(value)) return { value, censored: false };
  const bounds = instances.map((row) => optimalTimeToSolution(row, { replicates: 2 }).value).sort((a, b) => a - b);
  return { value: bounds[bounds.length >> 1], censored: true };
}

/** What was counted on an instance, with its cost; null where the solver did not run or the cost was not measured. */
export function costedTrials(record: TtsGapRecord, name: string, cost: SolutionCost) {
  const lengths = record.solvers.find((solver) => solver.name === name)?.lengths ?? [];
  const counted = lengths.flatMap(({ runLength, successes, trials, [cost]: value }) =>
    value === null || value <= 0 ? [] : [{ runLength, successes, trials, cost: value }]
  );
  return counted.length === 0 ? null : counted;
}

/** One solver held against one gap, over the given times. */
export function cellOf(solver: string, kind: GapKind, times: readonly TtsGapTime[], replicates: number): TtsGapCell {
  const points = pointsOf(solver, kind, times);
  const pairs = pairsOf(points);
  return {
    solver,
    kind,
    points,
    leftOut: times.length - points.length,
    censored: points.filter(({ time }) => time.censored).length,
    atEnd: points.filter(({ time, leastBest }) => time.atEnd !== null && !time.censored && !leastBest).length,
    leastBest: points.filter(({ leastBest }) => leastBest).length,
    rho: enoughSolved(pairs) ? spearmanInterval(pairs, { replicates }) : null,
    exponent: enoughSolved(pairs) ? gapExponent(pairs, { replicates }) : null,
  };
}

function pointsOf(solver: string, kind: GapKind, times: readonly TtsGapTime[]): TtsGapCell["points"] {
  return times.flatMap(({ record, ...timed }) => {
    const own = record.solvers.find(({ name }) => name === solver);
    const found = own === undefined ? null : gapFor(kind, record, own);
    return found === null || found.gap <= 0 ? [] : [{ record, ...timed, gap: found.gap, error: found.error }];
  });
}

/** The rank correlation alone, over the given times; null where too few were solved. */
export function rhoOf(
  solver: string,
  kind: GapKind,
  times: readonly TtsGapTime[],
  replicates: number,
): SpearmanInterval | null {
  const pairs = pairsOf(pointsOf(solver, kind, times));
  return enoughSolved(pairs) ? spearmanInterval(pairs, { replicates }) : null;
}

/** Gap and time of each, as statistics take them. */
export function pairsOf(points: TtsGapCell["points"]): GapTime[] {
  return points.map(({ gap, time }) => ({ gap, value: time.value, censored: time.censored }));
}

/** The rank correlation among instances of one family and one size, pooled; null where too few such groups say something. */
export function alikeRho({ points }: Pick<TtsGapCell, "points">): StratifiedSpearman | null {
  const groups = Map.groupBy(points, ({ record: { instance } }) => `${instance.family} of ${instance.n} spins`);
  const strata = [...groups.values()].map(pairsOf).filter((pairs) => {
    const times = pairs.map(({ value, censored }) => censored ? Infinity : value);
    return new Set(pairs.map(({ gap }) => gap)).size > 1 && new Set(times).size > 1;
  });
  return strata.length < FEWEST_STRATA ? null : stratifiedSpearman(strata);
}

/** Whether the statistics over instances can be had: they ask for so many solved ones of different gaps. */
export function enoughSolved(pairs: readonly GapTime[]): boolean {
  return new Set(pairs.filter(({ censored }) => !censored).map(({ gap }) => gap)).size >= FEWEST_SOLVED;
}
