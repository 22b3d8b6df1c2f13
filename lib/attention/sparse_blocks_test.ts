import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { typescriptKernels } from "../kernels/mod.ts";
import { assertTensorClose, linformerTwin, maskedAttentionTwin } from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, PEER_SHAPES, twinInputs, valuesOf } from "./_test_peers.ts";
import {
  bigbirdBlock,
  bigbirdKeys,
  type BlockShape,
  linformerBlock,
  longformerBlock,
  longformerKeys,
  softmaxBlock,
} from "./mod.ts";

const SHAPE = { samples: 2, heads: 2, tokens: 11, width: 5 };

/** Output and gradients from equal values of the parameters that both have. */
function runsOf(open: Open, shape: BlockShape, more: Record<string, ArrayLike<number>> = {}) {
  const size = shape.samples * shape.tokens * shape.heads * shape.width;
  const values = { ...valuesOf(softmaxBlock, shape), ...more };
  return bothKernels().map((kernels) =>
    runBlock(bindBlock(kernels, open, shape, values), normals(size, 30), normals(size, 31))
  );
}

function assertSameRuns(actual: ReturnType<typeof runsOf>, expected: ReturnType<typeof runsOf>, tolerance: number) {
  actual.forEach(({ output, dx, gradients }, which) => {
    assertTensorClose(output, expected[which].output, tolerance);
    assertTensorClose(dx, expected[which].dx, tolerance);
    for (const [name, gradient] of Object.entries(expected[which].gradients)) {
      assertTensorClose(gradients[name], gradient, tolerance);
    }
  });
}

Deno.test("longformerBlock() is softmax attention over |i - j| <= w / 2 and the global tokens, gradients included", () => {
  for (const shape of PEER_SHAPES) {
    for (const [window, globalTokens] of [[4, 0], [2, 2], [100, 0]]) {
      const open: Open = (kernels, shape) => longformerBlock(kernels, shape, { window, globalTokens });
      const reads = (_head: number, i: number, j: number) =>
        2 * Math.abs(i - j) <= window || i < globalTokens || j < globalTokens;
      compareWithTwin(open, shape, (X, values) => maskedAttentionTwin(twinInputs(shape, X, values), reads));
    }
  }
});

Deno.test("bigbirdBlock() is softmax attention over the keys of bigbirdKeys(), gradients included", () => {
  const options = { blockSize: 2, windowBlocks: 1, randomBlocks: 1, globalBlocks: 1, seed: 3 };
  for (const shape of PEER_SHAPES) {
    const open: Open = (kernels, shape) => bigbirdBlock(kernels, shape, options);
    const lists = Array.from({ length: shape.heads }, (_, head) => bigbirdKeys(shape.tokens, head, options));
    const reads = (head: number, i: number, j: number) => lists[head][i].includes(j);
    compareWithTwin(open, shape, (X, values) => maskedAttentionTwin(twinInputs(shape, X, values), reads));
  }
});

Deno.test("longformerBlock() and bigbirdBlock() that read everything are softmax attention, at any length", () => {
  for (const tokens of [1, 2, 11]) {
    const shape = { ...SHAPE, tokens };
    const expected = runsOf(softmaxBlock, shape);
    const window = 2 * Math.max(1, tokens - 1);
    assertSameRuns(runsOf((k, s) => longformerBlock(k, s, { window }), shape), expected, 5e-6);
    assertSameRuns(runsOf((k, s) => longformerBlock(k, s, { globalTokens: tokens }), shape), expected, 5e-6);
    assertSameRuns(runsOf((k, s) => bigbirdBlock(k, s, { blockSize: 16 }), shape), expected, 5e-6);
    assertSameRuns(runsOf((k, s) => bigbirdBlock(k, s, { randomBlocks: 99 }), shape), expected, 5e-6);
  }
  const missing = runsOf((k, s) => longformerBlock(k, s, { window: 18 }), SHAPE);
  assertThrows(() => assertSameRuns(missing, runsOf(softmaxBlock, SHAPE), 5e-6));
});

Deno.test("longformerKeys() of 64 tokens and a window of 16 are 17 keys but at the ends", () => {
  const lists = longformerKeys(64);
  assertEquals(lists.map(({ length }) => length).slice(0, 10), [9, 10, 11, 12, 13, 14, 15, 16, 17, 17]);
  assertEquals(lists[40], Array.from({ length: 17 }, (_, e) => 32 + e));
});

