import type { Bytes, Floats, HeadShape, Kernels, KeyLists, RowLayout } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { SampleRun } from "./_samples.ts";
import type { BlockShape } from "./block.ts";
import type { ProblemGradient } from "./gradient_estimator.ts";

/** How tokens lie: one after the other, or row by row on a square. */
export type TokenGrid = "sequence" | "square";

/** [row, column] steps to the neighbours of a token on a square, in the order of the heads. */
const STEPS = [[0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [-1, 1], [1, -1], [1, 1]] as const;

/**
 * The neighbour of every token that head t reads, -1 where there is none.
 *
 * On a square the eight around it, head by head: left, right, above, below, then the corners. In a sequence, or where N is no
 * square, the one before, the one after, two before and so on.
 */
export function neighbours(tokens: number, head: number, grid: TokenGrid): Int32Array {
  const edge = Math.round(Math.sqrt(tokens));
  if (grid === "sequence" || edge * edge !== tokens) {
    const step = (1 + (head >> 1)) * (head & 1 ? 1 : -1);
    return Int32Array.from({ length: tokens }, (_, i) => i + step >= 0 && i + step < tokens ? i + step : -1);
  }
  const [down, right] = STEPS[head % STEPS.length];
  return Int32Array.from({ length: tokens }, (_, i) => {
    const row = Math.floor(i / edge) + down, column = i % edge + right;
    return row >= 0 && row < edge && column >= 0 && column < edge ? row * edge + column : -1;
  });
}

/** The neighbours of every token, head by head; those of the last number of tokens are kept. */
export class Neighbours {
  readonly #heads: number;
  readonly #grid: TokenGrid;
  #last: { readonly tokens: number; readonly near: readonly Int32Array[] } = { tokens: 0, near: [] };

  constructor(heads: number, grid: TokenGrid) {
    this.#heads = heads;
    this.#grid = grid;
  }

  /** `[H][N]`, -1 where there is none. */
  of(tokens: number): readonly Int32Array[] {
    if (this.#last.tokens !== tokens) {
      const near = Array.from({ length: this.#heads }, (_, t) => neighbours(tokens, t, this.#grid));
      this.#last = { tokens, near };
    }
    return this.#last.near;
  }
}

/** The block of query i of N, of G blocks of neighbouring tokens. */
export function blockOf(i: number, tokens: number, blocks: number): number {
  return Math.floor(i * blocks / tokens);
}

/**
 * Makes the fields that a selection for each block of queries solves, with the block's mean score,
 * `h_j + (mean of q_i over the block) . k_j / sqrt d`, `[S, H, G, N]`; queries and keys stay those of the head. A block without queries has
 * the fields alone.
 */
export function spreadBlocks(
  { samples, heads, tokens: N, width: d }: HeadShape,
  blocks: number,
  from: { readonly packed: Floats; readonly fields: Floats },
  to: Floats,
): void {
  const dp = roundUp4(d), size = N * 2 * dp, mean = new Float64Array(d);
  for (let head = 0; head < samples * heads; head++) {
    const own = from.packed.subarray(head * size, (head + 1) * size);
    for (let g = 0, i = 0; g < blocks; g++) {
      const block = head * blocks + g;
      mean.fill(0);
      let count = 0;
      for (; i < N && blockOf(i, N, blocks) === g; i++, count++) {
        for (let a = 0; a < d; a++) mean[a] += own[2 * i * dp + a];
      }
      const scale = 1 / (Math.max(1, count) * Math.sqrt(d));
      for (let j = 0; j < N; j++) {
        let score = 0;
        for (let a = 0; a < d; a++) score += mean[a] * own[(2 * j + 1) * dp + a];
        to[block * N + j] = from.fields[head * N + j] + scale * score;
      }
    }
  }
}

/**
 * The gradient of `spreadBlocks`: from that of the heads of all blocks, `[S, H, G, ...]`, that of the heads themselves, fresh.
 *
 * `dq_i += sum_j dh_gj k_j / (n_g sqrt d)` for the n_g queries of block g, `dk_j += dh_gj mean_g / sqrt d`; the rest adds up.
 */
export function gatherBlocks(
  { samples, heads, tokens: N, width: d }: HeadShape,
  blocks: number,
  packed: Floats,
  from: ProblemGradient,
): ProblemGradient {
  const dp = roundUp4(d), places = samples * heads * N;
  const queries = new Float64Array(places * d), keys = new Float64Array(places * d), fields = new Float64Array(places);
  const mean = new Float64Array(d), pull = new Float64Array(d);
  for (let head = 0; head < samples * heads; head++) {
    const own = packed.subarray(head * N * 2 * dp), to = head * N * d;
    for (let g = 0, first = 0, end = 0; g < blocks; g++, first = end) {
      while (end < N && blockOf(end, N, blocks) === g) end++;
      const at = (head * blocks + g) * N, scale = 1 / (Math.max(1, end - first) * Math.sqrt(d));
      mean.fill(0);
      pull.fill(0);
      for (let i = first; i < end; i++) for (let a = 0; a < d; a++) mean[a] += scale * own[2 * i * dp + a];
      for (let j = 0; j < N; j++) {
        const dh = from.fields[at + j];
        fields[head * N + j] += dh;
        for (let a = 0; a < d; a++) {
          pull[a] += scale * dh * own[(2 * j + 1) * dp + a];
          queries[to + j * d + a] += from.queries[(at + j) * d + a];
          keys[to + j * d + a] += from.keys[(at + j) * d + a] + dh * mean[a];
        }
      }
      for (let i = first; i < end; i++) for (let a = 0; a < d; a++) queries[to + i * d + a] += pull[a];
    }
  }
  return { queries, keys, fields };
}

/** What the readout with a neighbour reads, of a run. */
export interface NearReads {
  /** q, k and v of every token. */
  readonly rows: Floats;
  /** h `[S, H, N]`, or `[S, H, G, N]` where every block has its own. */
  readonly fields: Floats;
  /** True: `fields` are those of every block. @default {false} */
  readonly byBlock?: boolean;
  /** x, `[S, H, G, N]`. */
  readonly chosen: Bytes;
  /** Probabilities `[S, H, N, N4]`, for those that keep them. */
  readonly p: Floats;
  /** Biases of the neighbour, `[H]`. */
  readonly r: Floats;
  /** Factor of all biases of a head, as the queries have it already. @default {1} */
  readonly scale?: Float64Array;
}

/** Where the gradients of that readout go. */
export interface NearSlopes {
  /** Of `rows`, written whole. */
  readonly drows: Floats;
  /** Of a positional field, added to. */
  readonly dpositional: Floats | null;
  /** Of r, added to. */
  readonly dr: Float64Array;
  /** Of the logarithm of `scale`, as far as biases go, added to. */
  readonly da?: Float64Array;
  /** Of the fields of every block, `[S, H, G, N]`, written whole; `drows` has their sum beside it. */
  readonly dfields?: Float64Array;
}

/** Reads the chosen keys of a head and block, and a neighbour; `padded` of a run counts what a sample takes of p. */
export interface NearReadout {
  /** Adds the readout of a run to y. */
  forward(run: SampleRun, shape: HeadShape, layout: RowLayout, reads: NearReads, y: Floats): void;
  /** Gradient of `forward`, called last for the same reads, with the selection held; `through` false: none to the fields. */
  backward(
    run: SampleRun,
    shape: HeadShape,
    layout: RowLayout,
    reads: NearReads,
    dy: Floats,
    to: NearSlopes,
    through: boolean,
  ): void;
}

/**
 * The readout in which a query reads the chosen keys of its head and block and one neighbour of its own:
 * `y_i += sum_j softmax_j(q_i . k_j / sqrt d + [j chosen] h_j + [j = near_t(i)] r_t) v_j`, biases times `scale` of the head.
 *
 * A query that has neither reads itself. Cost O(n d) a query for n keys; memory `2 H N^2` numbers a sample, and `H N^2` in p, which keeps
 * the probabilities: `GatheredNear` is the one for many tokens.
 */
export class NearSoftmax implements NearReadout {
  readonly #kernels: Kernels;
  readonly #heads: number;
  readonly #neighbours: Neighbours;
  readonly #blocks: number;
  readonly #lists: KeyLists;
  readonly #bias: Floats;
  readonly #scratch: Floats;

  constructor(kernels: Kernels, { samples, tokens, heads, width }: BlockShape, neighbours: Neighbours, blocks: number) {
    const places = samples * heads * tokens * roundUp4(tokens);
    this.#kernels = kernels;
    this.#heads = heads;
    this.#neighbours = neighbours;
    this.#blocks = blocks;
    this.#lists = {
      keys: kernels.uint32(places),
      starts: kernels.uint32(samples * heads * (tokens + 1)),
      counts: kernels.uint32(samples * heads * tokens),
      ...{ perSample: heads, perHead: 1 },
    };
    this.#bias = kernels.float32(places);
    this.#scratch = kernels.float32(7 * tokens * roundUp4(width) + 2 * roundUp4(tokens));
  }

  /** The arrays of a run, from its first sample on. */
  #views({ row, first, padded }: SampleRun) {
    const H = this.#heads, { keys, starts, counts, ...steps } = this.#lists;
    return {
      lists: {
        ...steps,
        keys: keys.subarray(padded * H),
        starts: starts.subarray((row + first) * H),
        counts: counts.subarray(row * H),
      },
      bias: this.#bias.subarray(padded * H),
    };
  }

  forward(
    run: SampleRun,
    shape: HeadShape,
    layout: RowLayout,
    { rows, fields, chosen, p, r, scale, byBlock = false }: NearReads,
    y: Floats,
  ): void {
    const { lists, bias } = this.#views(run), { keys, starts, counts } = lists;
    const N = run.tokens, H = this.#heads, G = this.#blocks, near = this.#neighbours.of(N), own = new Int32Array(N);
    let at = 0;
    for (let set = 0; set < run.samples * H; set++) {
      const t = set % H, gain = scale?.[t] ?? 1;
      let n = 0, block = -1;
      for (let i = 0; i < N; i++) {
        const next = near[t][i], mine = set * G + blockOf(i, N, G);
        if (mine !== block) {
          block = mine;
          n = 0;
          for (let j = 0; j < N; j++) if (chosen[block * N + j]) own[n++] = j;
        }
        starts[set * (N + 1) + i] = at;
        const h = (byBlock ? block : set) * N;
        let count = n;
        for (let e = 0; e < n; e++) {
          keys[at + e] = own[e];
          bias[at + e] = gain * (fields[h + own[e]] + (own[e] === next ? r[t] : 0));
        }
        if (n === 0 || next >= 0 && !chosen[block * N + next]) {
          keys[at + n] = next >= 0 ? next : i;
          bias[at + n] = next >= 0 ? gain * r[t] : 0;
          count++;
        }
        counts[set * N + i] = count;
        const end = at + roundUp4(count);
        for (let e = at + count; e < end; e++) keys[e] = bias[e] = 0;
        at = end;
      }
      starts[set * (N + 1) + N] = at;
    }
    this.#kernels.listedAttention(shape, layout, false, lists, rows, p, y, this.#scratch, bias);
  }

  backward(
    run: SampleRun,
    shape: HeadShape,
    layout: RowLayout,
    { rows, fields: h, chosen, p, r, scale, byBlock = false }: NearReads,
    dy: Floats,
    { drows, dpositional, dr, da, dfields }: NearSlopes,
    through: boolean,
  ): void {
    const { lists, bias } = this.#views(run), { keys, starts, counts } = lists;
    const N = run.tokens, H = this.#heads, G = this.#blocks, near = this.#neighbours.of(N), { stride, fields } = layout;
    this.#kernels.listedAttentionBackward(shape, layout, false, lists, rows, p, dy, this.#scratch, drows, bias);
    for (let row = 0; row < run.samples * N; row++) drows.fill(0, row * stride + fields, row * stride + fields + H);
    const df = new Float64Array(N);
    for (let set = 0; set < run.samples * H; set++) {
      const t = set % H, first = (set - t) / H * N, gain = scale?.[t] ?? 1;
      df.fill(0);
      dfields?.fill(0, set * G * N, (set + 1) * G * N);
      for (let i = 0; i < N; i++) {
        const at = starts[set * (N + 1) + i], block = set * G + blockOf(i, N, G);
        for (let e = 0; e < counts[set * N + i]; e++) {
          const j = keys[at + e], slope = gain * bias[at + e], reads = j === near[t][i], chose = chosen[block * N + j];
          if (reads) dr[t] += slope;
          if (chose) df[j] += slope;
          if (chose && dfields) dfields[block * N + j] += slope;
          if (da) da[t] += slope * ((chose ? h[(byBlock ? block : set) * N + j] : 0) + (reads ? r[t] : 0));
        }
      }
      for (let j = 0; through && j < N; j++) {
        drows[(first + j) * stride + fields + t] = df[j];
        if (dpositional) dpositional[t * N + j] += df[j];
      }
    }
  }
}
