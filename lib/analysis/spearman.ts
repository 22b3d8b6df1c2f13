/**
 * Computes Spearman's rank correlation: the correlation of the ranks, equal values sharing the mean of theirs.
 *
 * @param x `[n]`, n from 2
 * @param y `[n]`; Infinity is a value like others, so slowest ones may tie at it
 * @returns -1 to 1; 0 where one of them is constant
 * @throws {TypeError} if the lengths differ
 * @throws {RangeError} if there are fewer than two values, or one is NaN
 *
 * Cost O(n log n).
 * Source: Spearman, The proof and measurement of association between two things (1904), DOI 10.2307/1412159.
 *
 * @example Any falling relation is -1
 * ```ts
 * import { spearman } from "qama/analysis";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(spearman([1, 2, 3], [100, 10, 1]), -1);
 * ```
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const cannot = "Cannot give the rank correlation";
  if (x.length !== y.length) throw new TypeError(`${cannot}: x has ${x.length} values and y has ${y.length}`);
  if (x.length < 2) throw new RangeError(`${cannot}: expected two values or more, got ${x.length}`);
  for (const [name, values] of [["x", x], ["y", y]] as const) {
    const wrong = Array.from(values).findIndex(Number.isNaN);
    if (wrong >= 0) throw new RangeError(`${cannot}: ${name}[${wrong}] is NaN; leave such pairs out`);
  }
  return correlation(ranks(x), ranks(y));
}

/** Ranks from 0, equal values sharing the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
    .sort((a, b) => values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0);
  const found = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let k = first; k < end; k++) found[order[k]] = (first + end - 1) / 2;
    first = end;
  }
  return found;
}

/** Pearson's correlation; 0 where one of them is constant. */
function correlation(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let [meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    meanX += x[i] / n;
    meanY += y[i] / n;
  }
  for (let i = 0; i < n; i++) {
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
    xy += (x[i] - meanX) * (y[i] - meanY);
  }
  return xx * yy === 0 ? 0 : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
