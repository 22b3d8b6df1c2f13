import { normalDensity, normalQuantile } from "./_normal_tail.ts";
import { upperPlace } from "./_order_limits.ts";
import type { MeasuredOptimum } from "./_optimum.ts";
import type { TrueSpread } from "./_true_spread.ts";

const MOSTLY = 0.8;
const FEW = 0.5;

/** What is known of a quantile of the population that instances were drawn from. */
export interface QuantileLimits {
  /** The interval; where so few instances leave one end open the other is one-sided, so that it holds the quantile in `level` of cases. */
  interval(level: number): [low: number, high: number];
}

/**
 * The limits of a quantile over instances: order statistics of their true spread, of as many values as the counts are worth.
 *
 * Counting noise makes what is known of mean and spread worth fewer instances than there are; where that makes the quantile less certain
 * than its ranks do, there are as many ranks fewer. No upper limit lies above the values of the solved instances.
 *
 * Where that leaves an end open which as many instances could know, it is that of the estimates as they are, for the quantile or the
 * median, whichever is farther out: noise spreads them wider than instances, and leaves their median where it is.
 *
 * @param optima the instances that the spread is of
 */
export function quantileLimits(
  spread: TrueSpread,
  quantile: number,
  optima: readonly MeasuredOptimum[],
): QuantileLimits {
  const { values, sigma } = spread;
  const solved = optima.filter(({ censored }) => !censored).length;
  const n = values.length;
  const z = normalQuantile(quantile);
  const ranked = sigma * Math.sqrt(quantile * (1 - quantile) / n) / normalDensity(z);
  const error = Math.max(ranked, spread.error(z));
  const worth = Math.floor(n * (ranked / error) ** 2 + 1e-9);
  // a place among as many values as they are worth, as one among n
  const among = (place: number) => (place - 0.5) / worth * n + 0.5;
  const lowPlace = (share: number) => worth < 1 ? -Infinity : worth + 1 - upperPlace(worth, 1 - quantile, 1 - share);
  const highPlace = (share: number) => worth < 1 ? Infinity : upperPlace(worth, quantile, share);
  const above = (share: number) => {
    const place = lowPlace(share);
    return place === -Infinity ? 0 : valueAt(values, among(place));
  };
  const below = (share: number) => {
    const place = among(highPlace(share));
    return place > solved ? Infinity : valueAt(values, place);
  };
  const estimates = Float64Array.from(optima, ({ value, censored }) => censored ? Infinity : value).sort();
  const estimatesAbove = (share: number) => {
    const place = n + 1 - upperPlace(n, 1 - Math.min(quantile, 0.5), 1 - share);
    return place === -Infinity || solved === 0 ? 0 : valueAt(estimates, Math.min(place, solved));
  };
  const estimatesBelow = (share: number) => {
    const place = upperPlace(n, Math.max(quantile, 0.5), share);
    return place > solved ? Infinity : valueAt(estimates, place);
  };
  return {
    interval(level) {
      const share = (1 + level) / 2;
      const noLow = lowPlace(1 - share) === -Infinity;
      const noHigh = highPlace(share) === Infinity;
      const oneSided = noLow !== noHigh && worth > MOSTLY * n;
      const low = noLow ? estimatesAbove(1 - share) : above(oneSided ? 1 - level : 1 - share);
      const high = noHigh ? estimatesBelow(share) : below(oneSided ? level : share);
      if (worth > FEW * n) return [low, high];
      // noise decides the spread: between median and quantile nothing is sure
      return [
        quantile >= 0.5 ? Math.min(low, estimatesAbove(1 - share)) : low,
        quantile <= 0.5 ? Math.max(high, estimatesBelow(share)) : high,
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
