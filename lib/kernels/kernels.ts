/** float32 in an arena. */
export type Floats = Float32Array<ArrayBuffer>;
/** float64 in an arena. */
export type Doubles = Float64Array<ArrayBuffer>;
/** Unsigned 32-bit words in an arena. */
export type Words = Uint32Array<ArrayBuffer>;
/** Bytes in an arena. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Memory that kernels work on: arrays are handed out one after the other and all given back at once.
 *
 * Arrays of a WebAssembly arena are views of its memory; only arrays of an arena may be passed to its kernels.
 */
export interface Arena {
  /** A zeroed array of `length` float32, padded so that four-lane loops may run past its end. */
  float32(length: number): Floats;
  /** A zeroed array of `length` float64. */
  float64(length: number): Doubles;
  /** A zeroed array of `length` unsigned 32-bit words. */
  uint32(length: number): Words;
  /** A zeroed array of `length` bytes. */
  uint8(length: number): Bytes;
  /** Bytes handed out so far: pass it to `release` to give back everything that came after. */
  readonly used: number;
  /** Gives back all arrays handed out since `used` had this value; they must not be touched again. */
  release(used: number): void;
}

/** Sizes shared by the kernels of attention heads. */
export interface HeadShape {
  /** S, samples. */
  readonly samples: number;
  /** H, heads. */
  readonly heads: number;
  /** N, tokens. */
  readonly tokens: number;
  /** d, width of a head. */
  readonly width: number;
}

/** Where the parts of a projected row stand: q at column 0, then k, v and the fields, head by head. */
export interface RowLayout {
  /** Floats from one token's row to the next. */
  readonly stride: number;
  /** First column of the keys. */
  readonly keys: number;
  /** First column of the values; the energy readout needs none. */
  readonly values: number;
  /** First column of the H fields. */
  readonly fields: number;
}

/** The keys that every query of a head reads. */
export interface KeyLists {
  /** Tokens, list after list; a list begins at a multiple of four, and what fills it up to the next one are tokens too. */
  readonly keys: Words;
  /** Where the list of each query begins in `keys`, and where the last one's room ends, `[sets, N + 1]`. */
  readonly starts: Words;
  /** Length of each list, 1 to N, `[sets, N]`. */
  readonly counts: Words;
  /** Sets from one sample to the next; 0: all samples have the same. */
  readonly perSample: number;
  /** Sets from one head to the next; 0: all heads have the same. */
  readonly perHead: number;
}

/** How {@link Kernels.hashedLists} hashes. */
export interface HashedLists {
  /** R, `[S, rounds, d, half4]`, `half4` = half rounded up to a multiple of four. */
  readonly rotations: Floats;
  /** Hashes of every token. */
  readonly rounds: number;
  /** Half the number of buckets; 0: one bucket. */
  readonly half: number;
  /** Tokens of a chunk. */
  readonly chunk: number;
  /** `3 rounds N + 2 N + 2 half + half4 + 8` words. */
  readonly scratch: Words;
}

/** What {@link Kernels.annealHeads} works on. */
export interface HeadAnnealing extends HeadShape {
  /** True: dense couplings and cached fields; false: factored couplings. Both follow the same rule. */
  readonly dense: boolean;
  /** `[S, H, N, 2 dp]`, from {@link Kernels.packHeads}. */
  readonly packed: Floats;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** Receives x, `[S, H, N]`. */
  readonly chosen: Bytes;
  /** Four words a sample, advanced as they are used. */
  readonly states: Words;
  /** `-ln((j + 1/2) / 4096)`, `[4096]`. */
  readonly thresholds: Floats;
  /** Temperature of each sweep over the root mean square of the gains at the start. */
  readonly temperatures: Floats;
  /** Weights of the energy terms; `coupling` is already divided by sqrt(d). */
  readonly weights: {
    readonly coupling: number;
    readonly field: number;
    readonly overlap: number;
    readonly cardinality: number;
    readonly k: number;
  };
  /** Probability that a variable starts at 1. */
  readonly density: number;
  /** {@link annealingScratch} floats. */
  readonly scratch: Floats;
}

