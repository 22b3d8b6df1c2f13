import { assert, assertEquals, assertRejects } from "@std/assert";
import { stripePictures } from "./_example_pictures.ts";
import {
  type ImageData,
  OPERATOR_NAMES,
  type OperatorName,
  readCheckpoint,
  train,
  type TrainOptions,
  type TrainResult,
  writeCheckpoint,
} from "./mod.ts";

const data = stripePictures(120, 40);
const OPTIONS: TrainOptions = {
  operator: "qamaV2",
  epochs: 2,
  batchSize: 16,
  workers: 1,
  sweeps: 5,
  learningRate: 3e-3,
};

/** What must be equal on every rerun. */
function lasting({ clocks: _, ...rest }: TrainResult) {
  return rest;
}

Deno.test("train() learns with every operator", async () => {
  for (const operator of OPERATOR_NAMES) {
    const { epochs } = await train(data, { ...OPTIONS, operator, epochs: 4 });
    // two balanced classes that one patch tells apart
    assert(epochs[3].testAccuracy > 0.9, `${operator}: ${epochs[3].testAccuracy}`);
    assert(epochs[3].trainLoss < epochs[0].trainLoss, operator);
  }
});

Deno.test("train() gives the same numbers with one worker, two and three", async () => {
  const one = lasting(await train(data, OPTIONS));
  for (const workers of [2, 3]) assertEquals(lasting(await train(data, { ...OPTIONS, workers })), one);
});

Deno.test("train() gives other numbers for another seed", async () => {
  const [one, two] = [await train(data, OPTIONS), await train(data, { ...OPTIONS, seed: 2 })];
  assert(one.weightsDigest !== two.weightsDigest);
});

