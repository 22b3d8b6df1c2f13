import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { BlockTrainer } from "./block_trainer.ts";
import { openOperator } from "./operators.ts";
import type { OpenBlock } from "./simple_vit.ts";

const data = await loadLongSequences("parity", { tokens: 12, trainCount: 8, testCount: 4 });
const open: OpenBlock = (kernels, shape) => openOperator("mha", kernels, shape, { sweeps: 20, seed: 1, data: "texts" });
const batch = { texts: Int32Array.of(3, 1, 2), firstStream: 0 };

Deno.test("BlockTrainer.step() lowers the loss of its texts, by as much as the learning rate lets it", () => {
  const losses = (learningRate: number) => {
    const trainer = new BlockTrainer(data, open, { learningRate, heads: 4 });
    return Array.from({ length: 12 }, () => trainer.step(batch).loss);
  };
  const learned = losses(3e-3), still = losses(1e-30);
  assert(learned.at(-1)! < 0.9 * learned[0]);
  assertEquals(still, Array(12).fill(learned[0]));
});

Deno.test("BlockTrainer.test() counts all test texts, and what is chosen where something chooses", () => {
  const found = new BlockTrainer(data, open).test();
  assert(found.loss > 0 && found.hits >= 0 && found.hits <= 4);
  assertEquals([found.density, new BlockTrainer(data, () => null).test().density], [null, null]);
});

Deno.test("BlockTrainer refuses texts that there are not, and options that it does not know", () => {
  const trainer = new BlockTrainer(data, () => null);
  for (const texts of [[], [8], [-1]]) {
    const step = { texts: Int32Array.from(texts), firstStream: 0 };
    assertThrows(() => trainer.step(step), RangeError, `from 0 to 7, got ${texts[0] ?? "none"}`);
  }
  assertThrows(() => new BlockTrainer(data, open, { width: 8 } as object), TypeError, "there is no option width");
  assertThrows(() => new BlockTrainer(data, open, { learningRate: 0 }), RangeError, "learningRate must be a positive");
});
