import { assertEquals } from "@std/assert";
import { bits, bothKernels, normals } from "./_test_arrays.ts";
import type { HeadShape, RowLayout } from "./heads.ts";
import { gatheredScratch } from "./gathered_scratch.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";

// a tile is 64 queries: fewer, as many, one more, several; widths and numbers of keys that are no multiples of four or eight
const SHAPES: readonly HeadShape[] = [[1, 1, 1, 1], [3, 2, 7, 3], [2, 3, 49, 8], [1, 2, 64, 5], [1, 2, 65, 16], [
  1,
  1,
  203,
  12,
]].map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));
const SHARES = [0.1, 0.4, 1, 0];

/** y, drows and dpositional of one way to read the chosen keys, forward and backward. */
function run(kernels: Kernels, which: "gathered" | "selected", shape: HeadShape, share: number, through: boolean) {
  const { samples: S, heads: H, tokens: N, width: d } = shape, D = H * d, places = S * H * N;
  const layout: RowLayout = { stride: 3 * D + H + 1, keys: D, values: 2 * D, fields: 3 * D };
  const put = (values: Float32Array) => {
    const array = kernels.float32(values.length);
    array.set(values);
    return array;
  };
  const rows = put(normals(S * N * layout.stride, 1)),
    y = put(normals(places * d, 2)),
    dy = put(normals(places * d, 3));
  const drows = put(normals(rows.length, 4)), dpositional = put(normals(H * N, 5));
  const packed = kernels.float32(places * 2 * roundUp4(d)), fields = kernels.float32(places);
  const chosen = kernels.uint8(places);
  chosen.set(bits(places, share, N + d));
  kernels.packHeads(shape, layout, rows, null, packed, fields);
  if (which === "gathered") {
    const room = put(normals(gatheredScratch(shape) + 16, 6)), scratch = room.subarray(0, gatheredScratch(shape));
    const bias = kernels.float32(places), guard = room.slice(scratch.length);
    kernels.gatheredSoftmax(shape, layout, rows, packed, fields, chosen, bias, y, scratch);
    scratch.set(normals(scratch.length, 7));
    kernels.gatheredSoftmaxBackward(
      ...[shape, layout, rows, packed, chosen, bias, dy, drows, dpositional, through, scratch] as const,
    );
    assertEquals(room.slice(scratch.length), guard);
  } else {
    const p = kernels.float32(S * H * N * roundUp4(N));
    const scratch = kernels.float32(4 * roundUp4(d) + N + 4 * d * N + N * roundUp4(N));
    kernels.selectedSoftmax(shape, layout, rows, packed, fields, chosen, p, y, scratch);
    kernels.selectedSoftmaxBackward(
      ...[shape, layout, rows, packed, chosen, p, dy, drows, dpositional, through, scratch] as const,
    );
  }
  return { y: y.slice(), drows: drows.slice(), dpositional: dpositional.slice() };
}

for (const shape of SHAPES) {
  const { samples, heads, tokens, width } = shape, sizes = `${samples} x ${heads} x ${tokens} x ${width}`;
  Deno.test(`gatheredSoftmax() and its gradient are the same bits in TypeScript and in WASM, ${sizes}`, () => {
    for (const share of SHARES) {
      for (const through of [true, false]) {
        const [typescript, wasm] = bothKernels().map((kernels) => run(kernels, "gathered", shape, share, through));
        assertEquals(wasm, typescript);
      }
    }
  });

  Deno.test(`gatheredSoftmax() and its gradient are the bits of selectedSoftmax(), ${sizes}`, () => {
    for (const share of SHARES) {
      for (const through of [true, false]) {
        const [gathered, selected] = (["gathered", "selected"] as const).map((which) =>
          run(bothKernels()[1], which, shape, share, through)
        );
        assertEquals(gathered, selected);
      }
    }
  });
}