/**
 * Floats of scratch that {@link Kernels.annealHeads} needs; it does not grow with the number of samples.
 *
 * `2 H dp + 3 H N + N + H` factored, `H N4 + 3 H N + N + H + H N N4` dense, `N4` = N rounded up to a multiple of four.
 *
 * @param shape sizes; `samples` is not looked at
 * @param dense the form of the couplings
 * @returns a number of floats, with room for alignment
 *
 * Cost O(1).
 *
 * @example Factored scratch is linear in the tokens
 * ```ts
 * import { annealingScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const floats = (tokens: number) => annealingScratch({ samples: 1, heads: 1, tokens, width: 8 }, false);
 * assertEquals(floats(3000) - floats(2000), 4 * 1000);
 * ```
 */
export function annealingScratch(shape: HeadShape, dense: boolean): number {
  const { heads, tokens, width } = shape;
  const stride = roundUp4(tokens);
  const cache = dense ? heads * stride : 2 * heads * roundUp4(width);
  const couplings = dense ? heads * tokens * stride : 0;
  return cache + 3 * heads * tokens + tokens + heads + couplings + 16;
}

/** What {@link Kernels.annealSoft} works on. */
export interface SoftAnnealing extends Omit<HeadShape, "width"> {
  /** q, bits a token, 1 to 16. */
  readonly bits: number;
  /** J, `[S, H, N, N4]`, in general not symmetric, the diagonal counted. */
  readonly couplings: Floats;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** Receives x, `[S, H, N, q]`, the least significant bit first. */
  readonly chosen: Bytes;
  /** Four words a sample, advanced as they are used. */
  readonly states: Words;
  /** `-ln((j + 1/2) / 4096)`, `[4096]`. */
  readonly thresholds: Floats;
  /** Temperature of each sweep over the root mean square of the changes at the start. */
  readonly temperatures: Floats;
  /** Weights of the energy terms; `penalty` is that of one pair of heads, `reach` that of a step between two tokens. */
  readonly weights: {
    readonly quadratic: number;
    readonly linear: number;
    readonly penalty: number;
    readonly reach: number;
  };
  /** {@link softAnnealingScratch} floats. */
  readonly scratch: Floats;
}

/**
 * Floats of scratch that {@link Kernels.annealSoft} needs: `H N N4 + H N4 + 2 H N + H N q + N q + q`.
 *
 * @param shape sizes; `samples` is not looked at
 * @returns a number of floats; it does not grow with the number of samples
 *
 * Cost O(1).
 *
 * @example One token of one bit
 * ```ts
 * import { softAnnealingScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(softAnnealingScratch({ heads: 1, tokens: 1, bits: 1 }), 4 + 4 + 2 + 1 + 1 + 1);
 * ```
 */
export function softAnnealingScratch(
  { heads, tokens, bits }: Pick<SoftAnnealing, "heads" | "tokens" | "bits">,
): number {
  const stride = roundUp4(tokens);
  return heads * (tokens + 1) * stride + 2 * heads * tokens + (heads + 1) * tokens * bits + bits;
}

/**
 * Rounds up to a multiple of four, the number of lanes.
 *
 * @param n an integer, 0 or larger
 * @returns the smallest multiple of four that is not below n
 *
 * Cost O(1).
 *
 * @example 49 tokens take 52 places
 * ```ts
 * import { roundUp4 } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(roundUp4(49), 52);
 * ```
 */
export function roundUp4(n: number): number {
  return (n + 3) & ~3;
}

/**
 * Floats that {@link Kernels.featureAttention} keeps of one sample: `H (N (2 M + C) + M C)`, M the features and C the width and
 * one more, each rounded up to a multiple of eight.
 *
 * @param shape sizes; `samples` is not looked at
 * @param features number of features
 * @returns a number of floats
 *
 * Cost O(1).
 *
 * @example Linear in the tokens
 * ```ts
 * import { featureRoom } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const floats = (tokens: number) => featureRoom({ heads: 1, tokens, width: 8 }, 16);
 * assertEquals(floats(3000) - floats(2000), 48 * 1000);
 * ```
 */
