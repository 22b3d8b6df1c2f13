import { normalQuantile } from "./_normal_tail.ts";
import { upperPlace } from "./_order_limits.ts";
import type { MeasuredOptimum } from "./_optimum.ts";
import type { TrueSpread } from "./_true_spread.ts";

// shares of the scatter of ranks left undecided between which order statistics give way to the lognormal spread
const DECIDED = 0.15;
const UNDECIDED = 0.5;

/** What is known of a quantile of the population that instances were drawn from. */
export interface QuantileLimits {
  /** The interval; where few instances leave one end open the other is one-sided, so that it holds the quantile in `level` of cases. */
  interval(level: number): [low: number, high: number];
}

/**
 * The limits of a quantile over instances: order statistics of their true spread where the counts tell on which side of it each
 * instance is; where they do not, the limits that a lognormal spread leaves; between, a weighted mean of both in ln cost.
 *
 * An end that so few instances cannot know by their ranks is open, whatever a lognormal spread may say. So is an upper one that lies above the
 * solved instances.
 *
 * @param optima the instances that the spread is of
 */
export function quantileLimits(
  spread: TrueSpread,
  quantile: number,
  optima: readonly MeasuredOptimum[],
): QuantileLimits {
  const { values } = spread;
  const n = values.length;
  const solved = optima.filter(({ censored }) => !censored).length;
  const z = normalQuantile(quantile);
  const weight = Math.min(1, Math.max(0, (spread.undecided(quantile) - DECIDED) / (UNDECIDED - DECIDED)));
  const limit = (place: number, share: number) => {
    const ranked = valueAt(values, place);
    return weight === 0 ? ranked : ranked ** (1 - weight) * spread.lognormalLimit(z, share) ** weight;
  };
  const lowPlace = (share: number) => n + 1 - upperPlace(n, 1 - quantile, 1 - share);
  const highPlace = (share: number) => upperPlace(n, quantile, share);
  return {
    interval(level) {
      const share = (1 + level) / 2;
      const openLow = lowPlace(1 - share) === -Infinity;
      const openHigh = highPlace(share) === Infinity;
      // what unsolved instances say of the low end is not to be believed as closely
      const lowShare = openHigh && solved >= quantile * n ? 1 - level : 1 - share;
      const highShare = openLow ? level : share;
      const top = highPlace(highShare);
      return [
        openLow
          ? 0
          : solved === 0
          ? Math.min(...optima.map(({ value }) => value))
          : limit(lowPlace(lowShare), lowShare),
        openHigh || top > solved ? Infinity : limit(top, highShare),
      ];
    },
  };
}

/** The value at a place from 1 to n, linear in ln cost between neighbours. */
function valueAt(values: Float64Array, place: number): number {
  const index = Math.min(values.length, Math.max(1, place)) - 1;
  const below = Math.floor(index);
  const share = index - below;
  return share === 0 ? values[below] : values[below] ** (1 - share) * values[below + 1] ** share;
}
