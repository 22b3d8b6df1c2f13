/** A bar of a histogram. */
export interface HistogramBar {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

const MOST_BARS = 40;

/**
 * Counts finite values in bars of equal width over their range; few different values get a bar each.
 *
 * @param weights how often each value counts
 */
export function histogram(values: ArrayLike<number>, weights: ArrayLike<number>): HistogramBar[] {
  const distinct = new Set<number>();
  let [low, high, total] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (distinct.size <= MOST_BARS) distinct.add(value);
    total++;
  }
  if (total === 0) return [];
  const sorted = [...distinct].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((value, i) => value - sorted[i]);
  const least = Math.min(...steps);
  // levels of a spectrum lie apart by more than a bar
  const levels = sorted.length <= MOST_BARS && (sorted.length === 1 || (high - low) / least <= MOST_BARS);
  const width = levels
    ? (sorted.length === 1 ? Math.max(1, Math.abs(low)) * 0.1 : least)
    : (high - low) / Math.max(8, Math.min(MOST_BARS, Math.ceil(Math.sqrt(total))));
  const first = levels ? low - width / 2 : low;
  const count = Math.max(1, Math.round((high - low) / width) + (levels ? 1 : 0));
  const bars = new Float64Array(count);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    bars[Math.max(0, Math.min(count - 1, Math.floor((values[i] - first) / width)))] += weights[i];
  }
  return Array.from(bars, (weight, b) => ({ from: first + b * width, to: first + (b + 1) * width, weight }));
}
