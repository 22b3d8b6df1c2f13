import { assert, assertEquals } from "@std/assert";
import { assertTensorClose } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, place } from "./_test_blocks.ts";
import { PEER_SHAPES, valuesOf } from "./_test_peers.ts";
import { softmaxBlock, uniformBlock } from "./mod.ts";

Deno.test("uniformBlock() is softmaxBlock() without queries: output, gradients of x, of the norm and of the values' weights, samples of any length", () => {
  for (const shape of PEER_SHAPES) {
    const D = shape.heads * shape.width,
      lengths = Int32Array.from({ length: shape.samples }, (_, s) => shape.tokens - s);
    const rows = lengths.reduce((sum, n) => sum + n, 0), [X, G] = [normals(rows * D, 20), normals(rows * D, 21)];
    const values = valuesOf(uniformBlock, shape), without = { ...values, Wqkv: values.Wqkv.slice().fill(0, 0, D * D) };
    for (const kernels of bothKernels()) {
      const [uniform, softmax] = ([[uniformBlock, values], [softmaxBlock, without]] as const).map(([open, own]) => {
        const { block, gradients } = bindBlock(kernels, open, shape, own);
        const [y, dx] = [place(kernels, X), kernels.float32(X.length)];
        block.forward(lengths.length, place(kernels, X), y, 1, 0, lengths);
        block.backward(lengths.length, place(kernels, G), dx);
        block.collect();
        return { y, dx, gradients };
      });
      assert(softmax.dx.some((slope) => Math.abs(slope) > 1e-3));
      assertTensorClose(uniform.y, softmax.y, 1e-5);
      assertTensorClose(uniform.dx, softmax.dx, 1e-5);
      for (const name of ["gain", "shift"]) assertTensorClose(uniform.gradients[name], softmax.gradients[name], 1e-5);
      const own = uniform.gradients.Wqkv;
      assertTensorClose(own.subarray(2 * D * D), softmax.gradients.Wqkv.subarray(2 * D * D), 1e-5);
      assertEquals(own.subarray(0, 2 * D * D).some((slope) => slope !== 0), false);
    }
  }
});