export function featureRoom(shape: Omit<HeadShape, "samples">, features: number): number {
  const { heads, tokens, width } = shape;
  const C = (width + 8) & ~7, M = (features + 7) & ~7;
  return heads * (tokens * (2 * M + C) + M * C);
}

/**
 * Floats of scratch that the kernels of feature attention need: `N (3 C + M) + M C`, see {@link featureRoom}.
 *
 * @param shape sizes; only tokens and width are looked at
 * @param features number of features
 * @returns a number of floats
 *
 * Cost O(1).
 *
 * @example One token, one feature
 * ```ts
 * import { featureScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(featureScratch({ tokens: 1, width: 1 }, 1), 8 * 4 + 64);
 * ```
 */
export function featureScratch(shape: Pick<HeadShape, "tokens" | "width">, features: number): number {
  const C = (shape.width + 8) & ~7, M = (features + 7) & ~7;
  return shape.tokens * (3 * C + M) + M * C;
}

/**
 * The loops, in one of two forms that do the same: plain TypeScript, or WebAssembly with four lanes.
 *
 * Nothing is checked and nothing is allocated: a caller checks shapes at its own door. Matrices are row-major unless strides
 * say otherwise; strides and lengths count floats. Annealing gives the same reads bit for bit in both forms; sums of products
 * agree to rounding, since lanes add in another order.
 */
export interface Kernels extends Arena {
  /** `typescript` or `wasm`. */
  readonly name: "typescript" | "wasm";

  /**
   * `C = [C +] [bias +] A B`, for A `[m, k]`, B `[k, n]`, C `[m, n]` in any layout: element (i, l) of A is
   * `a[i aRow + l aColumn]`, so that swapping the two strides transposes; m, n, k >= 1. Rows of C are contiguous. Cost 2 m n k operations.
   */
  matmul(
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    c: Floats,
    cRow: number,
    accumulate?: boolean,
    bias?: Floats,
  ): void;

  /** `count` small products, the matrices `aStep`, `bStep`, `cStep` floats apart; strides as in `matmul`. */
  batchedMatmul(
    count: number,
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    aStep: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    bStep: number,
    c: Floats,
    cRow: number,
    cStep: number,
    accumulate?: boolean,
  ): void;

  /** `y = (x - mean) rstd`, `rstd = 1 / sqrt(variance + eps)`, biased variance, a row of n at a time. No gain, no bias. */
  layerNorm(
    rows: number,
    n: number,
    x: Floats,
    eps: number,
    y: Floats,
    rstd: Floats,
  ): void;

  /** `dx = rstd (dy - mean(dy) - y mean(dy y))`, added to dx if `accumulate`; y is the normalised row. */
  layerNormBackward(
    rows: number,
    n: number,
    dy: Floats,
    y: Floats,
    rstd: Floats,
    dx: Floats,
    accumulate?: boolean,
  ): void;

  /** `y = x Phi(x)`, Phi the normal distribution function (Abramowitz and Stegun 7.1.26, |error| < 1e-7 + rounding). */
  gelu(n: number, x: Floats, y: Floats): void;

  /** `dx = dy (Phi(x) + x phi(x))`; dx may be dy. */
  geluBackward(
    n: number,
    x: Floats,
    dy: Floats,
    dx: Floats,
  ): void;

  /** `x_i = exp(scale x_i) / sum_j exp(scale x_j)` over rows of n values, `stride` apart; scale > 0; pads up to n4 become 0. */
  softmaxRows(rows: number, n: number, stride: number, x: Floats, scale: number): void;

  /** `dp_i = scale p_i (dp_i - sum_j dp_j p_j)`, in place. */
  softmaxRowsBackward(
    rows: number,
    n: number,
    stride: number,
    p: Floats,
    dp: Floats,
    scale: number,
  ): void;

  /**
   * Cross-entropy of rows of logits: `totals[0] += -sum ln p_label`, `totals[1] +=` rows whose largest logit is the label's;
   * the logits become their gradient, `scale (p - [label])`.
   */
  crossEntropy(
    rows: number,
    classes: number,
    logits: Floats,
    labels: Bytes,
    scale: number,
    totals: Doubles,
  ): void;

