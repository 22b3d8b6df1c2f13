import { assertEquals } from "@std/assert";
import { assertTensorClose } from "../testing/mod.ts";
import { bothKernels, normals } from "./_test_arrays.ts";
import type { HeadShape } from "./heads.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";
import { TiledSoftmax } from "./tiled_softmax.ts";

// a tile is 64 queries: fewer, as many, one more, several, many; sizes that are no multiples of four or eight
const SHAPES: readonly HeadShape[] = [[1, 1, 1, 1], [3, 2, 7, 3], [2, 3, 49, 8], [1, 2, 64, 5], [2, 2, 65, 16], [
  ...[2, 2, 203, 3],
], [1, 1, 1100, 12]].map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));

/** y and drows from arrays that are not empty, and whether the rows behind the last are left alone. */
function run(kernels: Kernels, which: "tiled" | "kept", shape: HeadShape) {
  const { samples: S, heads: H, tokens: N, width: d } = shape, D = H * d;
  const put = (length: number, stream: number) => {
    const array = kernels.float32(length);
    array.set(normals(length, stream));
    return array;
  };
  const rows = put(S * N * 3 * D, 1),
    y = put(S * N * D + 8, 2),
    dy = put(S * N * D, 3),
    drows = put(rows.length + 8, 4);
  if (which === "tiled") {
    // made for more tokens than there are, and used before
    const tiled = new TiledSoftmax(kernels, N + 5), longer = { samples: 1, heads: 1, tokens: N + 5, width: 1 };
    tiled.forward(longer, put(3 * (N + 5), 5), put(N + 5, 6));
    tiled.forward(shape, rows, y);
    tiled.backward(shape, rows, dy, drows);
  } else {
    const wide = roundUp4(N), p = put(S * H * N * wide, 7);
    kernels.softmaxAttention(shape, rows, p, y);
    kernels.softmaxAttentionBackward(shape, rows, p, dy, put(N * wide, 8), drows);
  }
  return { y: y.slice(), drows: drows.slice() };
}

for (const shape of SHAPES) {
  const sizes = [shape.samples, shape.heads, shape.tokens, shape.width].join(" x ");
  Deno.test(`TiledSoftmax gives the bits of softmaxAttention() and its gradient in WASM, the numbers in TypeScript, ${sizes}`, () => {
    const [typescript, wasm] = bothKernels();
    const expected = run(wasm, "kept", shape);
    assertEquals(run(wasm, "tiled", shape), expected);
    const { y, drows } = run(typescript, "tiled", shape);
    assertTensorClose(y, expected.y, 5e-6);
    assertTensorClose(drows, expected.drows, 5e-6);
  });
}
