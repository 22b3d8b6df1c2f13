import { assertEquals } from "@std/assert";
import { Kernel } from "./kernel.ts";
import { temporaryHome } from "./kernel_home.ts";
import { OutputCollector } from "./output_collector.ts";

/** Runs a cell; returns what it printed, and calls back when it prints that it is running. */
async function printed(kernel: Kernel, code: string, onRunning = () => {}): Promise<string> {
  const collector = new OutputCollector();
  const reply = await kernel.execute(code, {
    onMessage: (message) => {
      collector.take(message);
      if (message.content.text === "running\n") onRunning();
    },
  });
  const [output] = collector.outputs;
  assertEquals([reply.status, output?.output_type], ["ok", "stream"], JSON.stringify(collector.outputs));
  return output.output_type === "stream" ? `${output.text}` : "";
}

const IMPORTS = `import { simulatedAnnealing, stopSignal } from "qama/samplers";
import { drawInstance } from "qama/model";
const { model } = drawInstance("sk", { n: 40, seed: 1 });
const endless = { seed: 1, numReads: 1e9, onProgress: () => told ||= (console.log("running"), true) };
let told = false;
const before = 41;`;

Deno.test("Kernel.interrupt() stops a solve that was given no signal, a loop of them too, and keeps variables", async () => {
  using home = temporaryHome();
  await using kernel = await Kernel.start({ home: home.folder, folder: home.folder });
  assertEquals((await kernel.execute(IMPORTS)).status, "ok");
  const loop = `told = false;
let rounds = 0;
let set;
do set = await simulatedAnnealing().sample(model, endless); while (++rounds < 3);
console.log(set.ending, rounds);`;
  const stop = () => kernel.interrupt();
  assertEquals(await printed(kernel, loop, stop), "running\ninterrupted 3\n");
  // a cell later the solver runs again, and can be stopped again
  assertEquals(await printed(kernel, "console.log(before + 1, stopSignal().aborted)"), "42 false\n");
  assertEquals(await printed(kernel, loop, stop), "running\ninterrupted 3\n");
});

Deno.test("Kernel.interrupt() stops a training, which keeps its complete epochs", async () => {
  using home = temporaryHome();
  await using kernel = await Kernel.start({ home: home.folder, folder: home.folder });
  const code = `import { train } from "qama/training";
const split = { images: new Uint8Array(16 * 64), labels: new Uint8Array(64), count: 64 };
const size = { rows: 4, columns: 4, channels: 1 };
const data = { name: "blank", synthetic: true, ...size, classes: ["a", "b"], train: split, test: split, checksums: {} };
let told = false;
const onProgress = () => told ||= (console.log("running"), true);
const result = await train(data, { operator: "none", epochs: 1e6, workers: 1, onProgress });
console.log(result.ending);`;
  const text = await printed(kernel, code, () => kernel.interrupt());
  assertEquals(text, "running\ninterrupted\n");
});

const TENSORS = `import * as tf from "@tensorflow/tfjs";
import { stopFit } from "qama/layers";
import { stopSignal } from "qama/samplers";
const [x, y] = [tf.randomNormal([64, 4], 0, 1, "float32", 1), tf.ones([64, 1])];
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
model.compile({ optimizer: tf.train.sgd(1e-3), loss: "meanSquaredError" });
const before = model.getWeights()[0].dataSync().slice();
const moved = () => model.getWeights()[0].dataSync().some((w, i) => w !== before[i]);
let batches = 0;`;

for (
  const [what, code] of Object.entries({
    "model.fit() with stopFit()": `const say = { onBatchEnd: () => void (++batches === 3 && console.log("running")) };
const settings = { epochs: 1e6, batchSize: 8, verbose: 0, callbacks: [stopFit(model), say] };
const fitted = await model.fit(x, y, settings);
console.log(fitted.epoch.length < 1e6);`,
    "a loop of tfjs that asks between batches": `while (!stopSignal().aborted) {
  await model.trainOnBatch(x, y);
  if (++batches === 3) console.log("running");
  await tf.nextFrame();
}
console.log(true);`,
  })
) {
  Deno.test(`Kernel.interrupt() stops ${what}, and the weights so far are there in the next cell`, async () => {
    using home = temporaryHome();
    await using kernel = await Kernel.start({ home: home.folder, folder: home.folder });
    assertEquals((await kernel.execute(TENSORS)).status, "ok");
    assertEquals(await printed(kernel, code, () => kernel.interrupt()), "running\ntrue\n");
    assertEquals(
      await printed(kernel, "console.log(moved(), batches >= 3, stopSignal().aborted)"),
      "true true false\n",
    );
    // and it goes on from there
    const again = "const { epoch } = await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: stopFit(model) });";
    assertEquals(await printed(kernel, `${again}\nconsole.log(epoch.length)`), "2\n");
  });
}

Deno.test("KernelClient.heartbeat() answers while a cell is busy", async () => {
  using home = temporaryHome();
  await using kernel = await Kernel.start({ home: home.folder, folder: home.folder });
  const busy = kernel.execute("while (true);").catch(() => "ended");
  assertEquals(await kernel.client.heartbeat(), true);
  await kernel.stop();
  assertEquals(await busy, "ended");
});

Deno.test("A kernel ends by itself when its parent is gone", async () => {
  using home = temporaryHome();
  const kernel = await Kernel.start({ home: home.folder, folder: home.folder });
  await kernel.process.hangUp();
  assertEquals((await kernel.process.status).code, 0);
  await kernel.stop();
});