  /** `max_i |x_i|` over n values; NaN if one of them is not finite. */
  largestMagnitude(n: number, x: Floats): number;

  /** `sums_j += sum_r x_rj`. */
  columnSums(rows: number, n: number, x: Floats, sums: Floats): void;

  /** `y_r = x_r gain + offset_(r mod period)`, element by element; offset `[period, n]`. */
  scaleRows(rows: number, n: number, x: Floats, gain: Floats, offset: Floats, period: number, y: Floats): void;

  /** `dgain += sum_r dy_r x_r`, `dbias += sum_r dy_r`, `dx = dy gain`. */
  scaleRowsBackward(
    rows: number,
    n: number,
    x: Floats,
    gain: Floats,
    dy: Floats,
    dgain: Floats,
    dbias: Floats,
    dx: Floats,
  ): void;

  /** `y_g = ` mean of the rows of group g; x `[groups, rows, n]`. */
  meanRows(groups: number, rows: number, n: number, x: Floats, y: Floats): void;

  /** `dx_gr = dy_g / rows`. */
  meanRowsBackward(groups: number, rows: number, n: number, dy: Floats, dx: Floats): void;

  /**
   * One step of Adam (Kingma and Ba 2015, algorithm 1): `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
   * `w -= rate (m / (1 - b1^step)) / (sqrt(v / (1 - b2^step)) + eps)`.
   */
  adam(
    n: number,
    w: Floats,
    g: Floats,
    m: Floats,
    v: Floats,
    options: {
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly eps: number;
      readonly step: number;
    },
  ): void;

  /** `y += softmax(q k^T / sqrt d) v`, head by head, from rows [q | k | v]; p `[S, H, N, N4]` keeps the probabilities. */
  softmaxAttention(
    shape: HeadShape,
    rows: Floats,
    p: Floats,
    y: Floats,
  ): void;

  /** Gradient of `softmaxAttention`: `drows` is written whole; scratch: N N4 floats. */
  softmaxAttentionBackward(
    shape: HeadShape,
    rows: Floats,
    p: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
  ): void;

