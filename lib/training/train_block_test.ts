import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { openOperator } from "./operators.ts";
import { train } from "./train.ts";
import { trainBlock } from "./train_block.ts";
import type { OpenBlock } from "./simple_vit.ts";
import type { OperatorName } from "./types.ts";

const data = await loadLongSequences("parity", { tokens: 12, trainCount: 60, testCount: 20 });
const open = (name: OperatorName): OpenBlock => (kernels, shape) =>
  openOperator(name, kernels, shape, { sweeps: 20, seed: 1, data: "texts" });

Deno.test("trainBlock() trains as train() does, but for rounding", async () => {
  for (const operator of ["mha", "none", "qamaSelected", "nearSchedule"] as const) {
    const expected = await train(data, { operator, epochs: 2, workers: 1 });
    const found = await trainBlock(data, open(operator), { epochs: 2 });
    assertEquals(found?.parameters, expected.parameters);
    found?.epochs.forEach((epoch, i) => {
      assertClose(epoch.trainLoss, expected.epochs[i].trainLoss, { rtol: 1e-4, atol: 0 });
      assertClose(epoch.testLoss, expected.epochs[i].testLoss, { rtol: 1e-4, atol: 0 });
      assertClose(epoch.density ?? 0, expected.epochs[i].density ?? 0, { rtol: 0, atol: 0.02 });
    });
  }
});

Deno.test("trainBlock() gives the same numbers again, and others with another seed", async () => {
  const runs = [1, 1, 2].map((seed) => trainBlock(data, open("mha"), { epochs: 1, seed, heads: 4 }));
  const [first, again, other] = await Promise.all(runs);
  assertEquals(first?.epochs, again?.epochs);
  assert(first?.epochs[0].trainLoss !== other?.epochs[0].trainLoss);
});

Deno.test("trainBlock() says what the block takes, stops at a signal, and refuses what it cannot train", async () => {
  const found = await trainBlock(data, open("mha"), { epochs: 1 });
  assert(found && found.attentionBytes > 0 && found.attentionBytes < found.modelBytes);
  assertEquals((await trainBlock(data, () => null, { epochs: 1 }))?.attentionBytes, 0);
  assertEquals(await trainBlock(data, () => null, { epochs: 1, signal: AbortSignal.abort() }), null);
  await assertRejects(() => trainBlock(data, () => null, { epochs: 0 }), RangeError, "epochs must be an integer of 1");
  await assertRejects(() => trainBlock(data, () => null, { epochs: 1, heads: 3 }), RangeError, "3 heads do not divide");
  await assertRejects(() => trainBlock(data, open("mha"), { epochs: 1, bytes: 1000 }), RangeError, "bytes are left");
});