Deno.test("train() stopped at any step and resumed ends with the numbers of an unbroken run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const unbroken = lasting(await train(data, OPTIONS));
    const steps = 2 * Math.ceil(120 / 16);
    for (const stops of [[0], [1], [steps / 2], [steps / 2 + 3], [3, 2, 9]]) {
      const checkpoint = `${folder}/${stops.join("-")}`;
      for (const stop of stops) {
        const result = await trainSteps(stop, { ...OPTIONS, checkpoint });
        assertEquals(result.ending, "interrupted");
      }
      assertEquals(lasting(await train(data, { ...OPTIONS, checkpoint })), unbroken);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() with a schedule gives the same numbers stopped and resumed, on two threads, and other ones for other epochs", async () => {
  const folder = await Deno.makeTempDir();
  const options = { ...OPTIONS, operator: "nearSchedule" } as const, checkpoint = `${folder}/a`;
  try {
    const unbroken = lasting(await train(data, options));
    assertEquals(lasting(await train(data, { ...options, workers: 2 })), unbroken);
    for (const stop of [3, 9]) await trainSteps(stop, { ...options, checkpoint });
    // half way, from where the weights no longer change, a run of four epochs stands where this one stood at a quarter
    await assertRejects(() => train(data, { ...options, epochs: 4, checkpoint }), TypeError, "another configuration");
    assertEquals(lasting(await train(data, { ...options, checkpoint })), unbroken);
    const longer = await train(data, { ...options, epochs: 3 });
    assert(longer.epochs[0].trainLoss !== unbroken.epochs[0].trainLoss);
    // without a schedule an epoch does not know how many will follow
    const [two, three] = [2, 3].map((epochs) => train(data, { ...options, operator: "qamaNear", epochs }));
    assertEquals((await two).epochs[0], (await three).epochs[0]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() by the gradients that reach unselected tokens gives other numbers than qamaNear, the same ones on two threads", async () => {
  const digestOf = async (operator: OperatorName, workers = 1) =>
    (await train(data, { ...OPTIONS, epochs: 1, operator, workers })).weightsDigest;
  const digests = [await digestOf("qamaNear")];
  for (const operator of ["nearStraightThrough", "nearMeanField", "nearCovariance", "nearPerturbation"] as const) {
    digests.push(await digestOf(operator));
    assertEquals(await digestOf(operator, 2), digests.at(-1), operator);
  }
  assertEquals(new Set(digests).size, digests.length);
});

/** Trains `count` steps, then aborts: a signal that answers true from its count-th question on. */
async function trainSteps(count: number, options: TrainOptions): Promise<TrainResult> {
  let asked = 0;
  const signal = Object.defineProperty(new AbortController().signal, "aborted", { get: () => asked++ >= count });
  return await train(data, { ...options, signal });
}

Deno.test("train() killed between checkpoints resumes from the last one to the same numbers", async () => {
  const folder = await Deno.makeTempDir();
  const checkpoint = `${folder}/killed`;
  try {
    let asked = 0;
    const die = () => {
      if (asked++ === 13) throw new Error("killed");
      return false;
    };
    const signal = Object.defineProperty(new AbortController().signal, "aborted", { get: die });
    const dying = train(data, { ...OPTIONS, checkpoint, checkpointSteps: 2, signal });
    await assertRejects(() => dying, Error, "killed");
    assertEquals(lasting(await train(data, { ...OPTIONS, checkpoint })), lasting(await train(data, OPTIONS)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() goes on from a finished run to more epochs as if it had never ended", async () => {
  const folder = await Deno.makeTempDir();
  const checkpoint = `${folder}/more`;
  try {
    await train(data, { ...OPTIONS, epochs: 1, checkpoint });
    assertEquals(lasting(await train(data, { ...OPTIONS, checkpoint })), lasting(await train(data, OPTIONS)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() refuses a checkpoint of another configuration, a damaged one and a file that is none", async () => {
  const folder = await Deno.makeTempDir();
  const checkpoint = `${folder}/state`;
  try {
    await train(data, { ...OPTIONS, epochs: 1, checkpoint });
    await assertRejects(() => train(data, { ...OPTIONS, seed: 2, checkpoint }), TypeError, "remove the file");
    const bytes = await Deno.readFile(checkpoint);
    await Deno.writeFile(checkpoint, bytes.subarray(0, bytes.length - 5));
    await assertRejects(() => train(data, { ...OPTIONS, checkpoint }), SyntaxError, "bytes of arrays");
    bytes[bytes.length - 1] ^= 1;
    await Deno.writeFile(checkpoint, bytes);
    await assertRejects(() => train(data, { ...OPTIONS, checkpoint }), SyntaxError, "checksum");
    await Deno.writeTextFile(checkpoint, "notes\n");
    await assertRejects(() => train(data, { ...OPTIONS, checkpoint }), SyntaxError, "not a checkpoint");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() refuses a checkpoint with more epochs than asked for, and gives a finished one as it is", async () => {
  const folder = await Deno.makeTempDir();
  const checkpoint = `${folder}/more`;
  try {
    const whole = lasting(await train(data, { ...OPTIONS, checkpoint }));
    assertEquals(lasting(await train(data, { ...OPTIONS, checkpoint })), whole);
    const fewer = () => train(data, { ...OPTIONS, epochs: 1, checkpoint });
    await assertRejects(fewer, RangeError, "it holds 2 epochs, 1 were asked for; ask for 2 or more");
    await trainSteps(3, { ...OPTIONS, epochs: 3, checkpoint });
    const same = () => train(data, { ...OPTIONS, checkpoint });
    await assertRejects(same, RangeError, "it holds 2 epochs and 3 steps of the next, 2 were asked for; ask for 3");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() refuses a checkpoint that cannot be written before it trains, and one of other operator numbers", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let shown = 0;
    const onProgress = () => void shown++;
    await Deno.writeTextFile(`${folder}/file`, "");
    for (const place of ["none/state", "file/state"]) {
      const checkpoint = `${folder}/${place}`;
      const text = `Cannot keep a checkpoint at ${checkpoint}: `;
      await assertRejects(() => train(data, { ...OPTIONS, checkpoint, onProgress }), Error, text);
    }
    assertEquals(shown, 0);
    const checkpoint = `${folder}/state`;
    await train(data, { ...OPTIONS, epochs: 1, checkpoint });
    const kept = await readCheckpoint(checkpoint);
    assert(kept !== null && kept.configuration.includes("0.05"), kept?.configuration);
    const configuration = kept.configuration.replace("0.05", "0.06");
    await writeCheckpoint(checkpoint, { ...kept, configuration });
    await assertRejects(() => train(data, { ...OPTIONS, checkpoint }), TypeError, "another configuration");
    const { weights, m, v } = kept.arrays;
    const arrays = { weights: weights.slice(1), m: m.slice(1), v: v.slice(1) };
    await writeCheckpoint(checkpoint, { ...kept, arrays });
    await assertRejects(() => train(data, { ...OPTIONS, checkpoint }), TypeError, `the model has ${weights.length}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() ends with an error where its only step, or its first, leaves no number, and keeps no epoch of it", async () => {
  const folder = await Deno.makeTempDir();
  const options = { ...OPTIONS, operator: "none", learningRate: 1e30, checkpoint: `${folder}/a` } as const;
  try {
    const text = (what: string) => `Cannot go on training: the loss ${what}; lower learningRate`;
    await assertRejects(
      () => train(data, { ...options, batchSize: 120 }),
      RangeError,
      text("of the test is NaN after step 1"),
    );
    await assertRejects(() => train(data, options), RangeError, text("is NaN at step 2"));
    assertEquals(await readCheckpoint(options.checkpoint), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train() reports every epoch and its end", async () => {
  const seen: number[] = [];
  await train(data, { ...OPTIONS, onProgress: ({ epoch, step, steps }) => step === steps && seen.push(epoch) });
  assertEquals(seen, [1, 2]);
});

Deno.test("train() refuses bad options and data that do not fit", async () => {
  const refuse = (options: Record<string, unknown>, text: string, kind: new () => Error = RangeError) =>
    assertRejects(() => train(data, { ...OPTIONS, ...options } as TrainOptions), kind, text);
  const bare = train as unknown as (data: ImageData) => Promise<TrainResult>;
  await assertRejects(() => bare(data), TypeError, "expected options with an operator and a number of epochs");
  await refuse({ epochs: 0 }, "epochs must be an integer of 1 or more, got 0");
  await refuse({ operator: "magic" }, "known are mha");
  await refuse({ learningRate: NaN }, "learningRate");
  await refuse({ workers: 1.5 }, "workers");
  await refuse({ rate: 1 }, "unknown option rate", TypeError);
  const labels = data.train.labels.slice().fill(7, 3, 4);
  const wrong = { ...data, train: { ...data.train, labels } };
  await assertRejects(() => train(wrong, OPTIONS), RangeError, "label 3 of train is 7");
  const short = { ...data, test: { ...data.test, count: 41 } };
  await assertRejects(() => train(short, OPTIONS), RangeError, "test must hold 41 pictures");
});

Deno.test("train() keeps the time of every epoch, over a stop as well, and they add up to the whole", async () => {
  const checkpoint = `${await Deno.makeTempDir()}/run.checkpoint`;
  const options = { operator: "none", batchSize: 16, workers: 1, checkpoint } as const;
  await train(stripePictures(64, 16), { ...options, epochs: 2 });
  const { clocks: { trainMs, evaluateMs, epochMs = [] } } = await train(stripePictures(64, 16), {
    ...options,
    epochs: 3,
  });
  assertEquals(epochMs.length, 3);
  assert(epochMs.every((ms) => ms > 0));
  assert(Math.abs(epochMs.reduce((sum, ms) => sum + ms) - trainMs - evaluateMs) < 1e-6);
});
