import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { assertClose, performerTwin, softmaxAttentionTwin } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, PEER_SHAPES, twinInputs, valuesOf } from "./_test_peers.ts";
import { performerBlock, performerFeatures } from "./mod.ts";

Deno.test("performerBlock() is attention through its features, gradients included", () => {
  for (const shape of PEER_SHAPES) {
    for (const features of [1, 5, 16]) {
      const open: Open = (kernels, shape) => performerBlock(kernels, shape, { features, seed: 4 });
      const w = performerFeatures(features, shape.width, 4);
      compareWithTwin(open, shape, (X, values) => performerTwin(twinInputs(shape, X, values), w));
    }
  }
});

Deno.test("performerBlock() comes closer to softmax attention by 1 / sqrt m", () => {
  const shape = { samples: 2, heads: 2, tokens: 16, width: 8 };
  const size = shape.samples * shape.tokens * 16;
  const X = normals(size, 5);
  const errors = [16, 256, 4096].map((features) => {
    let squares = 0;
    for (let seed = 0; seed < 6; seed++) {
      const open: Open = (kernels, shape) => performerBlock(kernels, shape, { features, seed });
      const values = valuesOf(open, shape);
      // queries and keys of length 1 or so: the variance of a feature grows with the exponential of their squares
      values.Wqkv = values.Wqkv.map((value, i) => i < 2 * 16 * 16 ? Math.fround(value / 4) : value);
      const kernels = bothKernels()[1];
      const { output } = runBlock(bindBlock(kernels, open, shape, values), X, X);
      const exact = softmaxAttentionTwin(twinInputs(shape, X, values)).output;
      squares += output.reduce((sum, value, i) => sum + (value - exact[i]) ** 2, 0) /
        exact.reduce((sum, value) => sum + value ** 2, 0) / 6;
    }
    return Math.sqrt(squares);
  });
  // 0.125, 0.035 and 0.007 were seen: sixteen times the features, a quarter of the error; six seeds tell it to within a third
  for (const i of [1, 2]) assert(errors[i] < 0.4 * errors[i - 1] && errors[i] > 0.15 * errors[i - 1], `${errors}`);
});

Deno.test("performerFeatures() are orthogonal d at a time, normal each, and repeat by seed", () => {
  const [d, m] = [6, 15];
  const w = performerFeatures(m, d, 3);
  const product = (r: number, s: number) =>
    w.subarray(r * d, r * d + d).reduce((sum, v, a) => sum + v * w[s * d + a], 0);
  for (let r = 0; r < m; r++) {
    for (let s = r - r % d; s < r; s++) assertClose(product(r, s), 0, { rtol: 0, atol: 1e-12 });
  }
  assert(Math.abs(product(0, d)) > 1e-3);
  assertEquals(performerFeatures(m, d, 3), w);
  assertNotEquals(performerFeatures(m, d, 4), w);
  assertEquals(performerFeatures(7, d, 3), w.slice(0, 7 * d));
  // squares of 1,200 normal numbers: mean 1, standard error sqrt(2 / 1200) = 0.041, 4 sigma 0.16
  let mean = 0;
  for (let seed = 0; seed < 100; seed++) performerFeatures(2, d, seed).forEach((v) => mean += v * v / 1200);
  assertClose(mean, 1, { rtol: 0, atol: 0.16 });
});

Deno.test("performerBlock() stays finite where scores are far beyond what an exponential holds", () => {
  const shape = { samples: 1, heads: 1, tokens: 5, width: 4 };
  const open: Open = (kernels, shape) => performerBlock(kernels, shape);
  const values = valuesOf(open, shape);
  values.Wqkv = values.Wqkv.map((value, i) => i < 32 ? 300 * value : value);
  for (const kernels of bothKernels()) {
    const { output, dx } = runBlock(bindBlock(kernels, open, shape, values), normals(20, 1), normals(20, 2));
    for (const value of [...output, ...dx]) assert(Number.isFinite(value));
  }
});

Deno.test("performerBlock() refuses what it cannot take", () => {
  const [kernels] = bothKernels();
  const shape = { samples: 1, heads: 1, tokens: 5, width: 4 };
  assertThrows(
    () => performerBlock(kernels, shape, { features: 0 }),
    RangeError,
    "features must be an integer of 1 or",
  );
  assertThrows(() => performerBlock(kernels, shape, { seed: -1 }), RangeError, "seed must be an integer of 0 or more");
  assertThrows(() => performerBlock(kernels, shape, { m: 3 } as object), TypeError, "there is no option m");
});
