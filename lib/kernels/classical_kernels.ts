import type { Floats } from "./arena.ts";
import type { HashedLists, HeadShape, KeyLists, RowLayout } from "./heads.ts";

/** The classical attentions. Part of `Kernels`, where the conventions stand. */
export interface ClassicalKernels {
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
   * `y_i += sum_{j in list_i} softmax_j(q_i . k_j / sqrt d + bias_ij) v_j`; with `unit`, every key is divided by its length first.
   * The biases stand at the places of p; absent: none. p keeps the probabilities, one after the other as the lists' places of every sample and head; scratch: 4 N dp + N4 floats.
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
    bias?: Floats,
  ): void;

  /**
   * Gradient of `listedAttention`, the lists held: q, k and v of `drows` are written whole, added up where `keys` is 0 and
   * keys are queries; `dbias`, where it is given, is written at the places of p. Scratch: 7 N dp + 2 N4 floats.
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
    dbias?: Floats,
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
   * `featureRoom` floats a sample; scratch: `featureScratch` floats. Cost O(features d) a token and head.
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
}
