import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { BlockTrainer } from "./block_trainer.ts";
import { openOperator } from "./operators.ts";
import type { OpenBlock } from "./simple_vit.ts";
import { TrainingTeam } from "./team.ts";
import { textShapeOf } from "./_text_shape.ts";

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

Deno.test("BlockTrainer.step() moves the kept averages of a block as TrainingTeam.step() does, and no other way", async () => {
  const plan = { shape: textShapeOf(data), operator: "qamaV1", sweeps: 5, seed: 1 } as const;
  const team = await TrainingTeam.open(plan, data, 3, 1), before = team.state().weights;
  const trainer = new BlockTrainer(data, (k, shape) => openOperator("qamaV1", k, shape, { ...plan, data: "texts" }), {
    // too small for Adam to move a weight of any size
    learningRate: 1e-30,
  });
  assertEquals(trainer.parameters, team.trainable);
  for (const step of [1, 2]) {
    team.step(batch.texts, 0, step, 0);
    trainer.step(batch);
  }
  const expected = team.state().weights, found = trainer.state().weights;
  team.close();
  for (let i = 0; i < found.length; i++) assertClose(found[i], expected[i], { rtol: 1e-5, atol: 1e-6 });
  // mean and variance of three norms of one head
  assertEquals(found.filter((weight, i) => Math.abs(weight - before[i]) > 1e-6).length, 6);
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
  for (const progress of [-0.1, 1.1, NaN]) {
    const text = `progress must be from 0 to 1, got ${progress}`;
    assertThrows(() => trainer.step({ ...batch, progress }), RangeError, text);
    assertThrows(() => trainer.test(progress), RangeError, text);
  }
  assertThrows(() => new BlockTrainer(data, open, { width: 8 } as object), TypeError, "there is no option width");
  const features = { model: "some model", width: 4, trainPath: "", testPath: "" };
  assertThrows(() => new BlockTrainer({ ...data, features }, open), TypeError, "have frozen features of some model");
  assertThrows(() => new BlockTrainer(data, open, { learningRate: 0 }), RangeError, "learningRate must be a positive");
});
