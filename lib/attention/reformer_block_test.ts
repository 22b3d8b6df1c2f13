import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { reformerTwin, type ReformerTwinHash } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, place, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, PEER_SHAPES, type Values, valuesOf } from "./_test_peers.ts";
import { type BlockShape, reformerBlock } from "./mod.ts";

/** The rotations that a call with this seed draws, of samples from stream 0 on. */
function rotationsOf(
  { samples, tokens, width }: BlockShape,
  rounds: number,
  chunk: number,
  seed = 1,
): ReformerTwinHash {
  const half = tokens <= chunk ? 0 : Math.ceil(tokens / chunk);
  const rotations = Array.from({ length: samples }, (_, s) => {
    const rng = new Rng(seed, s);
    return Array.from(
      { length: rounds },
      () => Float64Array.from({ length: width * half }, () => Math.fround(rng.normal())),
    );
  });
  return { chunk, rotations };
}

function twinOf(shape: BlockShape, hash: ReformerTwinHash) {
  const { samples, heads, tokens, width } = shape;
  return (X: Float64Array, values: Values) => {
    const sizes = { batch: samples, heads, tokens, modelWidth: heads * width };
    return reformerTwin({ shape: sizes, X, Wqv: values.Wqv, ln: { gamma: values.gain, beta: values.shift } }, hash);
  };
}

Deno.test("reformerBlock() is attention over the buckets of its rounds, gradients included", () => {
  for (const shape of PEER_SHAPES) {
    for (const [rounds, chunk] of [[1, 2], [2, 4], [3, 3]]) {
      const open: Open = (kernels, shape) => reformerBlock(kernels, shape, { rounds, chunk });
      compareWithTwin(open, shape, twinOf(shape, rotationsOf(shape, rounds, chunk)));
    }
  }
});

Deno.test("reformerBlock() with one bucket is full attention with shared queries and keys, without the token itself", () => {
  for (const shape of [...PEER_SHAPES, { samples: 2, heads: 1, tokens: 1, width: 3 }]) {
    const open: Open = (kernels, shape) => reformerBlock(kernels, shape, { chunk: shape.tokens });
    const { samples, heads, tokens: N, width: d } = shape;
    const D = heads * d;
    compareWithTwin(open, shape, (X, { Wqv, gain, shift }) => {
      const Y = new Float64Array(samples * N * D);
      const norm = (row: number) => {
        const x = X.subarray(row * D, row * D + D);
        const mean = x.reduce((sum, value) => sum + value / D, 0);
        const variance = x.reduce((sum, value) => sum + (value - mean) ** 2 / D, 0);
        return x.map((value, a) => (value - mean) / Math.sqrt(variance + 1e-5) * gain[a] + shift[a]);
      };
      const project = (row: number, from: number) => {
        const x = norm(row);
        return Float64Array.from(
          { length: d },
          (_, o) => x.reduce((sum, v, a) => sum + v * Wqv[(from + o) * D + a], 0),
        );
      };
      for (let s = 0; s < samples; s++) {
        for (let t = 0; t < heads; t++) {
          const q = Array.from({ length: N }, (_, i) => project(s * N + i, t * d));
          const v = Array.from({ length: N }, (_, i) => project(s * N + i, D + t * d));
          for (let i = 0; i < N; i++) {
            const weights = q.map((k, j) => {
              const score = k.reduce((sum, value, a) => sum + value * q[i][a], 0) / Math.hypot(...k) / Math.sqrt(d);
              return j === i && N > 1 ? 0 : Math.exp(score);
            });
            const total = weights.reduce((sum, weight) => sum + weight, 0);
            weights.forEach((weight, j) =>
              v[j].forEach((value, a) => Y[(s * N + i) * D + t * d + a] += weight / total * value)
            );
          }
        }
      }
      return Y;
    });
  }
});

Deno.test("reformerBlock() hashes by the call's seed and each sample's stream", () => {
  const shape = { samples: 2, heads: 2, tokens: 40, width: 4 };
  const open: Open = (kernels, shape) => reformerBlock(kernels, shape, { chunk: 8 });
  const [X, values] = [normals(2 * 40 * 8, 1), valuesOf(open, shape)];
  for (const kernels of bothKernels()) {
    const bound = bindBlock(kernels, open, shape, values);
    const first = runBlock(bound, X, X, 5).output;
    assertEquals(runBlock(bound, X, X, 5).output, first);
    assertNotEquals(runBlock(bound, X, X, 6).output, first);
    const [x, alone] = [place(kernels, X.subarray(320)), kernels.float32(320)];
    bound.block.forward(1, x, alone, 5, 1);
    assertEquals(alone, first.subarray(320));
    bound.block.forward(1, x, alone.fill(0), 5, 0);
    assert(alone.some((value, i) => value !== first[320 + i]));
  }
});

Deno.test("reformerBlock() refuses what it cannot take", () => {
  const [kernels] = bothKernels();
  const shape = { samples: 1, heads: 1, tokens: 5, width: 4 };
  assertThrows(
    () => reformerBlock(kernels, shape, { rounds: 0 }),
    RangeError,
    "rounds must be an integer of 1 or more",
  );
  assertThrows(() => reformerBlock(kernels, shape, { buckets: 3 } as object), TypeError, "there is no option buckets");
});
