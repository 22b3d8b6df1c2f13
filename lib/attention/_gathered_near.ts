import type { Floats, HeadShape, Kernels, RowLayout } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { SampleRun } from "./_samples.ts";
import type { BlockShape } from "./block.ts";
import { blockOf, type NearReadout, type NearReads, type NearSlopes, type Neighbours } from "./_near_softmax.ts";

/** Queries that go by together: what bounds the memory. */
const TILE = 64;
/** The logit of what is not read: its weight is e^-60 of the largest, which no float32 beside it notices, and is not used. */
const NEVER = -1e30;

/** A block of queries of one head; k and v of the keys that it reads are gathered side by side. */
interface GatheredBlock {
  readonly t: number;
  /** The neighbour of every token, and sqrt(d) times the factor of biases. */
  readonly near: Int32Array;
  readonly gain: number;
  /** Where rows of the head begin, and the first row of its sample. */
  readonly own: number;
  readonly row: number;
  /** The block's first query, and the one after its last. */
  readonly first: number;
  readonly end: number;
  /** Number of chosen keys. */
  readonly m: number;
  /** Where the fields of the block begin in `fields`, and in those of all blocks. */
  readonly fieldsAt: number;
  readonly allFieldsAt: number;
}

/**
 * The readout of `NearSoftmax` for many tokens: each block of queries reads its chosen keys gathered side by side, in tiles of 64
 * queries, and the neighbour of a query stands in one column more; the probabilities are computed again on the way back.
 *
 * Cost O(n d) a query for n keys; memory `4 N d + 128 N` numbers whatever samples and heads are.
 */
export class GatheredNear implements NearReadout {
  readonly #kernels: Kernels;
  readonly #blocks: number;
  readonly #neighbours: Neighbours;
  /** `[k | v]` of the chosen keys in order, and their gradients. */
  readonly #gathered: Floats;
  readonly #dgathered: Floats;
  /** sqrt(d) times the biases of the chosen keys, and the gradient of what they are added to. */
  readonly #bias: Floats;
  readonly #dbias: Floats;
  /** Probabilities of a tile, and the gradients of its logits. */
  readonly #p: Floats;
  readonly #dlogits: Floats;
  readonly #ones: Floats;
  /** The chosen keys in order, and of every key its number among them or -1. */
  readonly #keys: Int32Array;
  readonly #places: Int32Array;
  /** The token that stands in the last column of a query of the tile, -1 where none does. */
  readonly #extra: Int32Array = new Int32Array(TILE);

  constructor(kernels: Kernels, { tokens, width }: BlockShape, neighbours: Neighbours, blocks: number) {
    const wide = roundUp4(tokens + 1);
    this.#kernels = kernels;
    this.#blocks = blocks;
    this.#neighbours = neighbours;
    this.#gathered = kernels.float32(tokens * 2 * width);
    this.#dgathered = kernels.float32(tokens * 2 * width);
    this.#bias = kernels.float32(wide);
    this.#dbias = kernels.float32(wide);
    this.#p = kernels.float32(TILE * wide);
    this.#dlogits = kernels.float32(TILE * wide);
    this.#ones = kernels.float32(TILE).fill(1);
    this.#keys = new Int32Array(tokens);
    this.#places = new Int32Array(tokens);
  }

