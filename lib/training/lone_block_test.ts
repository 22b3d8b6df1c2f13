import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { annealedSelection, noTokens, qamaBlock, qamaV2, softmaxBlock } from "../attention/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertTensorClose, softmaxAttentionTwin } from "../testing/mod.ts";
import { openLoneBlock } from "./mod.ts";

const shape = { tokens: 6, heads: 2, width: 4 };
const rng = new Rng(5);
const x = Float32Array.from({ length: 6 * 8 }, () => rng.normal());

Deno.test("openLoneBlock() runs softmax attention of its own weights: the twin's output, beside the input", () => {
  const { block, forward } = openLoneBlock(softmaxBlock, shape);
  const [gamma, beta, Wqkv] = weightsOf(1);
  const sizes = { batch: 1, heads: 2, tokens: 6, modelWidth: 8 };
  const { output } = softmaxAttentionTwin({ shape: sizes, X: Float64Array.from(x), Wqkv, ln: { gamma, beta } });
  const expected = output.map((value, i) => value + x[i]);
  assertTensorClose(forward(x), expected, 2e-5);
  assertEquals(block.chosen, null);
});

/** What `openLoneBlock` draws: constants, then stream 2 of the seed. */
function weightsOf(seed: number): Float64Array[] {
  const draw = new Rng(seed, 2), bound = 1 / Math.sqrt(8);
  const W = Float32Array.from({ length: 3 * 8 * 8 }, () => bound * (2 * draw.uniform() - 1));
  return [new Float64Array(8).fill(1), new Float64Array(8), Float64Array.from(W)];
}

Deno.test("openLoneBlock() gives the same output for the same seeds, another for another, and x where nothing is chosen", () => {
  const open =
    (solver = annealedSelection()) =>
    (kernels: Parameters<typeof softmaxBlock>[0], size: Parameters<typeof softmaxBlock>[1]) =>
      qamaBlock(kernels, size, qamaV2({ solver }));
  const first = openLoneBlock(open(), shape).forward(x).slice();
  assertEquals(openLoneBlock(open(), shape).forward(x), first);
  assertNotEquals(openLoneBlock(open(), shape, { seed: 2 }).forward(x), first);
  const nothing = openLoneBlock((kernels, size) => qamaBlock(kernels, size, qamaV2({ solver: noTokens() })), shape);
  assertEquals(nothing.forward(x), x);
});

Deno.test("openLoneBlock() counts what the block takes: softmax grows with the square of the tokens below 1,024, factored QAMA does not", () => {
  const solver = annealedSelection({ form: "factored" });
  const taken = (tokens: number) => [
    openLoneBlock(softmaxBlock, { tokens, heads: 2, width: 4 }).bytes,
    openLoneBlock((k, s) => qamaBlock(k, s, qamaV2({ solver })), { tokens, heads: 2, width: 4 }).bytes,
  ];
  const [few, many] = [taken(200), taken(800)];
  assert(many[0] > 12 * few[0] && many[1] < 4.5 * few[1], `${few} and ${many}`);
});

Deno.test("openLoneBlock() refuses an input of another size, and an arena that is too small", () => {
  const { forward } = openLoneBlock(softmaxBlock, shape);
  assertThrows(() => forward(x.subarray(1)), TypeError, "expected x of 48 entries, got 47");
  assertThrows(() => openLoneBlock(softmaxBlock, { ...shape, tokens: 1024 }, { bytes: 2 ** 16 }), RangeError);
});
