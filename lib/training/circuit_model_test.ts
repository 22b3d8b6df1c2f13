import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadGlyphs, loadTextData } from "../../datasets/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { openPooled } from "./_runners.ts";
import { CIRCUIT_NAMES, CIRCUIT_ROWS, openOperator, operatorSettings, poolPictures, train } from "./mod.ts";

const COUNT = 3, CLASSES = 4;

Deno.test("poolPictures() keeps the mean brightness, and 16 x 16 of 28 x 28 pixels covers each by its share", () => {
  const rng = new Rng(1, 0);
  const image = Uint8Array.from({ length: 28 * 28 }, () => 255 * rng.uniform());
  const mean = image.reduce((sum, pixel) => sum + pixel, 0) / image.length / 255;
  for (const side of [1, 4, 8, 16, 28]) {
    const pooled = new Float64Array(side * side);
    poolPictures(image, 1, { rows: 28, columns: 28, channels: 1, side }, pooled);
    assertClose(pooled.reduce((sum, value) => sum + value, 0) / pooled.length, mean, { rtol: 1e-12, atol: 0 });
  }
  const lit = new Uint8Array(28 * 28);
  lit[1] = 255;
  const pooled = new Float64Array(256);
  poolPictures(lit, 1, { rows: 28, columns: 28, channels: 1, side: 16 }, pooled);
  // pixel 1 begins at 1 and ends at 2, cell 0 is 1.75 wide: three quarters and a quarter
  assertClose([...pooled.subarray(0, 3)], [0.75 / 1.75 ** 2, 0.25 / 1.75 ** 2, 0], { rtol: 1e-12, atol: 0 });
});

Deno.test("CircuitModel and PixelModel have gradients equal to central differences", () => {
  for (const name of CIRCUIT_NAMES) {
    const row = CIRCUIT_ROWS[name], kernels = wasmKernels(), totals = kernels.float64(2);
    const layers = row.kind === "circuit" && row.encoding === "reuploading" ? 6 : 2;
    const small = row.kind === "circuit" ? { ...row, qubits: row.encoding === "amplitudes" ? 8 : 4, layers } : row;
    const model = openPooled(kernels, small, CLASSES, COUNT);
    const rng = new Rng(2, 0);
    const pixels = Float64Array.from({ length: COUNT * row.side ** 2 }, () => rng.uniform());
    const labels = kernels.uint8(COUNT);
    labels.set([0, 3, 1]);
    model.initialise(5);
    // off the point where the biases are
    for (let i = 0; i < model.weights.length; i++) model.weights[i] += 0.1 * rng.normal();
    model.refresh();
    model.take(pixels, COUNT);
    model.backward(labels, COUNT, totals);
    const gradient = Float64Array.from(model.gradients);
    const lossAt = (i: number, by: number) => {
      const kept = model.weights[i];
      model.weights[i] = kept + by;
      model.refresh();
      model.take(pixels, COUNT);
      totals.fill(0);
      model.score(labels, totals);
      const moved = model.weights[i];
      model.weights[i] = kept;
      return { moved, loss: totals[0] / COUNT };
    };
    for (let i = 0; i < model.weights.length; i += 7) {
      const [up, down] = [lossAt(i, 0.02), lossAt(i, -0.02)];
      const expected = (up.loss - down.loss) / (up.moved - down.moved);
      assertClose(gradient[i], expected, { rtol: 5e-3, atol: 2e-4 });
    }
    assert(Math.hypot(...gradient) > 1e-2, name);
  }
});

Deno.test("train() of every row with circuits lowers the loss, and repeats bit by bit on two threads", async () => {
  const data = await loadGlyphs({ trainCount: 64, testCount: 8 });
  for (const operator of ["evolutionAmplitudes", "networkPixels8"] as const) {
    const options = { operator, epochs: 3, batchSize: 16, learningRate: 1e-2 };
    const [one, two] = [await train(data, { ...options, workers: 1 }), await train(data, { ...options, workers: 2 })];
    assertEquals(one.weightsDigest, two.weightsDigest);
    assertEquals(one.epochs, two.epochs);
    assertEquals(one.epochs[0].density, null);
    assert(one.epochs[2].trainLoss < one.epochs[0].trainLoss, operator);
  }
});

Deno.test("train() of a circuit goes on from a checkpoint to the same weights", async () => {
  const data = await loadGlyphs({ trainCount: 48, testCount: 8 });
  const options = {
    operator: "evolutionReuploading",
    epochs: 2,
    batchSize: 16,
    learningRate: 1e-2,
    workers: 1,
  } as const;
  const checkpoint = `${await Deno.makeTempDir()}/checkpoint`;
  const whole = await train(data, options);
  const controller = new AbortController();
  const stopping = { onProgress: () => controller.abort(), signal: controller.signal, checkpoint };
  const stopped = await train(data, { ...options, ...stopping });
  assertEquals(stopped.ending, "interrupted");
  const resumed = await train(data, { ...options, checkpoint });
  assertEquals([resumed.weightsDigest, resumed.epochs], [whole.weightsDigest, whole.epochs]);
});

Deno.test("CircuitModel takes a black picture as the first basis state", () => {
  const kernels = wasmKernels();
  const model = openPooled(kernels, CIRCUIT_ROWS.evolutionAmplitudes, 2, 1);
  model.initialise(1);
  model.take(new Float64Array(256), 1);
  const black = model.logits().slice();
  model.take(new Float64Array(256).with(0, 0.3), 1);
  assertEquals(model.logits(), black);
});

Deno.test("rows with circuits are whole models of pictures: no operator of a slot, no model of texts", async () => {
  const shape = { samples: 1, tokens: 4, heads: 2, width: 4 };
  const name = "evolutionAngles";
  assertThrows(() => openOperator(name, wasmKernels(), shape, { sweeps: 1, seed: 1 }), RangeError, "a whole model");
  const texts = await loadTextData("reviews");
  await assertRejects(
    () => train(texts, { operator: name, epochs: 1 }),
    TypeError,
    "a model of pictures, the data are texts",
  );
  const settings = CIRCUIT_NAMES.map((name) =>
    operatorSettings(name, { tokens: 4, heads: 2, width: 4, sweeps: 1, seed: 1 })
  );
  assertEquals(new Set(settings).size, CIRCUIT_NAMES.length);
});
