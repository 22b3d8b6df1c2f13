import { assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertTensorClose } from "../testing/mod.ts";
import type { HeadShape, KeyLists } from "./heads.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";
import { normals, onBoth } from "./_test_arrays.ts";

// float32 sums of some hundred products, each step off by a rounding: below 1e-6 of the largest entry, with a margin
const TOLERANCE = 5e-6;
const SHAPES: HeadShape[] = [[1, 1, 1, 1], [3, 2, 3, 2], [2, 2, 5, 3], [2, 3, 7, 4], [1, 2, 6, 9], [2, 2, 33, 8]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));
// central differences run over every entry: small shapes only
const SMALL = SHAPES.slice(0, 5);
const STEPS = [[0, 0], [0, 1], [1, 0], [1, 2]];

const wide = (values: ArrayLike<number>) => Float64Array.from(values);
const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => wide(x).reduce((sum, value, i) => sum + value * y[i], 0);

/** Random lists, `lists[set][query]`, and the places that all samples and heads take. */
function randomLists({ samples, heads, tokens }: HeadShape, [perSample, perHead]: number[]) {
  const rng = new Rng(8, tokens);
  const sets = 1 + (samples - 1) * perSample + (heads - 1) * perHead;
  const lists = Array.from({ length: sets }, () =>
    Array.from({ length: tokens }, () => {
      const all = Array.from({ length: tokens }, (_, j) => j).sort(() => rng.uniform() - 0.5);
      return all.slice(0, 1 + rng.integer(tokens));
    }));
  const room = lists.map((set) => set.reduce((sum, list) => sum + roundUp4(list.length), 0));
  let places = 0;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) places += room[s * perSample + t * perHead];
  }
  const place = (kernels: Kernels): KeyLists => {
    const total = room.reduce((sum, value) => sum + value, 0);
    const [keys, starts] = [kernels.uint32(total), kernels.uint32(sets * (tokens + 1))];
    const counts = kernels.uint32(sets * tokens);
    let at = 0;
    lists.forEach((set, number) => {
      set.forEach((list, i) => {
        starts[number * (tokens + 1) + i] = at;
        counts[number * tokens + i] = list.length;
        keys.set(list, at);
        at += roundUp4(list.length);
      });
      starts[number * (tokens + 1) + tokens] = at;
    });
    return { keys, starts, counts, perSample, perHead };
  };
  return { lists, places, place, perSample, perHead };
}

type Lists = ReturnType<typeof randomLists>;

/** The places of p that stand for a key of a list: what fills a list up is left out. */
function placesInLists({ samples, heads }: HeadShape, { lists, perSample, perHead }: Lists): Set<number> {
  const places = new Set<number>();
  let at = 0;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      for (const list of lists[s * perSample + t * perHead]) {
        list.forEach((_, e) => places.add(at + e));
        at += roundUp4(list.length);
      }
    }
  }
  return places;
}

/** Output `[S, N, D]` from the formula, in float64; biases stand where the kernels have them, list after padded list. */
function formula(
  shape: HeadShape,
  shared: boolean,
  { lists, perSample, perHead }: Lists,
  rows: Float64Array,
  bias: Float64Array,
) {
  const { samples, heads, tokens: N, width: d } = shape;
  const D = heads * d, stride = (shared ? 2 : 3) * D + 1;
  const y = new Float64Array(samples * N * D);
  let place = 0;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const part = (i: number, column: number) => {
        const from = (s * N + i) * stride + column + t * d;
        return rows.subarray(from, from + d);
      };
      const key = (j: number) => {
        const k = part(j, shared ? 0 : D);
        return shared ? k.map((value) => value / Math.hypot(...k)) : k;
      };
      for (let i = 0; i < N; i++) {
        const list = lists[s * perSample + t * perHead][i];
        const powers = list.map((j, e) => Math.exp(dot(part(i, 0), key(j)) / Math.sqrt(d) + bias[place + e]));
        place += roundUp4(list.length);
        const total = powers.reduce((sum, value) => sum + value, 0);
        list.forEach((j, e) => {
          part(j, (shared ? 1 : 2) * D).forEach((v, a) => y[(s * N + i) * D + t * d + a] += powers[e] / total * v);
        });
      }
    }
  }
  return y;
}

function example(shape: HeadShape, shared: boolean, steps: number[], biased = true) {
  const { samples, heads, tokens: N, width: d } = shape;
  const D = heads * d, stride = (shared ? 2 : 3) * D + 1;
  const layout = { stride, keys: shared ? 0 : D, values: (shared ? 1 : 2) * D };
  const lists = randomLists(shape, steps);
  const [rows, before, dy] = [stride, D, D].map((columns, stream) => normals(samples * N * columns, stream + N));
  const scratch = new Float32Array(7 * N * roundUp4(d) + 2 * roundUp4(N));
  const bias = biased ? normals(lists.places, 90 + N) : new Float32Array(lists.places);
  const given = [rows, new Float32Array(lists.places), before, dy, rows, bias, bias, scratch];
  const results = onBoth(given, (kernels, arrays) => {
    const [rows, p, y, dy, drows, bias, dbias, scratch] = arrays;
    const places = lists.place(kernels);
    const [from, to] = biased ? [bias, dbias] : [];
    kernels.listedAttention(shape, layout, shared, places, rows, p, y, scratch.subarray(0), from);
    kernels.listedAttentionBackward(shape, layout, shared, places, rows, p, dy, scratch, drows, to);
  });
  return { lists, rows, bias, before, dy, stride, D, results };
}

for (const shared of [false, true]) {
  const name = shared ? "keys that are queries made unit" : "keys of their own";
  Deno.test(`listedAttention() is the softmax over each list, with its biases, added to y, with ${name}`, () => {
    for (const shape of SHAPES) {
      for (const steps of STEPS) {
        for (const biased of [true, false]) {
          const { lists, rows, bias, before, results } = example(shape, shared, steps, biased);
          const expected = formula(shape, shared, lists, wide(rows), wide(bias)).map((value, i) => value + before[i]);
          for (const [left, , y] of results) {
            assertEquals(left, rows);
            assertTensorClose(y, expected, TOLERANCE);
          }
        }
      }
    }
  });

  Deno.test(`listedAttentionBackward() is the derivative of listedAttention() with ${name}`, () => {
    for (const shape of SMALL) {
      for (const steps of STEPS) {
        const { lists, rows, bias, dy, stride, D, results } = example(shape, shared, steps);
        const X = wide(rows), b = wide(bias);
        const value = () => dot(formula(shape, shared, lists, X, b), dy);
        const slope = centralDifferences(value, X), biasSlope = centralDifferences(value, b);
        const listed = placesInLists(shape, lists);
        for (const [, , , , drows, , dbias] of results) {
          const inList = (_: number, i: number) => listed.has(i);
          assertTensorClose(dbias.filter(inList), biasSlope.filter(inList), TOLERANCE);
          // what no query, key or value stands in is not written
          const mine = (_: number, i: number) => i % stride < (shared ? 2 : 3) * D;
          assertTensorClose(drows.filter(mine), slope.filter(mine), TOLERANCE);
        }
      }
    }
  });

  Deno.test(`listedAttention() and its gradient are the same in both kinds of kernels with ${name}`, () => {
    for (const shape of SHAPES) {
      const [typescript, wasm] = example(shape, shared, [1, 2]).results;
      [1, 2].forEach((which) => assertTensorClose(wasm[which], typescript[which], TOLERANCE));
    }
  });
}
