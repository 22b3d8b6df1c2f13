import { Rng } from "../random/mod.ts";
import { type AdditiveCosts, additiveCosts, countScore } from "./_additive_costs.ts";
import type { CostedTrials } from "./optimal_time_to_solution.ts";

const DRAWINGS = 50;
const CLEARLY = 0.5;
const SURELY = 3;
const OWN = 0.5;
// standard deviations by which an instance has to be better elsewhere: many are looked at if the model fits
const BETTER = 3.5;
const BETTER_UNFITTED = 1.5;

/** The run length of an instance that the counts of all instances choose. */
export interface CommonChoice {
  /** Its place in the row of the instance. */
  readonly place: number;
  /** By what factor the costs there are too small for having been chosen. */
  readonly factor: number;
}

/**
 * Chooses the run length of each instance by what is common to all, or gives null where an instance has a best length of its own.
 *
 * By `additiveCosts`, `ln cost_ij = a_i + d_j`, the length is the one of the smallest `max(one run, cost_ij)`
 * with three standard errors of `d_j` added, and half an error that the instance's own count is expected to have. Each d_j rests on the
 * counts of all instances, so that none gets a length for having been lucky there. Lengths that are clearly worse (by `e^0.5`) are left
 * out, the worst first, as long as the counts of the others do not fit. An instance with significantly more successes at
 * another length than one as good would have keeps its own.
 *
 * @param table for each instance its counts by ascending run length
 * @returns one entry an instance; all null where there is one length, or lengths differ between instances
 *
 * Cost O(instances lengths), some hundreds of times.
 */
export function commonProfile(
  table: readonly (readonly CostedTrials[])[],
  confidence: number,
  seed: number,
): (CommonChoice | null)[] {
  const rate = -Math.log1p(-confidence);
  const fit = isShared(table) ? fittingCosts(table, rate) : null;
  if (!fit) return table.map(() => null);
  const { lengths, offsets, levels } = fit;
  const drawn = Array.from({ length: DRAWINGS }, (_, r) => {
    const rng = new Rng(seed, r);
    const at = offsets.slice();
    for (const t of lengths) at[t] += fit.errors[t] * rng.normal();
    return at;
  });
  const slowest = levels.reduce((a, b) => b > a ? b : a, -Infinity);
  return table.map((row, i) => {
    // one that no run solved is as slow as any, one that every run of these lengths solved may be as fast as it likes
    const level = row.some(({ successes }) => successes > 0) ? levels[i] : slowest;
    if (Number.isNaN(level)) return null;
    const costAt = (t: number, at: Float64Array) => Math.max(Math.log(row[t].cost), level + at[t]);
    const doubts = lengths.map((t) =>
      SURELY * fit.errors[t] + OWN / Math.sqrt(countScore(row[t], rate, level + offsets[t]).info)
    );
    const choose = (at: Float64Array) => {
      const bounds = lengths.map((t, k) => costAt(t, at) + doubts[k]);
      return lengths[bounds.indexOf(Math.min(...bounds))];
    };
    const place = choose(offsets);
    const doubt = fit.fits ? BETTER : BETTER_UNFITTED;
    const better = row.some((entry, t) => {
      const { residual, variance } = countScore(entry, rate, costAt(place, offsets));
      // half a success, as for any normal limit of a count
      return t !== place && residual > 0.5 + doubt * Math.sqrt(variance);
    });
    if (better) return null;
    let optimism = 0;
    for (const at of drawn) {
      const chosen = choose(at);
      optimism += (costAt(chosen, offsets) - costAt(chosen, at)) / DRAWINGS;
    }
    return { place, factor: Math.exp(Math.max(0, optimism)) };
  });
}

function isShared(table: readonly (readonly CostedTrials[])[]): boolean {
  const [first] = table;
  return first.length > 1 &&
    table.every((row) =>
      row.length === first.length && row.every(({ runLength }, t) => runLength === first[t].runLength)
    );
}

/** The model of as many lengths as it fits; of the lengths near the best where it fits none. */
function fittingCosts(table: readonly (readonly CostedTrials[])[], rate: number): AdditiveCosts | null {
  let lengths = table[0].map((_, t) => t);
  for (;;) {
    const fit = additiveCosts(table, lengths, rate);
    if (!fit || fit.fits) return fit;
    const offsets = fit.lengths.map((t) => fit.offsets[t]);
    const worst = Math.max(...offsets);
    if (worst < Math.min(...offsets) + CLEARLY) return fit;
    lengths = fit.lengths.filter((t) => fit.offsets[t] < worst);
  }
}
