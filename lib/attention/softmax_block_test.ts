import { assert, assertEquals } from "@std/assert";
import { GATHERED_TOKENS, type Kernels, wasmKernels } from "../kernels/mod.ts";
import { bindBlock, normals, place } from "./_test_blocks.ts";
import { valuesOf } from "./_test_peers.ts";
import { type BlockShape, softmaxBlock } from "./mod.ts";

const HEADS = 2, WIDTH = 3, D = HEADS * WIDTH;

/** y, dx and all gradients of samples of these lengths. */
function run(kernels: Kernels, shape: BlockShape, lengths: Int32Array, X: Float64Array, G: Float64Array) {
  const { block, gradients } = bindBlock(kernels, softmaxBlock, shape, valuesOf(softmaxBlock, shape));
  const [y, dx] = [kernels.float32(X.length), kernels.float32(X.length)];
  block.forward(lengths.length, place(kernels, X), y, 7, 100, lengths);
  block.backward(lengths.length, place(kernels, G), dx);
  block.collect();
  return { y: y.slice(), dx: dx.slice(), ...gradients };
}

Deno.test("softmaxBlock() for 1,024 tokens or more reads samples of any length to the bits of blocks that keep their probabilities", () => {
  const lengths = Int32Array.of(130, 1, 3, 3, 700, 64), rows = lengths.reduce((sum, n) => sum + n, 0);
  const [X, G] = [normals(rows * D, 20), normals(rows * D, 21)];
  const [kept, tiled] = [700, GATHERED_TOKENS].map((tokens) =>
    run(
      wasmKernels({ bytes: 2 ** 26 }),
      { samples: lengths.length, heads: HEADS, tokens, width: WIDTH },
      lengths,
      X,
      G,
    )
  );
  assertEquals(tiled, kept);
});

Deno.test("softmaxBlock() keeps probabilities of fewer than 1,024 tokens, and none of more", () => {
  const taken = (tokens: number, heads: number) => {
    const kernels = wasmKernels({ bytes: 2 ** 27 }), before = kernels.used;
    softmaxBlock(kernels, { samples: 1, tokens, heads, width: 4 });
    return kernels.used - before;
  };
  for (const heads of [1, 3]) {
    const kept = taken(GATHERED_TOKENS - 1, heads) - (heads + 1) * 4 * (GATHERED_TOKENS - 1) * GATHERED_TOKENS;
    assert(
      kept > 0 && kept < 2 ** 20,
      `${kept} bytes beside a number a pair of tokens and head, and scratch of as many`,
    );
    // probabilities and their gradients of 64 queries, and less than half as much beside
    const tile = 2 * 64 * 4 * GATHERED_TOKENS, many = taken(GATHERED_TOKENS, heads);
    assert(many > tile && many < 1.5 * tile + heads * 2 ** 18, `${many} bytes`);
    assert(taken(2 * GATHERED_TOKENS, heads) < 2.1 * many);
  }
});
