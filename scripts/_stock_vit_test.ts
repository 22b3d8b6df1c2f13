import { assert, assertEquals } from "@std/assert";
import { softmaxBlock } from "qama/attention";
import { wasmKernels } from "qama/kernels";
import { Rng } from "qama/random";
import { assertClose, assertTensorClose } from "qama/testing";
import { patchPositions, SimpleVit, writePatches } from "qama/training";
import { openTfjs, stockVit } from "./_stock_vit.ts";

const SHAPE = { rows: 28, columns: 28, channels: 1, classes: 10 };
const BATCH = 4;

Deno.test("stockVit() has the loss and the gradients of SimpleVit with softmax attention", async () => {
  await openTfjs();
  const rng = new Rng(1);
  const images = Uint8Array.from({ length: BATCH * 28 * 28 }, () => rng.integer(256));
  const labels = Uint8Array.from({ length: BATCH }, () => rng.integer(10));
  const patches = new Float32Array(BATCH * 49 * 16);
  writePatches(images, BATCH, { ...SHAPE, patch: 4 }, patches);
  const stock = stockVit(SHAPE, patches, patchPositions(7, 7, 64), labels, 1).lossAndGradients();

  const kernels = wasmKernels();
  const fused = new SimpleVit(kernels, SHAPE, (k, shape) => softmaxBlock(k, shape), BATCH);
  fused.initialise(1);
  const own = kernels.uint8(BATCH), totals = kernels.float64(2);
  own.set(labels);
  fused.forward(images, BATCH, 1, 0);
  fused.backward(BATCH, own, BATCH, totals);
  fused.collect();

  assertClose(totals[0] / BATCH, stock.loss, { rtol: 0, atol: 1e-5 });
  assertEquals(Object.keys(stock.gradients).sort(), fused.parameters.map(({ name }) => name).sort());
  let top = 0;
  for (const { name, shape } of fused.parameters) {
    const gradient = fused.gradients.subarray(top, top += shape.reduce((a, b) => a * b, 1));
    assert(gradient.some((value) => value !== 0), name);
    assertTensorClose(gradient, stock.gradients[name], 2e-5);
  }
});