Deno.test("bigbirdKeys() are the window, the global blocks and r others, drawn by seed, head and length", () => {
  const lists = bigbirdKeys(64, 0);
  const random = (seed: number, head: number) => {
    const lists = bigbirdKeys(64, head, { seed });
    return lists.flatMap((list, i) => {
      const own = Math.floor(i / 2);
      const blocks = [...new Set(list.map((j) => Math.floor(j / 2)))];
      if (own === 0 || own === 31) return [];
      assertEquals(list.length, 2 * blocks.length);
      for (const block of [0, own - 1, own, own + 1, 31]) assert(blocks.includes(block));
      return [blocks.filter((block) => block !== 0 && block !== 31 && Math.abs(block - own) > 1)];
    });
  };
  for (const i of [0, 1, 62, 63]) assertEquals(lists[i].length, 64);
  for (const drawn of random(1, 0)) assertEquals(drawn.length, 3);
  assertEquals(random(1, 0), random(1, 0));
  assertNotEquals(random(1, 0), random(2, 0));
  assertNotEquals(random(1, 0), random(1, 1));
  // each of the 27 to 28 others is drawn with p = 3 / 27.5: over 60 x 40 tokens a block has np = 262, 4 sigma = 61
  const counts = new Array(32).fill(0);
  for (let seed = 0; seed < 40; seed++) random(seed, 0).forEach((drawn) => drawn.forEach((block) => counts[block]++));
  for (const count of counts.slice(3, 29)) assert(Math.abs(count - 250) < 80, `${count}`);
});

Deno.test("linformerBlock() is softmax over projected keys and values, gradients included", () => {
  for (const shape of PEER_SHAPES) {
    for (const projected of [1, 3, 8]) {
      const open: Open = (kernels, shape) => linformerBlock(kernels, shape, { projected });
      compareWithTwin(
        open,
        shape,
        (X, values) => linformerTwin({ ...twinInputs(shape, X, values), E: values.E, F: values.F }),
      );
    }
  }
});

Deno.test("linformerBlock() with the identity for both projections is softmax attention", () => {
  const { tokens } = SHAPE;
  const identity = Float32Array.from({ length: tokens * tokens }, (_, at) => at % (tokens + 1) === 0 ? 1 : 0);
  const open: Open = (kernels, shape) => linformerBlock(kernels, shape, { projected: tokens });
  assertSameRuns(runsOf(open, SHAPE, { E: identity, F: identity }), runsOf(softmaxBlock, SHAPE), 5e-6);
});

Deno.test("linformerBlock() projects to a quarter of the tokens unless told otherwise", () => {
  const shapes = linformerBlock(typescriptKernels(), { ...SHAPE, tokens: 64 }).parameters.map(({ shape }) => shape);
  assertEquals(shapes.slice(3), [[16, 64], [16, 64]]);
});

Deno.test("the sparse blocks refuse options that they cannot take, saying which", () => {
  const kernels = typescriptKernels();
  const cases: [() => unknown, typeof RangeError | typeof TypeError, string][] = [
    [
      () => longformerBlock(kernels, SHAPE, { window: 3 }),
      RangeError,
      "window must be an even integer of 2 or more, got 3",
    ],
    [() => longformerBlock(kernels, SHAPE, { globalTokens: -1 }), RangeError, "globalTokens must be an integer of 0"],
    [() => bigbirdBlock(kernels, SHAPE, { windowBlocks: 2 }), RangeError, "windowBlocks must be odd, got 2"],
    [
      () => bigbirdBlock(kernels, SHAPE, { blockSize: 0 }),
      RangeError,
      "blockSize must be an integer of 1 or more, got 0",
    ],
    [() => linformerBlock(kernels, SHAPE, { projected: 0.5 }), RangeError, "projected must be an integer of 1 or more"],
    [() => linformerBlock(kernels, SHAPE, { k: 1 } as object), TypeError, "there is no option k"],
    [() => longformerBlock(kernels, { ...SHAPE, heads: 0 }), RangeError, "heads must be an integer of 1 or more"],
  ];
  for (const [call, type, text] of cases) assertThrows(call, type, text);
});
