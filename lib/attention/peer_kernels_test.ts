import { assertEquals } from "@std/assert";
import { assertTensorClose } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { type Open, valuesOf } from "./_test_peers.ts";
import { bigbirdBlock, linformerBlock, longformerBlock, performerBlock, reformerBlock } from "./mod.ts";

const PEERS: Record<string, Open> = {
  longformer: (kernels, shape) => longformerBlock(kernels, shape),
  bigbird: (kernels, shape) => bigbirdBlock(kernels, shape),
  linformer: (kernels, shape) => linformerBlock(kernels, shape),
  performer: (kernels, shape) => performerBlock(kernels, shape),
  reformer: (kernels, shape) => reformerBlock(kernels, shape),
};

for (const [name, open] of Object.entries(PEERS)) {
  for (const [heads, width] of [[8, 8], [2, 13]]) {
    Deno.test(`${name} of 64 tokens is the same in both kinds of kernels, ${heads} heads of ${width}, and repeats`, () => {
      const shape = { samples: 2, heads, tokens: 64, width };
      const values = valuesOf(open, shape);
      const [X, G] = [30, 31].map((stream) => normals(2 * 64 * heads * width, stream));
      const run = (which: number) => runBlock(bindBlock(bothKernels()[which], open, shape, values), X, G);
      const [typescript, wasm] = [run(0), run(1)];
      assertTensorClose(wasm.output, typescript.output, 5e-6);
      assertTensorClose(wasm.dx, typescript.dx, 2e-5);
      for (const key of Object.keys(values)) assertTensorClose(wasm.gradients[key], typescript.gradients[key], 2e-5);
      assertEquals(run(1), wasm);
    });
  }
}
