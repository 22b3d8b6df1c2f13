import { logGamma } from "./_beta_function.ts";

/**
 * Where among `n` sorted values the one-sided upper limit of their population's `quantile` lies, as a place from 1 to n; Infinity
 * where even the largest value is no such limit.
 *
 * The r-th smallest value is below the quantile with probability `P(Bin(n, quantile) >= r)`, whatever the population; between
 * two neighbours the place is interpolated so that the share is held.
 *
 * Source: Hettmansperger and Sheather, Confidence intervals based on interpolated order statistics (1986), DOI
 * 10.1016/0167-7152(86)90021-0; Nyblom, Note on interpolated order statistics (1992), DOI 10.1016/0167-7152(92)90076-H, for
 * quantiles other than the median.
 */
export function upperPlace(n: number, quantile: number, share: number): number {
  const odds = Math.log(quantile) - Math.log1p(-quantile);
  let term = n * Math.log1p(-quantile);
  let below = 0;
  for (let r = 0; r < n; r++) {
    // P(Bin < r + 1), the share of repetitions in which the value at place r + 1 is above the quantile
    const next = below + Math.exp(term);
    if (next >= share) {
      if (r === 0) return 1;
      const outer = (n - r) * quantile * (share - below);
      return r + outer / (outer + r * (1 - quantile) * (next - share));
    }
    below = next;
    term = logGamma(n + 1) - logGamma(r + 2) - logGamma(n - r) + n * Math.log1p(-quantile) + (r + 1) * odds;
  }
  return Infinity;
}
