import { assertEquals } from "@std/assert";
import { centralDifferences } from "../testing/_central_differences.ts";
import { gatedSoftmaxTwin, type GatedTwinInputs } from "../testing/_gated_softmax_twin.ts";
import { assertTensorClose, couplingsTwin } from "../testing/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { GateSlopes } from "./_gate_slopes.ts";
import { neighbours } from "./_near_softmax.ts";
import { bothKernels, normals, place } from "./_test_blocks.ts";
import type { BlockShape } from "./block.ts";

// float32 shares
const TOLERANCE = 2e-5;

/** Slopes of random heads, by the kernels and as the inputs of their twin; without queries where the readout is to be one of gates alone. */
function example(
  { samples, heads, tokens: N, width: d }: BlockShape,
  blocks: number,
  nearby: boolean,
  x: Uint8Array,
  flips = false,
  still = false,
) {
  const D = heads * d, stride = 3 * D + heads, layout = { stride, keys: D, values: 2 * D, fields: 3 * D };
  const rows = normals(samples * N * stride, 1), dy = normals(samples * N * D, 2), r = normals(heads, 3);
  const near = Array.from({ length: heads }, (_, t) => neighbours(N, t, "square"));
  // with fields this far apart one token of a block has nearly all of the weight
  if (flips) rows.forEach((value, at) => rows[at] = at % stride >= 3 * D ? 6 * value : value);
  if (still) rows.forEach((_, at) => at % stride < D ? rows[at] = 0 : 0);
  const head = (part: number) =>
    Float64Array.from({ length: samples * N * D }, (_, at) => {
      const s = Math.floor(at / (N * D)), t = Math.floor(at / (N * d)) % heads, i = Math.floor(at / d) % N;
      return rows[(s * N + i) * stride + part * D + t * d + at % d];
    });
  const h = Float64Array.from({ length: samples * heads * N }, (_, at) => {
    return rows[(Math.floor(at / (heads * N)) * N + at % N) * stride + 3 * D + Math.floor(at / N) % heads];
  });
  const twin: GatedTwinInputs = {
    ...{ shape: { batch: samples, heads, tokens: N, modelWidth: D }, q: head(0), k: head(1), v: head(2), h, blocks },
    neighbours: nearby ? { r, near: (t, i) => near[t][i] } : null,
  };
  const found = bothKernels().map((kernels) => {
    const gates = new GateSlopes(kernels, { samples, heads, tokens: N, width: d }, layout, blocks, flips);
    const packed = kernels.float32(samples * heads * N * 2 * roundUp4(d)), fields = kernels.float32(h.length);
    const [own, chosen] = [place(kernels, rows), kernels.uint8(x.length)];
    chosen.set(x);
    kernels.packHeads({ samples, heads, tokens: N, width: d }, layout, own, null, packed, fields);
    const shape = { samples, heads, tokens: N, width: d };
    const to = nearby ? { near, r: place(kernels, r) } : null;
    return gates.of(shape, { rows: own, packed, fields, chosen }, place(kernels, dy), to);
  });
  return { twin, dy, found };
}

for (const [nearby, blocks] of [[false, 1], [true, 1], [true, 3]] as const) {
  Deno.test(`GateSlopes are the derivatives of ${nearby ? "nearSoftmax" : "selectedSoftmax"} by its gates, chosen or not: ${blocks} blocks`, () => {
    for (const [samples, heads, tokens, width] of [[2, 2, 5, 3], [1, 3, 9, 5], [1, 1, 70, 4]]) {
      const rng = new Rng(7, tokens);
      // every block chooses something
      const x = Uint8Array.from({ length: samples * heads * blocks * tokens }, (_, at) => {
        return at % tokens === 1 || rng.uniform() < 0.3 ? 1 : 0;
      });
      const { twin, dy, found } = example({ samples, heads, tokens, width }, blocks, nearby, x);
      const gates = Float64Array.from(x);
      const loss = () => gatedSoftmaxTwin(twin, gates).reduce((sum, y, at) => sum + y * dy[at], 0);
      const expected = centralDifferences(loss, gates);
      for (const slopes of found) assertTensorClose(slopes, expected, TOLERANCE);
    }
  });
}

