import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Kernels, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { stripePictures } from "./_example_pictures.ts";
import { openOperator, OPERATOR_NAMES, resolveVitShape, SimpleVit } from "./mod.ts";
import type { OperatorName } from "./mod.ts";

const SHAPE = { rows: 8, columns: 8, channels: 1, classes: 2, width: 16, heads: 4, mlp: 12 };
const data = stripePictures(6, 1);

function open(kernels: Kernels, operator: OperatorName, samples = 6): SimpleVit {
  const model = new SimpleVit(
    kernels,
    SHAPE,
    (k, shape) => openOperator(operator, k, shape, { sweeps: 5, seed: 3 }),
    samples,
  );
  model.initialise(7);
  return model;
}

function lossAndGradients(kernels: Kernels, model: SimpleVit, parts: readonly number[]): number {
  const labels = kernels.uint8(6), totals = kernels.float64(2);
  model.refresh();
  let at = 0;
  for (const count of parts) {
    labels.set(data.train.labels.subarray(at, at + count));
    model.forward(data.train.images.subarray(at * 64), count, 1, at);
    model.backward(count, labels, 6, totals);
    at += count;
  }
  model.collect();
  return totals[0] / 6;
}

for (const operator of OPERATOR_NAMES) {
  Deno.test(`SimpleVit with ${operator} has the gradients of its own loss`, () => {
    const kernels = wasmKernels();
    const model = open(kernels, operator);
    lossAndGradients(kernels, model, [6]);
    const slope = model.gradients.slice();
    const start = model.weights.slice();
    const held = model.attention?.chosen?.slice();
    // along the gradient: float32 rounding of the loss is 1e-7, the step moves it by 1e-3, so 1 % is safe
    const norm = Math.hypot(...slope);
    const loss = (step: number) => {
      for (let i = 0; i < start.length; i++) model.weights[i] = start[i] + step * slope[i] / norm;
      const value = lossAndGradients(kernels, model, [6]);
      assertEquals(
        model.attention?.chosen?.slice(),
        held,
        "the selection must stay for the difference to mean anything",
      );
      return value;
    };
    const h = 2e-3;
    const difference = (loss(h) - loss(-h)) / (2 * h);
    assert(Math.abs(difference - norm) < 0.01 * norm, `${difference} against ${norm}`);
  });

  Deno.test(`SimpleVit with ${operator} gives the same loss and gradients on both kinds of kernel, in one part or in three`, () => {
    const wasm = wasmKernels(), plain = typescriptKernels();
    const [a, b] = [open(wasm, operator), open(plain, operator)];
    const losses = [lossAndGradients(wasm, a, [6]), lossAndGradients(plain, b, [3, 1, 2])];
    assert(Math.abs(losses[0] - losses[1]) < 1e-6, losses.join());
    assertTensorClose(a.gradients, b.gradients, 2e-5);
  });
}

Deno.test("SimpleVit.initialise() draws the same weights for the same seed, whatever the kernels", () => {
  assertEquals(open(wasmKernels(), "mha").weights.slice(), open(typescriptKernels(), "mha").weights.slice());
});

Deno.test("resolveVitShape() names the size that does not fit", () => {
  assertThrows(() => resolveVitShape({ ...SHAPE, rows: 9 }), RangeError, "do not tile");
  assertThrows(() => resolveVitShape({ ...SHAPE, heads: 3 }), RangeError, "3 heads do not divide the width 16");
  assertThrows(() => resolveVitShape({ ...SHAPE, mlp: 6 }), RangeError, "multiples of 4");
  assertThrows(() => resolveVitShape({ ...SHAPE, classes: 0 }), RangeError, "classes");
});

Deno.test("SimpleVit.forward() refuses more pictures than it was opened for", () => {
  const model = open(wasmKernels(), "none", 2);
  assertThrows(() => model.forward(data.train.images, 3, 1, 0), RangeError, "opened for 2");
});