  forward(run: SampleRun, shape: HeadShape, layout: RowLayout, reads: NearReads, y: Floats): void {
    const { heads: H, width: d } = shape, { stride, values } = layout, D = H * d, p = this.#p;
    for (const block of this.#blocksOf(run, shape, layout, reads)) {
      const { t, own, row, m, first, end } = block, lp = roundUp4(m + 1), v = reads.rows.subarray(own + values);
      for (let from = first; from < end; from += TILE) {
        const count = Math.min(TILE, end - from), to = (row + from) * D + t * d;
        this.#weigh(block, from, count, shape, layout, reads);
        if (m > 0) {
          const [v, out] = [this.#gathered.subarray(d), y.subarray(to)];
          this.#kernels.matmul(count, d, m, p, lp, 1, v, 2 * d, 1, out, D, true);
        }
        for (let c = 0; c < count; c++) {
          const e = this.#extra[c], share = p[c * lp + m];
          if (e >= 0) { for (let a = 0; a < d; a++) y[to + c * D + a] += share * v[e * stride + a]; }
        }
      }
    }
  }

  backward(
    run: SampleRun,
    shape: HeadShape,
    layout: RowLayout,
    reads: NearReads,
    dy: Floats,
    { drows, dpositional, dr, da, dfields }: NearSlopes,
    through: boolean,
  ): void {
    const { heads: H, tokens: N, width: d } = shape, { stride, keys, fields } = layout, D = H * d;
    drows.fill(0, 0, run.samples * N * stride);
    dfields?.fill(0, 0, run.samples * H * this.#blocks * N);
    for (const block of this.#blocksOf(run, shape, layout, reads)) {
      const { t, gain, own, row, m, first, end, fieldsAt, allFieldsAt } = block;
      this.#dgathered.fill(0, 0, m * 2 * d);
      this.#dbias.fill(0, 0, m);
      let nearSlope = 0;
      for (let from = first; from < end; from += TILE) {
        const count = Math.min(TILE, end - from), g = dy.subarray((row + from) * D + t * d);
        this.#weigh(block, from, count, shape, layout, reads);
        nearSlope += this.#tileBackward(block, from, count, shape, layout, reads.rows, g, drows);
      }
      dr[t] += gain * nearSlope;
      if (da) da[t] += gain * nearSlope * reads.r[t];
      for (let j = 0; j < m; j++) {
        const token = this.#keys[j], to = own + token * stride + keys, slope = gain * this.#dbias[j];
        for (let a = 0; a < d; a++) {
          drows[to + a] += this.#dgathered[j * 2 * d + a];
          drows[to - keys + layout.values + a] += this.#dgathered[(j * 2 + 1) * d + a];
        }
        if (da) da[t] += slope * reads.fields[fieldsAt + token];
        if (dfields) dfields[allFieldsAt + token] = slope;
        if (!through) continue;
        drows[(row + token) * stride + fields + t] += slope;
        if (dpositional) dpositional[t * N + token] += slope;
      }
    }
  }

  /** Every block of queries of every head, one after the other: its keys, values and biases gathered. */
  *#blocksOf(
    { samples }: SampleRun,
    { heads: H, tokens: N, width: d }: HeadShape,
    { stride, keys, values }: RowLayout,
    { rows, fields, chosen, scale, byBlock = false }: NearReads,
  ): Generator<GatheredBlock> {
    const G = this.#blocks, root = Math.sqrt(d), neighbours = this.#neighbours.of(N);
    for (let set = 0; set < samples * H; set++) {
      const t = set % H, row = (set - t) / H * N, own = row * stride + t * d, gain = root * (scale?.[t] ?? 1);
      for (let g = 0, first = 0, end = 0; g < G; g++, first = end) {
        while (end < N && blockOf(end, N, G) === g) end++;
        if (end === first) continue;
        const allFieldsAt = (set * G + g) * N, fieldsAt = byBlock ? allFieldsAt : set * N;
        let m = 0;
        for (let j = 0; j < N; j++) {
          this.#places[j] = -1;
          if (!chosen[allFieldsAt + j]) continue;
          const from = own + j * stride;
          for (let a = 0; a < d; a++) {
            this.#gathered[m * 2 * d + a] = rows[from + keys + a];
            this.#gathered[(m * 2 + 1) * d + a] = rows[from + values + a];
          }
          this.#bias[m] = gain * fields[fieldsAt + j];
          this.#keys[m] = j;
          this.#places[j] = m++;
        }
        yield { t, near: neighbours[t], gain, own, row, first, end, m, fieldsAt, allFieldsAt };
      }
    }
  }

  /** Sets the probabilities of a tile: of the chosen keys, and in column m of a neighbour that is not chosen or of the query itself. */
  #weigh(
    { t, near, gain, own, m }: GatheredBlock,
    from: number,
    count: number,
    { width: d }: HeadShape,
    { stride, keys }: RowLayout,
    { rows, r }: NearReads,
  ): void {
    const lp = roundUp4(m + 1), p = this.#p, q = own + from * stride, k = own + keys, bias = gain * r[t];
    if (m > 0) {
      const [a, b] = [rows.subarray(q), this.#gathered];
      this.#kernels.matmul(count, m, d, a, stride, 1, b, 1, 2 * d, p, lp, false, this.#bias);
    }
    for (let c = 0; c < count; c++) {
      const next = near[from + c], at = next < 0 ? -1 : this.#places[next];
      if (at >= 0) p[c * lp + at] += bias;
      const e = this.#extra[c] = next >= 0 && at < 0 ? next : m === 0 ? from + c : -1;
      // a query that reads itself has this column alone, whatever stands there
      let logit = bias;
      if (e < 0) logit = NEVER;
      else for (let a = 0; a < d; a++) logit += rows[q + c * stride + a] * rows[k + e * stride + a];
      p[c * lp + m] = logit;
    }
    this.#kernels.softmaxRows(count, m + 1, lp, p, 1 / Math.sqrt(d));
  }

  /** Adds the gradients of a tile whose probabilities are set; returns that of the logits that have the bias of a neighbour. */
  #tileBackward(
    { near, own, m }: GatheredBlock,
    from: number,
    count: number,
    { heads, width: d }: HeadShape,
    { stride, keys, values }: RowLayout,
    rows: Floats,
    g: Floats,
    drows: Floats,
  ): number {
    const D = heads * d, lp = roundUp4(m + 1), wide = 2 * d, p = this.#p, dlogits = this.#dlogits;
    const at = own + from * stride;
    const [kv, dkv] = [this.#gathered, this.#dgathered], { matmul, softmaxRowsBackward } = this.#kernels;
    // dv, and what each share is worth
    if (m > 0) {
      matmul(m, d, count, p, 1, lp, g, D, 1, dkv.subarray(d), wide, true);
      matmul(count, m, d, g, D, 1, kv.subarray(d), 1, wide, dlogits, lp);
    }
    for (let c = 0; c < count; c++) {
      const v = own + this.#extra[c] * stride + values;
      let slope = 0;
      if (this.#extra[c] >= 0) { for (let a = 0; a < d; a++) slope += g[c * D + a] * rows[v + a]; }
      dlogits[c * lp + m] = slope;
    }
    softmaxRowsBackward(count, m + 1, lp, p, dlogits, 1 / Math.sqrt(d));
    if (m > 0) {
      // dq, dk and the slopes of the biases
      matmul(count, d, m, dlogits, lp, 1, kv, wide, 1, drows.subarray(at), stride, true);
      matmul(m, d, count, dlogits, 1, lp, rows.subarray(at), stride, 1, dkv, wide, true);
      matmul(1, m, count, this.#ones, TILE, 1, dlogits, lp, 1, this.#dbias, lp, true);
    }
    // the last column
    let sum = 0;
    for (let c = 0; c < count; c++) {
      const next = near[from + c], e = this.#extra[c], slope = dlogits[c * lp + m], share = p[c * lp + m];
      if (next >= 0) sum += dlogits[c * lp + (e >= 0 ? m : this.#places[next])];
      if (e < 0) continue;
      const q = at + c * stride, k = own + e * stride + keys, v = k - keys + values;
      for (let a = 0; a < d; a++) {
        drows[q + a] += slope * rows[k + a];
        drows[k + a] += slope * rows[q + a];
        drows[v + a] += share * g[c * D + a];
      }
    }
    return sum;
  }
}
