import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { wasmKernels } from "../kernels/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { stripePictures } from "./_example_pictures.ts";
import { type ModelPlan, openOperator, SimpleVit, TrainingTeam } from "./mod.ts";

const data = stripePictures(80, 20);
const SHAPE = { rows: 8, columns: 8, channels: 1, classes: 2 };
const PLAN: ModelPlan = { shape: SHAPE, operator: "qamaV2", sweeps: 5, seed: 3 };

/** Sum of the losses of pictures that go through the starting model one by one, picture s with stream `stream(s)`. */
function lossOneByOne(split: typeof data.test, pictures: Int32Array, stream: (s: number) => number): number {
  const kernels = wasmKernels();
  const model = new SimpleVit(kernels, SHAPE, (k, shape) => openOperator(PLAN.operator, k, shape, PLAN), 1);
  model.initialise(PLAN.seed);
  const labels = kernels.uint8(1), totals = kernels.float64(2);
  pictures.forEach((picture, s) => {
    labels[0] = split.labels[picture];
    model.forward(split.images.subarray(64 * picture), 1, PLAN.seed, stream(s));
    model.score(1, labels, totals);
  });
  return totals[0];
}

Deno.test("TrainingTeam.step() solves picture s of the batch with stream s from the one given", async () => {
  const team = await TrainingTeam.open(PLAN, data, 80, 1);
  // parts of ten pictures are more than one micro-batch
  const pictures = Int32Array.from({ length: 80 }, (_, s) => (7 * s + 3) % 80);
  const stream = 2 ** 33 + 5;
  const { loss } = team.step(pictures, stream, 1, 0);
  team.close();
  const right = lossOneByOne(data.train, pictures, (s) => stream + s);
  // the same float32 losses summed in another order; other streams choose other tokens
  assertClose(loss, right, { rtol: 1e-6, atol: 0 });
  const wrong = lossOneByOne(data.train, pictures, (s) => stream + s % 8);
  assert(Math.abs(wrong - right) > 1e-3 * right, `${wrong} is too near ${right} to tell`);
});

Deno.test("TrainingTeam.evaluate() solves test picture s with stream 2^40 + s, apart from training", async () => {
  const team = await TrainingTeam.open(PLAN, data, 80, 1);
  const { loss, chosen } = team.evaluate();
  assertEquals(team.evaluate().loss, loss);
  assert(chosen > 0 && chosen < team.places);
  team.close();
  const all = Int32Array.from({ length: 20 }, (_, s) => s);
  const right = lossOneByOne(data.test, all, (s) => 2 ** 40 + s);
  assertClose(loss, right, { rtol: 1e-6, atol: 0 });
  assert(Math.abs(lossOneByOne(data.test, all, (s) => s) - right) > 1e-3 * right);
});

Deno.test("TrainingTeam tells a block what share of training is done, in steps and tests, and refuses what is no share", async () => {
  // 64 tokens, of which half are asked for at first and 10 at the end
  const larger = stripePictures(16, 16, 32), shape = { ...SHAPE, rows: 32, columns: 32 };
  const team = await TrainingTeam.open({ ...PLAN, shape, operator: "nearSchedule" }, larger, 16, 1);
  const density = (...progress: number[]) => team.evaluate(...progress).chosen / team.places;
  const [start, end] = [density(0), density(1)];
  assert(start > 0.4 && end < 0.2, `${start} and ${end}`);
  assertEquals([density(), density(0.5), density(0.9)], [end, end, end]);
  const pictures = Int32Array.from({ length: 16 }, (_, s) => s);
  const [first, last] = [0, 1].map((progress) => team.step(pictures, 0, 1, 0, progress).loss);
  assert(first !== last);
  assertEquals(team.step(pictures, 0, 1, 0).loss, last);
  for (const wrong of [-0.1, 1.1, NaN]) {
    assertThrows(() => team.step(pictures, 0, 1, 0, wrong), RangeError, `progress must be from 0 to 1, got ${wrong}`);
    assertThrows(() => team.evaluate(wrong), RangeError, "progress must be from 0 to 1");
  }
  team.close();
});

Deno.test("TrainingTeam.step() takes Adam's steps: (0.9, 0.999, 1e-8)", async () => {
  const team = await TrainingTeam.open({ ...PLAN, operator: "none" }, data, 80, 1);
  const before = team.weights.slice();
  team.step(Int32Array.of(1, 2, 3), 0, 1, 1e-2);
  // m = 0.1 g and v = 0.001 g^2, so m / 0.1 over the root of v / 0.001 is the sign of g
  for (let i = 0; i < before.length; i++) {
    const g = team.m[i] / 0.1;
    // 1 - 0.999 in float32 is off by 1.3e-5
    assertClose(team.v[i], 1e-3 * g * g, { rtol: 1e-4, atol: 1e-30 });
    const expected = before[i] - 1e-2 * g / (Math.abs(g) + 1e-8);
    assertClose(team.weights[i], expected, { rtol: 1e-5, atol: 2e-6 });
  }
  team.close();
});

