import { assertEquals } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, place } from "./_test_blocks.ts";
import { annealedSelection, attentionEnergies, qamaBlock, qamaSelected, qamaV2, sizeOf, tokenEnergies } from "./mod.ts";

const shape = { samples: 3, heads: 4, tokens: 9, width: 5 };
const weights = { coupling: 0.7, field: 1.3, overlap: 0.4, cardinality: { k: 3, weight: 0.9 } };

function problemOf(stream: number) {
  const { samples: batch, heads, tokens, width } = shape;
  const values = (n: number, s: number) => Float32Array.from(normals(n, stream + s));
  const size = batch * heads * tokens;
  const arrays = { queries: values(size * width, 0), keys: values(size * width, 1), fields: values(size, 2) };
  return { batch, heads, tokens, width, weights, ...arrays };
}

Deno.test("tokenEnergies() adds up to the energy without its cardinality term, and is 0 where nothing is chosen", () => {
  const problem = problemOf(40);
  const size = shape.samples * shape.heads * shape.tokens;
  const chosen = Uint8Array.from({ length: size }, (_, at) => (at * 7) % 5 < 2 ? 1 : 0);
  const shares = tokenEnergies(problem, chosen);
  const { cardinality: _none, ...without } = weights;
  const energies = attentionEnergies({ ...problem, weights: without }, chosen);
  const each = size / shape.samples;
  energies.forEach((energy, b) => {
    const sum = shares.subarray(b * each, (b + 1) * each).reduce((total, share) => total + share, 0);
    assertClose(sum, energy, { rtol: 1e-12, atol: 1e-12 });
  });
  assertEquals(shares.every((share, at) => chosen[at] === 1 || share === 0), true);
});

for (const [name, options] of [["qamaV2", qamaV2()], ["qamaSelected", qamaSelected()]] as const) {
  Deno.test(`AttentionBlock.problem() of ${name} is what the block solved: the solver chooses the same again`, () => {
    for (const kernels of bothKernels()) {
      const open = () => qamaBlock(kernels, shape, options);
      const values = Object.fromEntries(open().parameters.map((p, i) => [p.name, normals(sizeOf(p.shape), i)]));
      const { block } = bindBlock(kernels, open, shape, values);
      const x = place(kernels, normals(shape.samples * shape.tokens * shape.heads * shape.width, 30));
      block.forward(shape.samples, x, kernels.float32(x.length), 7, 11);
      const problem = block.problem?.(shape.samples);
      if (problem === undefined || block.chosen === null) throw new Error("the block selects nothing");
      const again = annealedSelection().solve(problem, { seed: 7, firstStream: 11 });
      assertEquals([...again.chosen], [...block.chosen]);
      assertEquals(problem.weights, options.weights(shape));
    }
  });
}
