import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { openOperator } from "./operators.ts";
import { train } from "./train.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { type BlockCheckpoint, trainBlock } from "./train_block.ts";
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

/** Trains until it has reported so many times, or to the end. */
async function trainUntil(reports: number, operator: OperatorName, checkpoint: BlockCheckpoint) {
  const stop = new AbortController();
  return await trainBlock(data, open(operator), {
    ...{ epochs: 2, signal: stop.signal, checkpoint },
    onProgress: () => --reports === 0 && stop.abort(),
  });
}

Deno.test("trainBlock() stopped in steps and in tests, and resumed, ends with the numbers of an unbroken training", async () => {
  const folder = await Deno.makeTempDir();
  for (const operator of ["mha", "qamaSelected", "nearSchedule"] as const) {
    const unbroken = await trainUntil(Infinity, operator, { path: `${folder}/${operator}`, configuration: operator });
    const checkpoint = { path: `${folder}/${operator}-stopped`, configuration: operator };
    // three steps and twenty texts an epoch: the third stop is in the test of the first
    for (const reports of [1, 1, 5, 22]) assertEquals(await trainUntil(reports, operator, checkpoint), null);
    const kept = await readCheckpoint(checkpoint.path);
    assertEquals([kept?.epochs.length, kept?.step, kept?.optimiserStep], [1, 2, 5]);
    const resumed = await trainUntil(Infinity, operator, checkpoint);
    assertEquals(resumed?.epochs, unbroken?.epochs);
    const [one, other] = await Promise.all([checkpoint.path, `${folder}/${operator}`].map(readCheckpoint));
    assertEquals(one?.arrays, other?.arrays);
    assert(resumed!.trainMs > kept!.clocks.trainMs && resumed!.processorMs > kept!.clocks.processorMs!);
  }
});

Deno.test("trainBlock() that dies goes on from the last write, and gives a finished training as it is", async () => {
  const folder = await Deno.makeTempDir(), checkpoint = { path: `${folder}/a`, configuration: "a", everyMs: 0 };
  const unbroken = await trainBlock(data, open("mha"), { epochs: 2 });
  let steps = 0;
  const dies = trainBlock(data, open("mha"), {
    ...{ epochs: 2, checkpoint },
    onProgress: () => {
      if (++steps === 3) throw new Error("power cut");
    },
  });
  await assertRejects(() => dies, Error, "power cut");
  assertEquals((await readCheckpoint(checkpoint.path))?.step, 2);
  const resumed = await trainBlock(data, open("mha"), { epochs: 2, checkpoint });
  assertEquals(resumed?.epochs, unbroken?.epochs);
  const shares: number[] = [], onProgress = (share: number) => shares.push(share);
  assertEquals(await trainBlock(data, open("mha"), { epochs: 2, checkpoint, onProgress }), resumed);
  assertEquals(shares, []);
});

Deno.test("trainBlock() refuses a checkpoint of another configuration, of more epochs, of another model", async () => {
  const folder = await Deno.makeTempDir(), checkpoint = { path: `${folder}/a`, configuration: "a" };
  await trainBlock(data, open("mha"), { epochs: 2, checkpoint });
  const refused = (kind: typeof RangeError | typeof TypeError, message: string, more: object, name: OperatorName) =>
    assertRejects(() => trainBlock(data, open(name), { epochs: 2, checkpoint, ...more }), kind, message);
  const other = { checkpoint: { ...checkpoint, configuration: "b" } };
  await refused(TypeError, "another configuration, a", other, "mha");
  await refused(RangeError, "it holds 2 epochs, 1 were asked for", { epochs: 1 }, "mha");
  const never = { checkpoint: { ...checkpoint, everyMs: NaN } };
  await refused(RangeError, "checkpoint.everyMs must be a number of 0 or more, got NaN", never, "mha");
  await refused(TypeError, "weights, the model has", {}, "none");
});

Deno.test("trainBlock() tells shares that rise to 1, a text of a test for a third of one of training", async () => {
  const shares: number[] = [];
  await trainBlock(data, open("none"), { epochs: 2, onProgress: (share) => shares.push(share) });
  assertEquals([shares.length, shares.at(-1)], [46, 1]);
  assert(shares.every((share, i) => i === 0 || share > shares[i - 1]));
  assertClose(shares[3] - shares[2], 1 / 3 / (2 * (60 + 20 / 3)), { rtol: 1e-9, atol: 0 });
});

Deno.test("trainBlock() ends with an error where its only step leaves no number to test", async () => {
  const options = { epochs: 1, batchSize: 60, learningRate: 1e30 };
  await assertRejects(
    () => trainBlock(data, open("none"), options),
    RangeError,
    "loss of the test is NaN after step 1;",
  );
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