Deno.test("TrainingTeam.step() refuses batches, streams, steps and rates that are none", async () => {
  const team = await TrainingTeam.open({ ...PLAN, operator: "none" }, data, 4, 1);
  const refuse = (text: string, pictures: number[], stream = 0, step = 1, rate = 1e-3) =>
    assertThrows(() => team.step(Int32Array.from(pictures), stream, step, rate), RangeError, text);
  const start = team.weights.slice();
  refuse("1 to 4 pictures a batch, got 0", []);
  refuse("1 to 4 pictures a batch, got 5", [0, 1, 2, 3, 4]);
  refuse("no training picture 80, expected 0 to 79", [0, 80]);
  refuse("no training picture -1", [-1]);
  for (const stream of [-1, 0.5, NaN, 2 ** 40]) refuse(`stream must be`, [0], stream);
  for (const step of [0, 1.5, NaN]) refuse(`step must be an integer of 1 or more, got ${step}`, [0], 0, step);
  for (const rate of [-1, NaN, Infinity]) refuse(`rate must be`, [0], 0, 1, rate);
  assertEquals(team.weights, start);
  team.close();
});

Deno.test("TrainingTeam.open() refuses a plan of other pictures, and numbers that are none", async () => {
  const open = (plan: ModelPlan, batch = 4, workers = 1, given = data) => () =>
    TrainingTeam.open(plan, given, batch, workers);
  await assertRejects(open({ ...PLAN, shape: { ...SHAPE, rows: 12 } }), TypeError, "8, 8, 1, 2, got 12, 8, 1, 2");
  await assertRejects(open({ ...PLAN, shape: { ...SHAPE, classes: 3 } }), TypeError, "got 8, 8, 1, 3");
  await assertRejects(open(PLAN, 0), RangeError, "batchSize must be an integer of 1 or more, got 0");
  await assertRejects(open(PLAN, 4, 1.5), RangeError, "workers must be an integer of 1 or more, got 1.5");
  const labels = data.test.labels.slice().fill(2, 4, 5);
  const wrong = { ...data, test: { ...data.test, labels } };
  await assertRejects(open(PLAN, 4, 1, wrong), RangeError, "Cannot open a team: label 4 of test is 2");
});

Deno.test("TrainingTeam.open() ends every thread if one does not start", async () => {
  const terminate = Worker.prototype.terminate;
  let ended = 0;
  Worker.prototype.terminate = function (this: Worker) {
    ended++;
    terminate.call(this);
  };
  try {
    // a function cannot be posted to a thread
    const plan = { ...PLAN, unpostable: () => 0 };
    await assertRejects(() => TrainingTeam.open(plan, data, 4, 3), DOMException, "could not be cloned");
    assertEquals(ended, 2);
  } finally {
    Worker.prototype.terminate = terminate;
  }
});

Deno.test("TrainingTeam.close() twice is once, and a closed team takes no step", async () => {
  const team = await TrainingTeam.open(PLAN, data, 4, 2);
  team.close();
  team.close();
  assertThrows(() => team.step(Int32Array.of(0), 0, 1, 1e-3), TypeError, "the team is closed");
  assertThrows(() => team.evaluate(), TypeError, "the team is closed");
});

Deno.test("TrainingTeam.step() keeps 0.9 of a kept average and a tenth of the batch's, whatever the parts and threads", async () => {
  const plan: ModelPlan = { ...PLAN, operator: "qamaV1" };
  // 20 pictures are 7 parts of 3 or less; 80 are 8 parts of a micro-batch of 8 and one of 2
  for (const count of [20, 80]) {
    const after: Float32Array[] = [];
    for (const workers of [1, 2]) {
      const team = await TrainingTeam.open(plan, data, 80, workers);
      const pictures = Int32Array.from({ length: count }, (_, s) => s);
      team.step(pictures, 0, 1, 0);
      after.push(team.weights.slice());
      team.close();
    }
    assertEquals(after[0], after[1]);
    const kernels = wasmKernels();
    const model = new SimpleVit(kernels, SHAPE, (k, shape) => openOperator("qamaV1", k, shape, plan), 8);
    model.initialise(plan.seed);
    const before = model.weights.slice();
    const labels = kernels.uint8(8), totals = kernels.float64(2);
    const size = Math.ceil(count / 8);
    for (let from = 0; from < count; from += size) {
      for (let at = from; at < Math.min(count, from + size); at += 8) {
        const n = Math.min(8, count - at, from + size - at);
        model.forward(data.train.images.subarray(64 * at), n, plan.seed, at);
        model.backward(n, labels, count, totals);
      }
    }
    model.collect();
    let top = 0, kept = 0;
    for (const { shape, running } of model.parameters) {
      const end = top + shape.reduce((product, length) => product * length, 1);
      for (let i = top; i < end; i++) {
        const expected = running ? 0.9 * before[i] + 0.1 * model.gradients[i] / count : before[i];
        assertClose(after[0][i], expected, { rtol: 1e-5, atol: 1e-6 });
      }
      if (running) kept += end - top;
      top = end;
    }
    assertEquals(kept, 6 * 8);
  }
});

Deno.test("TrainingTeam.trainable leaves the kept averages out of its number", async () => {
  const team = await TrainingTeam.open({ ...PLAN, operator: "qamaV1" }, data, 8, 1);
  team.close();
  assertEquals(team.parameters - team.trainable, 6 * 8);
});

Deno.test("TrainingTeam.evaluate() with kept averages gives the same however often it is asked", async () => {
  const team = await TrainingTeam.open({ ...PLAN, operator: "qamaV1" }, data, 80, 1);
  team.step(Int32Array.from({ length: 80 }, (_, s) => s), 0, 1, 1e-3);
  const kept = team.weights.slice();
  const first = team.evaluate();
  assertEquals([team.evaluate(), team.weights.slice()], [first, kept]);
  team.close();
});
