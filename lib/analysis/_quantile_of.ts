/** The quantile of a list, linear between neighbours; infinite as soon as it leans on an infinite one. */
export function quantileOf(values: ArrayLike<number>, quantile: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = quantile * (sorted.length - 1);
  const below = Math.floor(place);
  const share = place - below;
  return share === 0 ? sorted[below] : sorted[below] * (1 - share) + sorted[below + 1] * share;
}
