import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Kernels, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
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

function sameBytes(a: Uint8Array | null | undefined, b: Uint8Array | undefined): boolean {
  return !b || (a?.every((byte, i) => byte === b[i]) ?? false);
}

// soft weights change by bits that `chosen` does not show: their block is tested with them held, the fixed ones here
const HELD: readonly OperatorName[] = [
  ...OPERATOR_NAMES.filter((operator) => operator !== "qamaV1"),
  ...["selectedDense", "selectedTopField4", "qamaSelectedNoPositions"] as const,
];

for (const operator of HELD) {
  Deno.test(`SimpleVit with ${operator} has the gradients of its own loss`, () => {
    const kernels = wasmKernels();
    const model = open(kernels, operator);
    lossAndGradients(kernels, model, [6]);
    const slope = model.gradients.slice(), start = model.weights.slice();
    const held = model.attention?.chosen?.slice();
    const rng = new Rng(11);
    let top = 0;
    for (const { name, shape, running } of model.parameters) {
      // along one random direction in each array
      const from = top, to = top += shape.reduce((a, b) => a * b, 1);
      // a kept average has no gradient: its place holds what it will follow
      if (running) continue;
      const direction = Float64Array.from({ length: to - from }, () => rng.normal());
      const norm = Math.hypot(...direction);
      const loss = (step: number) => {
        model.weights.set(start);
        for (let i = from; i < to; i++) model.weights[i] += step * direction[i - from] / norm;
        return lossAndGradients(kernels, model, [6]);
      };
      // the step shrinks until the selection stays, for only then does the difference mean anything
      const difference = [2e-3, 5e-4, 1e-4].map((h) => {
        const up = loss(h), stays = sameBytes(model.attention?.chosen, held), down = loss(-h);
        return stays && sameBytes(model.attention?.chosen, held) ? (up - down) / (2 * h) : NaN;
      }).find(Number.isFinite);
      const expected = direction.reduce((sum, value, i) => sum + value * slope[from + i], 0) / norm;
      // rounding of the loss, 1e-7, over the step; curvature of the third order
      assert(difference !== undefined, `${name}: the selection changes with every step`);
      assert(
        Math.abs(difference - expected) < 0.01 * Math.abs(expected) + 5e-4,
        `${name}: ${difference} against ${expected}`,
      );
    }
  });
}

for (const operator of OPERATOR_NAMES) {
  Deno.test(`SimpleVit with ${operator} gives the same loss and gradients on both kinds of kernel, in one part or in three`, () => {
    const wasm = wasmKernels(), plain = typescriptKernels();
    const [a, b] = [open(wasm, operator), open(plain, operator)];
    // batch norm by kept averages: by those of a part, a part would not be independent of the others
    for (const model of [a, b]) model.attention?.setTraining?.(false);
    const losses = [lossAndGradients(wasm, a, [6]), lossAndGradients(plain, b, [3, 1, 2])];
    assert(Math.abs(losses[0] - losses[1]) < 1e-6, losses.join());
    assertTensorClose(a.gradients, b.gradients, 2e-5);
  });
}

Deno.test("SimpleVit.initialise() draws the same weights for the same seed, whatever the kernels", () => {
  assertEquals(open(wasmKernels(), "mha").weights.slice(), open(typescriptKernels(), "mha").weights.slice());
});

/** Mean of the squares of a parameter over several seeds, and the number of values. */
function meanSquare(operator: OperatorName, parameter: string, seeds = 8): { mean: number; count: number } {
  let sum = 0, count = 0;
  const shape = { rows: 28, columns: 28, channels: 1, classes: 10 };
  const kernels = typescriptKernels();
  const model = new SimpleVit(kernels, shape, (k, s) => openOperator(operator, k, s, { sweeps: 5, seed: 3 }), 1);
  for (let seed = 1; seed <= seeds; seed++) {
    model.initialise(seed);
    let top = 0;
    for (const { name, shape } of model.parameters) {
      const values = model.weights.subarray(top, top += shape.reduce((a, b) => a * b, 1));
      if (name !== parameter) continue;
      for (const value of values) sum += value * value;
      count += values.length;
    }
  }
  return { mean: sum / count, count };
}

Deno.test("SimpleVit.initialise() draws linear maps from U(-a, a), a = 1 / sqrt(inputs)", () => {
  const inputs: Record<string, number> = { "embed/W": 16, "embed/b": 16, "mlp1/W": 64, "mlp2/W": 64, "head/W": 64 };
  for (const name of ["Wq", "Wk", "Wv"]) inputs[`attention/${name}`] = 64;
  for (const [name, n] of Object.entries(inputs)) {
    const { mean, count } = meanSquare("qamaV2", name);
    // x^2 has mean a^2 / 3 and variance 4 a^4 / 45; 4 sigma
    const sigma = Math.sqrt(4 / 45 / count) / n;
    assert(Math.abs(mean - 1 / n / 3) < 4 * sigma, `${name}: ${mean}`);
  }
});

Deno.test("SimpleVit.initialise() draws e and p of the operators from their normal distributions", () => {
  const deviations = [["qamaV2", "e", 1], ["qamaSelected", "e", 0.1], ["qamaSelected", "p", 1]] as const;
  for (const [operator, name, deviation] of deviations) {
    const { mean, count } = meanSquare(operator, `attention/${name}`);
    // the mean of n squares of N(0, s^2) has deviation s^2 sqrt(2 / n); 4 sigma
    const sigma = deviation ** 2 * Math.sqrt(2 / count);
    assert(Math.abs(mean - deviation ** 2) < 4 * sigma, `${operator} ${name}: ${mean} of ${count}`);
  }
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