for (const [nearby, blocks] of [[false, 1], [true, 1], [true, 3]] as const) {
  const readout = nearby ? "nearSoftmax" : "selectedSoftmax";
  Deno.test(`GateSlopes of flips are what choosing a token changes, all others held: ${readout}, ${blocks} blocks`, () => {
    const rng = new Rng(8, blocks);
    // two tokens a block at least, so that something is read whichever gate is shut
    const x = Uint8Array.from({ length: 2 * blocks * 6 }, (_, at) => at % 3 === 1 || rng.uniform() < 0.3 ? 1 : 0);
    const shape = { samples: 1, heads: 2, tokens: 6, width: 3 };
    // the bias of the selected softmax has no couplings without queries, and so no derivative
    const { twin, dy, found } = example(shape, blocks, nearby, x, true, !nearby), gates = Float64Array.from(x);
    const loss = () => gatedSoftmaxTwin(twin, gates).reduce((sum, y, at) => sum + y * dy[at], 0);
    const changes = gates.map((gate, at) => {
      const [shut, open] = [0, 1].map((value) => {
        gates[at] = value;
        return loss();
      });
      gates[at] = gate;
      return open - shut;
    });
    for (const slopes of found) assertTensorClose(slopes, changes, TOLERANCE);
  });
}

Deno.test("GateSlopes of flips of the selected softmax have the derivative through its bias beside them", () => {
  const x = Uint8Array.of(1, 0, 1, 1, 0), shape = { samples: 1, heads: 1, tokens: 5, width: 3 };
  const { twin, dy, found } = example(shape, 1, false, x, true), total = Float64Array.from(x);
  const all = () => gatedSoftmaxTwin(twin, total).reduce((sum, y, i) => sum + y * dy[i], 0);
  const derivatives = centralDifferences(all, total);
  // with f held at what it is, flips and derivatives are those of a softmax with given biases
  const J = couplingsTwin(twin.q, twin.k, { batch: 1, heads: 1, tokens: 5 }).J, n = 3;
  const f = twin.h.map((h, j) => h + x.reduce((sum, own, m) => sum + own * J[j * 5 + m] / n, 0));
  const far = { r: [0], near: () => -1 }, at = Float64Array.from(x);
  const loss = () => gatedSoftmaxTwin({ ...twin, h: f, neighbours: far }, at).reduce((sum, y, i) => sum + y * dy[i], 0);
  const slopes = centralDifferences(loss, at);
  const changes = at.map((gate, j) => {
    const [shut, open] = [0, 1].map((value) => {
      at[j] = value;
      return loss();
    });
    at[j] = gate;
    return open - shut;
  });
  const expected = changes.map((change, j) => change + derivatives[j] - slopes[j]);
  for (const own of found) assertTensorClose(own, expected, TOLERANCE);
});

Deno.test("GateSlopes of queries that read nothing are what a token would change as the only one", () => {
  const shape = { samples: 1, heads: 1, tokens: 3, width: 2 };
  const product = (v: Float64Array, j: number, dy: Float64Array, i: number) => {
    return v[2 * j] * dy[2 * i] + v[2 * j + 1] * dy[2 * i + 1];
  };
  // the first of a sequence has no neighbour before it, and reads itself; with three blocks each query has its own
  const { twin: { v }, dy, found } = example(shape, 3, true, new Uint8Array(9));
  const change = [0, 1, 2].map((j) => product(v, j, dy, 0) - product(v, 0, dy, 0));
  for (const slopes of found) assertTensorClose(slopes.slice(0, 3), change, TOLERANCE);
  const none = example(shape, 1, false, new Uint8Array(3));
  const sums = [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, i) => sum + product(none.twin.v, j, none.dy, i), 0));
  for (const slopes of none.found) assertTensorClose(slopes, sums, TOLERANCE);
});

Deno.test("GateSlopes of a token that alone can be read: no derivative, and a flip that changes all there is", () => {
  const open = (flips: boolean) =>
    example({ samples: 1, heads: 1, tokens: 1, width: 2 }, 1, false, Uint8Array.of(1), flips);
  for (const [slope] of open(false).found) assertEquals(Math.abs(slope) < 1e-6, true);
  const { twin: { v }, dy, found } = open(true);
  for (const slopes of found) assertTensorClose(slopes, [v[0] * dy[0] + v[1] * dy[1]], TOLERANCE);
});
