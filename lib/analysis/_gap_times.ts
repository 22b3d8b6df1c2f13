import { Rng } from "../random/mod.ts";
import { checkOpenShare, checkPositive } from "./_check.ts";

/** What is needed to say something about instances: so many different ones whose time was measured, and so many in all. */
export const FEWEST_SOLVED = 4;

/** One instance: its gap, and how long its solution takes. */
export interface GapTime {
  /** The gap, in any unit. */
  readonly gap: number;
  /** The time or count to solution, in any unit; a lower bound where `censored`. */
  readonly value: number;
  /** True if no run solved it. */
  readonly censored: boolean;
}

/** How an interval over instances is made. */
export interface GapTimeOptions {
  /** Share of such intervals that hold the truth. @default {0.95} */
  readonly level?: number;
  /** Number of bootstrap replicates. @default {1000} */
  readonly replicates?: number;
  /** Seed of the replicates; replicate r uses stream r. @default {0} */
  readonly seed?: number;
}

/** Throws unless the points can be looked at, and gives the options. */
export function checkGapTimes(
  cannot: string,
  points: readonly GapTime[],
  options: GapTimeOptions,
): Required<GapTimeOptions> {
  const { level = 0.95, replicates = 1000, seed = 0 } = options;
  checkOpenShare(cannot, "the level", level);
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`${cannot}: replicates must be an integer from 2, got ${replicates}`);
  }
  for (const [i, { gap, value }] of points.entries()) {
    if (!(gap >= 0) || !Number.isFinite(gap)) {
      throw new RangeError(`${cannot}: the gap of instance ${i} must be a number of 0 or more, got ${gap}`);
    }
    checkPositive(cannot, `the value of instance ${i}`, value);
  }
  if (!enough(points, points.map((_, i) => i))) {
    throw new RangeError(
      `${cannot}: expected ${FEWEST_SOLVED} instances or more of different gaps that were solved, got ` +
        `${points.filter(({ censored }) => !censored).length} solved of ${points.length}; measure more, or longer`,
    );
  }
  return { level, replicates, seed };
}

/** Replicate r: as many instances with replacement, drawn anew until there are enough different ones among the solved. */
export function resampled(points: readonly GapTime[], seed: number, r: number): { rng: Rng; drawn: Uint32Array } {
  const rng = new Rng(seed, r);
  for (;;) {
    const drawn = Uint32Array.from(points, () => rng.integer(points.length));
    if (enough(points, drawn)) return { rng, drawn };
  }
}

function enough(points: readonly GapTime[], drawn: ArrayLike<number>): boolean {
  const gaps = new Set<number>();
  for (let k = 0; k < drawn.length; k++) if (!points[drawn[k]].censored) gaps.add(points[drawn[k]].gap);
  return gaps.size >= FEWEST_SOLVED;
}
