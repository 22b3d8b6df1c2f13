// The TypeScript twin of assembly/listed_attention.ts.
import type { Floats } from "./arena.ts";
import type { HeadShape, KeyLists, RowLayout } from "./heads.ts";
import { softmaxRows, softmaxRowsBackward } from "./_rows.ts";

type Layout = Pick<RowLayout, "stride" | "keys" | "values">;

/** One query of one head of one sample: where its row, its list and its probabilities start. */
interface Query {
  readonly sample: number;
  readonly head: number;
  readonly i: number;
  /** The keys of the list. */
  readonly list: Uint32Array;
  /** First of its probabilities. */
  readonly at: number;
}

function* queriesOf({ samples, heads, tokens: N }: HeadShape, lists: KeyLists): Generator<Query> {
  let places = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (let head = 0; head < heads; head++) {
      const set = sample * lists.perSample + head * lists.perHead;
      const starts = lists.starts.subarray(set * (N + 1), (set + 1) * (N + 1));
      for (let i = 0; i < N; i++) {
        const count = lists.counts[set * N + i];
        const list = lists.keys.subarray(starts[i], starts[i] + count);
        yield { sample, head, i, list, at: places + starts[i] - starts[0] };
      }
      places += starts[N] - starts[0];
    }
  }
}

/** Copies the keys of a head, `[N, d]`, each divided by its length if `unit`; and the inverse lengths. */
function keysOf(shape: HeadShape, layout: Layout, unit: boolean, rows: Floats, sample: number, head: number) {
  const { tokens: N, width: d } = shape;
  const k = new Float32Array(N * d), inverse = new Float32Array(N).fill(1);
  for (let j = 0; j < N; j++) {
    const from = (sample * N + j) * layout.stride + layout.keys + head * d;
    let square = 0;
    for (let a = 0; a < d; a++) square += rows[from + a] ** 2;
    if (unit) inverse[j] = 1 / Math.sqrt(square + 1e-24);
    for (let a = 0; a < d; a++) k[j * d + a] = rows[from + a] * inverse[j];
  }
  return { k, inverse };
}

export function listedAttention(
  shape: HeadShape,
  layout: Layout,
  unit: boolean,
  lists: KeyLists,
  rows: Floats,
  p: Floats,
  y: Floats,
  _scratch: Floats,
  bias?: Floats,
): void {
  const { heads, tokens: N, width: d } = shape;
  let keys: ReturnType<typeof keysOf> | undefined;
  for (const { sample, head, i, list, at } of queriesOf(shape, lists)) {
    if (i === 0 || !keys) keys = keysOf(shape, layout, unit, rows, sample, head);
    const q = (sample * N + i) * layout.stride + head * d;
    for (let e = 0; e < list.length; e++) {
      let dot = 0;
      for (let a = 0; a < d; a++) dot += rows[q + a] * keys.k[list[e] * d + a];
      p[at + e] = dot + (bias ? Math.sqrt(d) * bias[at + e] : 0);
    }
    softmaxRows(1, list.length, list.length, p.subarray(at), 1 / Math.sqrt(d));
    for (let a = 0; a < d; a++) {
      let sum = 0;
      list.forEach((j, e) => sum += p[at + e] * rows[(sample * N + j) * layout.stride + layout.values + head * d + a]);
      y[(sample * N + i) * heads * d + head * d + a] += sum;
    }
  }
}

export function listedAttentionBackward(
  shape: HeadShape,
  layout: Layout,
  unit: boolean,
  lists: KeyLists,
  rows: Floats,
  p: Floats,
  dy: Floats,
  _scratch: Floats,
  drows: Floats,
  dbias?: Floats,
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  drows.fill(0, 0, samples * N * layout.stride);
  let keys: ReturnType<typeof keysOf> | undefined;
  let dk = new Float64Array(N * d);
  for (const { sample, head, i, list, at } of queriesOf(shape, lists)) {
    if (i === 0 || !keys) {
      keys = keysOf(shape, layout, unit, rows, sample, head);
      dk = new Float64Array(N * d);
    }
    const own = sample * N * layout.stride + head * d, q = own + i * layout.stride;
    const g = (sample * N + i) * heads * d + head * d;
    const slope = new Float32Array(list.length + 3);
    list.forEach((j, e) => {
      const v = own + j * layout.stride + layout.values;
      for (let a = 0; a < d; a++) {
        slope[e] += dy[g + a] * rows[v + a];
        drows[v + a] += p[at + e] * dy[g + a];
      }
    });
    softmaxRowsBackward(1, list.length, list.length, p.subarray(at), slope, 1 / Math.sqrt(d));
    for (let e = 0; dbias && e < list.length; e++) dbias[at + e] = Math.sqrt(d) * slope[e];
    for (let e = 0; e < list.length; e++) {
      for (let a = 0; a < d; a++) {
        drows[q + a] += slope[e] * keys.k[list[e] * d + a];
        dk[list[e] * d + a] += slope[e] * rows[q + a];
      }
    }
    if (i === N - 1) keysBackward(shape, layout, unit, keys, dk, drows.subarray(own + layout.keys));
  }
}

/** Adds the gradient of the keys, through the division by their lengths if `unit`. */
function keysBackward(
  { tokens: N, width: d }: HeadShape,
  layout: Layout,
  unit: boolean,
  { k, inverse }: ReturnType<typeof keysOf>,
  dk: Float64Array,
  to: Floats,
): void {
  for (let j = 0; j < N; j++) {
    let dot = 0;
    for (let a = 0; a < d; a++) dot += unit ? k[j * d + a] * dk[j * d + a] : 0;
    for (let a = 0; a < d; a++) to[j * layout.stride + a] += inverse[j] * (dk[j * d + a] - dot * k[j * d + a]);
  }
}
