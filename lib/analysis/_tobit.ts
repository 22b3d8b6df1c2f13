import { meanAbove } from "./_normal_tail.ts";

const MAX_ROUNDS = 2000;
const SETTLED = 1e-9;
const LEAST_SCATTER = 1e-9;

/** A line through points some of which are only known to lie above their value. */
export interface TobitFit {
  readonly intercept: number;
  readonly slope: number;
  /** Standard deviation of the normal scatter about the line. */
  readonly scatter: number;
}

/**
 * Fits `y = intercept + slope x + scatter Z` where a censored y is a lower bound: maximum likelihood by expectation and maximisation,
 * the scatter with two degrees of freedom taken off.
 *
 * @param weights how often each point counts
 *
 * Source: Tobin (1958), DOI 10.2307/1907382; Dempster, Laird and Rubin (1977), the method.
 */
export function tobitFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  censored: ArrayLike<boolean>,
  weights: ArrayLike<number>,
): TobitFit {
  const n = x.length;
  const expected = Float64Array.from(y);
  let total = 0, meanX = 0, some = false;
  for (let i = 0; i < n; i++) {
    total += weights[i];
    meanX += weights[i] * x[i];
    some ||= censored[i] && weights[i] > 0;
  }
  meanX /= total;
  let spread = 0;
  for (let i = 0; i < n; i++) spread += weights[i] * (x[i] - meanX) ** 2;
  let fit: TobitFit = { intercept: 0, slope: 0, scatter: 0 };
  let unseen = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let meanY = 0, product = 0, squares = 0;
    for (let i = 0; i < n; i++) meanY += weights[i] * expected[i] / total;
    for (let i = 0; i < n; i++) product += weights[i] * (x[i] - meanX) * (expected[i] - meanY);
    const slope = product / spread;
    const intercept = meanY - slope * meanX;
    for (let i = 0; i < n; i++) squares += weights[i] * (expected[i] - intercept - slope * x[i]) ** 2;
    const scatter = Math.sqrt(Math.max(LEAST_SCATTER ** 2, (squares + unseen) / Math.max(1, total - 2)));
    const moved = Math.abs(slope - fit.slope) + Math.abs(intercept - fit.intercept) + Math.abs(scatter - fit.scatter);
    fit = { intercept, slope, scatter };
    if (!some || moved < SETTLED * (1 + Math.abs(slope) + Math.abs(intercept))) break;
    unseen = 0;
    for (let i = 0; i < n; i++) {
      if (!censored[i] || weights[i] === 0) continue;
      const mean = intercept + slope * x[i];
      const z = (y[i] - mean) / scatter;
      const above = meanAbove(z);
      expected[i] = mean + scatter * above;
      unseen += weights[i] * scatter ** 2 * Math.max(0, 1 + z * above - above ** 2);
    }
  }
  return fit;
}
