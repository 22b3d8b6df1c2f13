import type { Floats, HeadShape, RowLayout } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import { blockOf } from "./_near_softmax.ts";
import type { BlockShape } from "./block.ts";

/** Columns of q and k that choose and do not read, of d: the share of it, at least one, and at least one less than all; 0 without a share. */
export function selectorColumns(share: number | undefined, width: number): number {
  if (share === undefined) return 0;
  if (width < 2) {
    throw new RangeError(`Cannot open the operator: selector needs heads of width 2 or more, got ${width}`);
  }
  return Math.max(1, Math.min(width - 1, Math.round(share * width)));
}

/**
 * Queries that read otherwise than they choose: with a scale `exp(a_t)` of a head's logits, or by other columns.
 *
 * Kernels divide by `sqrt d`. With c selector columns, the last of a head, `q` that is read by has 0 there and is `sqrt(d / (d - c))` times as
 * large elsewhere, `q` that is chosen by has 0 elsewhere and is `sqrt(d / c)` times as large there: each is divided by the root of its own columns.
 * Keys are left alone: where q is 0 they count for nothing.
 */
export class QuerySplit {
  /** Factor of every logit of a head, `exp(a_t)`. */
  readonly scale: Float64Array;
  /** Gradient of a, gathered until it is taken. */
  readonly da: Float64Array;
  readonly #layout: RowLayout;
  readonly #columns: number;

  constructor({ heads }: BlockShape, layout: RowLayout, columns: number) {
    this.scale = new Float64Array(heads).fill(1);
    this.da = new Float64Array(heads);
    this.#layout = layout;
    this.#columns = columns;
  }

  /** Takes up changed logit scales a `[H]`, if there are any. */
  refresh(a: Floats | undefined): void {
    for (let t = 0; a && t < a.length; t++) this.scale[t] = Math.exp(a[t]);
    this.da.fill(0);
  }

  /** Makes the queries of `rows` read and those of `packed` choose; `packed` was copied from `rows` before. */
  part({ samples, heads, tokens: N, width: d }: HeadShape, rows: Floats, packed: Floats): void {
    const { stride } = this.#layout, c = this.#columns, dp = roundUp4(d), own = Math.sqrt(d / c);
    for (let s = 0; s < samples; s++) {
      for (let t = 0; t < heads; t++) {
        const factor = this.#factorOf(t, d);
        for (let i = 0; i < N; i++) {
          const row = (s * N + i) * stride + t * d, to = ((s * heads + t) * N + i) * 2 * dp;
          for (let e = 0; e < d - c; e++) rows[row + e] *= factor;
          if (c === 0) continue;
          rows.fill(0, row + d - c, row + d);
          packed.fill(0, to, to + d - c);
          for (let e = d - c; e < d; e++) packed[to + e] *= own;
        }
      }
    }
  }

  /** From the gradient of the queries that are read by, in `drows`, that of the queries; adds the gradient of a, `sum dq . q`. */
  join({ samples, heads, tokens: N, width: d }: HeadShape, rows: Floats, drows: Floats): void {
    const { stride } = this.#layout, c = this.#columns;
    for (let t = 0; t < heads; t++) {
      const factor = this.#factorOf(t, d);
      let sum = 0;
      for (let i = 0; i < samples * N; i++) {
        const row = i * stride + t * d;
        for (let e = row; e < row + d - c; e++) {
          sum += drows[e] * rows[e];
          drows[e] *= factor;
        }
        drows.fill(0, row + d - c, row + d);
      }
      this.da[t] += sum;
    }
  }

  /**
   * Adds to q and k in `drows` what a gradient of the fields of every block, `[S, H, G, N]`, gives: the fields have
   * `(mean of q_i over the block) . k_j / sqrt d`, q as it chooses.
   */
  throughFields(
    { samples, heads, tokens: N, width: d }: HeadShape,
    blocks: number,
    packed: Floats,
    dfields: Float64Array,
    drows: Floats,
  ): void {
    const { stride, keys } = this.#layout, c = this.#columns, dp = roundUp4(d), own = Math.sqrt(d / c);
    const mean = new Float64Array(d), slope = new Float64Array(d);
    for (let head = 0; head < samples * heads; head++) {
      const t = head % heads, row = (head - t) / heads * N * stride + t * d, from = head * N * 2 * dp;
      for (let g = 0, first = 0, end = 0; g < blocks; g++, first = end) {
        while (end < N && blockOf(end, N, blocks) === g) end++;
        if (end === first) continue;
        const scale = 1 / ((end - first) * Math.sqrt(d)), at = (head * blocks + g) * N;
        mean.fill(0);
        slope.fill(0);
        for (let i = first; i < end; i++) {
          for (let e = d - c; e < d; e++) mean[e] += scale * packed[from + 2 * i * dp + e];
        }
        for (let j = 0; j < N; j++) {
          const df = dfields[at + j];
          if (df === 0) continue;
          for (let e = d - c; e < d; e++) {
            slope[e] += scale * df * packed[from + (2 * j + 1) * dp + e];
            drows[row + j * stride + keys + e] += df * mean[e];
          }
        }
        for (let i = first; i < end; i++) for (let e = d - c; e < d; e++) drows[row + i * stride + e] += own * slope[e];
      }
    }
  }

  #factorOf(head: number, width: number): number {
    const c = this.#columns;
    return this.scale[head] * (c === 0 ? 1 : Math.sqrt(width / (width - c)));
  }
}
