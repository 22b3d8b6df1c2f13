import { assertEquals, assertThrows } from "@std/assert";
import { nearSoftmaxTwin } from "../testing/_near_softmax_twin.ts";
import { assertClose, givenSelection } from "../testing/mod.ts";
import { Rng } from "../random/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, twinInputs, valuesOf } from "./_test_peers.ts";
import { neighbours } from "./_near_softmax.ts";
import { type BlockShape, qamaBlock, qamaNear, qamaSelected } from "./mod.ts";

const SHAPES: BlockShape[] = [[3, 2, 5, 3], [1, 3, 9, 5], [2, 9, 4, 2], [2, 1, 1, 4]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));

Deno.test("neighbours() are left, right, above, below on a square, and before and after in a sequence", () => {
  // 0 1 2 / 3 4 5 / 6 7 8
  const nine = (head: number) => [...neighbours(9, head, "square")];
  assertEquals(nine(0), [-1, 0, 1, -1, 3, 4, -1, 6, 7]);
  assertEquals(nine(3), [3, 4, 5, 6, 7, 8, -1, -1, -1]);
  assertEquals(nine(7), [4, 5, -1, 7, 8, -1, -1, -1, -1]);
  assertEquals(nine(8), nine(0));
  assertEquals([...neighbours(4, 0, "sequence")], [-1, 0, 1, 2]);
  assertEquals([...neighbours(4, 3, "sequence")], [2, 3, -1, -1]);
  // five tokens are no square
  assertEquals(neighbours(5, 1, "square"), neighbours(5, 1, "sequence"));
});

Deno.test("qamaBlock() with nearSoftmax reads the chosen keys and a neighbour, gradients included", () => {
  for (const [grid, queryBlocks] of [["square", 1], ["sequence", 1], ["square", 3]] as const) {
    for (const shape of SHAPES) {
      const { samples, heads, tokens } = shape, rng = new Rng(5, tokens);
      // the first head of the first sample chooses nothing, so that some queries read themselves
      const x = Array.from(
        { length: samples * heads * queryBlocks * tokens },
        (_, i) => i >= tokens && rng.uniform() < 0.4 ? 1 : 0,
      );
      const options = {
        ...qamaSelected({ solver: givenSelection(x) }),
        readout: "nearSoftmax",
        grid,
        queryBlocks,
      } as const;
      const open: Open = (kernels, shape) => qamaBlock(kernels, shape, options);
      compareWithTwin(open, shape, (X, values) => {
        const { e, p, r } = values;
        const near = (t: number, i: number) => neighbours(tokens, t, grid)[i];
        return nearSoftmaxTwin({ ...twinInputs(shape, X, values), e, p, r }, x, near, queryBlocks);
      });
    }
  }
});

Deno.test("qamaBlock() with nearSoftmax has a bias a head, from 3, and refuses another grid", () => {
  const [kernels] = bothKernels(), shape = SHAPES[0];
  const options = { ...qamaSelected(), readout: "nearSoftmax" } as const;
  assertEquals(qamaBlock(kernels, shape, options).parameters.at(-1), {
    ...{ name: "r", shape: [2], initial: { constant: 3 } },
  });
  assertThrows(
    () => qamaBlock(kernels, shape, { ...options, grid: "hexagons" as "square" }),
    RangeError,
    "grid must be sequence or square, got hexagons",
  );
});

Deno.test("qamaNear() gives every block of queries a problem of its own, with the mean score of the block in its fields", () => {
  const [kernels] = bothKernels(), shape = { samples: 2, heads: 2, tokens: 5, width: 3 }, G = 2;
  const bound = bindBlock(kernels, (kernels, shape) => qamaBlock(kernels, shape, qamaNear({ queryBlocks: G })), shape, {
    ...valuesOf((kernels, shape) => qamaBlock(kernels, shape, qamaNear({ queryBlocks: G })), shape),
  });
  const X = normals(2 * 5 * 6, 3);
  runBlock(bound, X, X);
  const { queries, keys, fields, heads } = bound.block.problem!(2);
  assertEquals([heads, bound.block.selections, bound.block.chosen?.length], [4, 2, 2 * 4 * 5]);
  const score = (head: number, i: number, j: number) => {
    let sum = 0;
    for (let a = 0; a < 3; a++) sum += queries[(head * 5 + i) * 3 + a] * keys[(head * 5 + j) * 3 + a];
    return sum / Math.sqrt(3);
  };
  // tokens 0, 1, 2 are block 0, tokens 3, 4 block 1: the same fields h, another mean of scores
  for (let head = 0; head < 8; head += 2) {
    for (let j = 0; j < 5; j++) {
      const means = [[0, 1, 2], [3, 4]].map((block) =>
        block.reduce((sum, i) => sum + score(head, i, j) / block.length, 0)
      );
      const h = [0, 1].map((g) => fields[(head + g) * 5 + j] - means[g]);
      assertClose(h[0], h[1], { rtol: 0, atol: 1e-5 });
    }
  }
  assertThrows(
    () => qamaBlock(kernels, shape, qamaNear({ queryBlocks: 0 })),
    RangeError,
    "queryBlocks must be an integer",
  );
  assertThrows(
    () => qamaBlock(kernels, shape, { ...qamaSelected(), queryBlocks: 2 }),
    RangeError,
    "1 but for nearSoftmax",
  );
  assertThrows(() => qamaNear({ share: 0 }), RangeError, "share must be above 0 and at most 1, got 0");
});