  /**
   * `y_i += sum_{j in list_i} softmax_j(q_i . k_j / sqrt d) v_j`; with `unit`, every key is divided by its length first.
   * p keeps the probabilities, one after the other as the lists' places of every sample and head; scratch: 4 N dp + N4 floats.
   * Cost O(d) a key of a list.
   */
  listedAttention(
    shape: HeadShape,
    layout: Pick<RowLayout, "stride" | "keys" | "values">,
    unit: boolean,
    lists: KeyLists,
    rows: Floats,
    p: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /**
   * Gradient of `listedAttention`, the lists held: q, k and v of `drows` are written whole, added up where `keys` is 0 and
   * keys are queries. Scratch: 7 N dp + 2 N4 floats.
   */
  listedAttentionBackward(
    shape: HeadShape,
    layout: Pick<RowLayout, "stride" | "keys" | "values">,
    unit: boolean,
    lists: KeyLists,
    rows: Floats,
    p: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
  ): void;

  /**
   * Lists the keys that share a bucket with a query in a round: bucket `argmax [x R; -x R]`, tokens sorted by bucket and cut into
   * chunks, of which a query reads its own and the one before; itself only if nothing else is left. x are the queries, at column
   * 0 of the rows. The lists of head t of sample s are set `s H + t`, the same in both forms for the same x; returns the
   * places that they take.
   */
  hashedLists(shape: HeadShape, stride: number, rows: Floats, how: HashedLists, lists: KeyLists): number;

  /**
   * `y_i += sum_j phi(q_i) . phi(k_j) v_j / sum_j phi(q_i) . phi(k_j)`, from rows [q | k | v] of width 3 D, with `features`
   * features `phi_r(x) = exp(w_r . x - |x|^2 / (2 sqrt d))`, w `[features, d]` already divided by the fourth root of d. `kept`:
   * {@link featureRoom} floats a sample; scratch: {@link featureScratch} floats. Cost O(features d) a token and head.
   */
  featureAttention(
    shape: HeadShape,
    features: number,
    w: Floats,
    rows: Floats,
    kept: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /** Gradient of `featureAttention`: `drows` is written whole; scratch as there. */
  featureAttentionBackward(
    shape: HeadShape,
    features: number,
    w: Floats,
    rows: Floats,
    kept: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
  ): void;

  /** Copies q, k and the fields (plus `positional` `[H, N]`) of projected rows to `[S, H, N, 2 dp]` and `[S, H, N]`. */
  packHeads(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    positional: Floats | null,
    packed: Floats,
    fields: Floats,
  ): void;

  /** Rows of queries and keys `[count, d]` side by side in `[count, 2 dp]`, the pads zero. */
  packPairs(count: number, width: number, queries: Floats, keys: Floats, packed: Floats): void;

  /**
   * Simulated annealing of every sample's heads, then two-sided descent until no single flip lowers the energy.
   *
   * `E(x) = - coupling sqrt(d) sum x'J x - field sum h x + overlap sum_{t != u} x^t x^u + cardinality sum_t (n_t - k)^2`.
   * Sequential Metropolis; 12-bit draws, so moves above 9.01 temperatures are never taken. The same bits in both forms.
   * Cost O(H N d) a sweep factored, O(H N (1 + flips N)) dense.
   */
  annealHeads(task: HeadAnnealing): void;

  /** `eps_i = -x_i ((J x)_i + h_i)`, `y_ia += eps_i e_a`; e is `[d]`, or `[H, d]`; scratch: 2 dp floats. */
  energyReadout(
    shape: HeadShape,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /**
   * Gradient of `energyReadout` with x held: `drows` is written whole, `de` and `dpositional` (or null) are added to.
   * `through` false stops the gradient at the energy: only `de`. Scratch: 4 dp + N floats.
   */
  energyReadoutBackward(
    shape: HeadShape,
    layout: RowLayout,
    packed: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    dy: Floats,
    drows: Floats,
    de: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void;

  /**
   * `y_i += sum_{j chosen} softmax_j(q_i . k_j / sqrt d + f_j) v_j`, `f_j = (J x)_j / n + h_j`, n the head's number of chosen
   * tokens; nothing is added where nothing is chosen. p `[S, H, N, N4]`; scratch: 2 dp + N + 2 d N floats.
   */
  selectedSoftmax(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    p: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /** Gradient of `selectedSoftmax` with x held; `through` false: none through f. Scratch: 4 dp + N + 4 d N + N N4 floats. */
  selectedSoftmaxBackward(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    chosen: Bytes,
    p: Floats,
    dy: Floats,
    drows: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void;

  /**
   * Jensen-Shannon divergences in bits between rows p_i and r_j of `heads` heads: `J_ij = 1/2 sum p log2(p / m + eps) +
   * 1/2 sum r log2(r / m + eps)`, `m = (p + r) / 2 + eps`, eps 1e-6; p, r `[heads, N, d4]`, the pads zero, J `[heads, N, N4]`.
   */
  divergences(heads: number, tokens: number, width: number, p: Floats, r: Floats, J: Floats): void;

  /** Gradients of `divergences`; dp and dr are written whole. */
  divergencesBackward(
    heads: number,
    tokens: number,
    width: number,
    p: Floats,
    r: Floats,
    dJ: Floats,
    dp: Floats,
    dr: Floats,
  ): void;

  /**
   * Simulated annealing of soft selections `w = sum_b 2^b x_b / (2^q - 1)`, then two-sided descent in single bits.
   *
   * `E(x) = - quadratic sum w'J w - linear sum h w + penalty sum_{t < u} x^t x^u - (reach / 2) sum_{i != j} |i - j| w_i w_j`.
   * Sequential Metropolis; 12-bit draws, so moves above 9.01 temperatures are never taken. The same bits in both forms.
   * Cost O(H N q) a sweep and O(N) a flip.
   */
  annealSoft(task: SoftAnnealing): void;
}
