import { assertEquals } from "@std/assert";
import { centralDifferences } from "../testing/_central_differences.ts";
import { gatedSoftmaxTwin, type GatedTwinInputs } from "../testing/_gated_softmax_twin.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { GateSlopes } from "./_gate_slopes.ts";
import { neighbours } from "./_near_softmax.ts";
import { bothKernels, normals, place } from "./_test_blocks.ts";
import type { BlockShape } from "./block.ts";

// float32 shares
const TOLERANCE = 2e-5;

/** Slopes of random heads, by the kernels and as the inputs of their twin. */
function example({ samples, heads, tokens: N, width: d }: BlockShape, blocks: number, nearby: boolean, x: Uint8Array) {
  const D = heads * d, stride = 3 * D + heads, layout = { stride, keys: D, values: 2 * D, fields: 3 * D };
  const rows = normals(samples * N * stride, 1), dy = normals(samples * N * D, 2), r = normals(heads, 3);
  const near = Array.from({ length: heads }, (_, t) => neighbours(N, t, "square"));
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
    const gates = new GateSlopes(kernels, { samples, heads, tokens: N, width: d }, layout, blocks);
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

Deno.test("GateSlopes of a query that can read one token alone are 0 for it", () => {
  const { found } = example({ samples: 1, heads: 1, tokens: 1, width: 2 }, 1, false, Uint8Array.of(1));
  for (const [slope] of found) assertEquals(Math.abs(slope) < 1e-6, true);
});
