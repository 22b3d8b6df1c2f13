/** What heads chose, in numbers. */
export interface HeadStatistics {
  /** Share of (head, token) pairs that are chosen. */
  readonly density: number;
  /** Mean Jaccard index of two different heads; NaN where there is no pair with a token. */
  readonly overlap: number;
  /** Mean Jaccard index of heads t and u, `[H, H]`; NaN where neither ever has a token. */
  readonly overlaps: Float64Array;
  /** Share of heads that chose nothing. */
  readonly empty: number;
  /** Share of tokens that some head chose. */
  readonly covered: number;
}

/**
 * Computes the Jaccard index of two choices: tokens in both over tokens in either.
 *
 * @param a 0 or 1 a token
 * @param b the same tokens
 * @returns 0 to 1; NaN where both are empty
 * @throws {TypeError} if they are not of one length
 *
 * Cost O(N).
 * Source: P. Jaccard, The distribution of the flora in the alpine zone (1912), DOI 10.1111/j.1469-8137.1912.tb05611.x.
 *
 * @example One token of three is shared
 * ```ts
 * import { jaccard } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(jaccard(Uint8Array.of(1, 1, 0), Uint8Array.of(0, 1, 1)), 1 / 3);
 * ```
 */
export function jaccard(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) {
    throw new TypeError(`Cannot compare the choices: one is of ${a.length} tokens, the other of ${b.length}`);
  }
  let both = 0, either = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return both / either;
}

/**
 * Counts what heads chose: how much, how much in common, how many heads nothing, how many tokens nobody.
 *
 * Means of Jaccard indices are over the problems in which one of the two heads has a token.
 *
 * @param chosen x, `[B, H, N]`, 0 or 1: what a solver gives as `chosen`
 * @param sizes.heads H
 * @param sizes.tokens N
 * @throws {RangeError} if a size is no integer of 1 or more
 * @throws {TypeError} if the choice is no whole number of problems
 *
 * Cost O(B H^2 N).
 * Source: none needed.
 *
 * @example Two heads of three tokens share one; the third is nobody's
 * ```ts
 * import { headStatistics } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const { density, overlap, empty, covered } = headStatistics(Uint8Array.of(1, 1, 0, 0, 1, 0), { heads: 2, tokens: 3 });
 * assertEquals([density, overlap, empty, covered], [3 / 6, 1 / 2, 0, 2 / 3]);
 * ```
 */
export function headStatistics(
  chosen: Uint8Array,
  { heads: H, tokens: N }: { readonly heads: number; readonly tokens: number },
): HeadStatistics {
  for (const [name, value] of Object.entries({ heads: H, tokens: N })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot count the choices: ${name} must be a positive integer, got ${value}`);
    }
  }
  const problems = chosen.length / (H * N);
  if (!Number.isInteger(problems) || problems < 1) {
    throw new TypeError(`Cannot count the choices: ${chosen.length} are no whole number of ${H} heads of ${N} tokens`);
  }
  const sums = new Float64Array(H * H), counts = new Float64Array(H * H);
  let ones = 0, empty = 0, covered = 0;
  for (let b = 0; b < problems; b++) {
    const heads = Array.from({ length: H }, (_, t) => chosen.subarray((b * H + t) * N, (b * H + t + 1) * N));
    for (let t = 0; t < H; t++) {
      const size = heads[t].reduce((sum, x) => sum + x, 0);
      ones += size;
      if (size === 0) empty++;
      for (let u = 0; u < H; u++) {
        const index = jaccard(heads[t], heads[u]);
        if (Number.isNaN(index)) continue;
        sums[t * H + u] += index;
        counts[t * H + u]++;
      }
    }
    for (let i = 0; i < N; i++) if (heads.some((head) => head[i] === 1)) covered++;
  }
  let pairs = 0, total = 0;
  for (let t = 0; t < H; t++) {
    for (let u = 0; u < t; u++) {
      total += sums[t * H + u];
      pairs += counts[t * H + u];
    }
  }
  return {
    density: ones / chosen.length,
    overlap: total / pairs,
    overlaps: sums.map((sum, at) => sum / counts[at]),
    empty: empty / (problems * H),
    covered: covered / (problems * N),
  };
}
