import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fixedSoftSelection, qamaV1Block, sizeOf } from "../attention/mod.ts";
import { type Floats, wasmKernels } from "../kernels/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { attention, normals, useBackend } from "./_test_layers.ts";
import { softSelectionAttention, type SoftSelectionAttentionOptions } from "./soft_selection_attention.ts";

const [N, HEADS, D] = [5, 2, 8];
const FIXED = { heads: HEADS, seed: 3, solver: "fixed" } as const;
const KEPT = ["meanJ", "varJ", "meanH", "varH", "meanOut", "varOut"];

const floats = (tensor: tf.Tensor): Floats => Float32Array.from(tensor.dataSync<"float32">());

type Layer = ReturnType<typeof softSelectionAttention>;

const values = (layer: Layer) => layer.getWeights().map((weight) => floats(weight));

/** Output and gradients of a training call. */
function trainingCall(layer: Layer, x: tf.Tensor, G: tf.Tensor) {
  if (!layer.built) layer.build([null, N, D]);
  const weights = layer.weights.map((weight) => weight.read());
  const before = values(layer);
  let output = new Float32Array();
  const gradients = tf.grads((x: tf.Tensor) => {
    const y = attention(layer, x, true);
    output = y.dataSync<"float32">().slice();
    return y;
  })([x, ...weights], G);
  return { before, output, gradients: gradients.map((gradient) => gradient.dataSync<"float32">()) };
}

/** The same by the block itself, in calls of eight samples. */
function byHand(weights: readonly Floats[], x: Floats, G: Floats) {
  const shape = { samples: 8, tokens: N, heads: HEADS, width: D / HEADS };
  const kernels = wasmKernels();
  const placed = (values: Floats) => {
    const array = kernels.float32(values.length);
    array.set(values);
    return array;
  };
  const block = qamaV1Block(kernels, shape, { solver: fixedSoftSelection({ density: 0.6, seed: 3 }) });
  const slopes = block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape)));
  block.bind(weights.map(placed), slopes);
  block.refresh();
  const [xs, Gs, y, dx, row] = [placed(x), placed(G), kernels.float32(x.length), kernels.float32(x.length), N * D];
  for (let from = 0; from < x.length; from += 8 * row) {
    const part = (array: Floats) => array.subarray(from, from + 8 * row);
    const count = part(xs).length / row;
    block.forward(count, part(xs), part(y), 1, from / row);
    block.backward(count, part(Gs), part(dx));
    block.collect();
  }
  return { y, dx, slopes, names: block.parameters.map(({ name }) => name) };
}

Deno.test("softSelectionAttention() trains with the statistics of eight samples at a time, and keeps 0.9 w + 0.1 of their mean", async () => {
  await useBackend("cpu");
  const [x, G] = [normals([19, N, D], 1), normals([19, N, D], 2)];
  const layer = softSelectionAttention(FIXED);
  const { before, output, gradients } = trainingCall(layer, x, G);
  const { y, dx, slopes, names } = byHand(before, floats(x), floats(G));
  assertEquals(layer.nonTrainableWeights.map(({ originalName }) => originalName.replace(/.*\//, "")), KEPT);
  assertEquals(output, y.slice());
  assertEquals(gradients[0], dx.slice());
  const after = values(layer);
  names.forEach((name, i) => {
    if (!KEPT.includes(name)) {
      // parts are added in another order
      assertTensorClose(gradients[1 + i], slopes[i], 1e-5);
      assertEquals(after[i], before[i], name);
      return;
    }
    assertEquals(gradients[1 + i], new Float32Array(HEADS), name);
    assertTensorClose(after[i], before[i].map((w, t) => 0.9 * w + 0.1 * slopes[i][t] / 19), 1e-5);
    assert(after[i].every((w, t) => w !== before[i][t]), name);
  });
});

Deno.test("softSelectionAttention() has gradients of a training call that agree with central differences along a line", async () => {
  await useBackend("cpu");
  const [x, direction, G] = [1, 2, 3].map((seed) => normals([3, N, D], seed));
  const layer = softSelectionAttention(FIXED);
  const { gradients: [dx] } = trainingCall(layer, x, G);
  const slope = tf.sum(tf.mul(tf.tensor(dx, x.shape), direction)).dataSync()[0];
  const loss = (t: number) => {
    return tf.sum(tf.mul(attention(layer, tf.add(x, tf.mul(direction, t)), true), G)).dataSync()[0];
  };
  // the readout divides by fields: near a small one the line is straight only for a short way
  const h = 3e-4;
  const difference = (loss(h) - loss(-h)) / (2 * h);
  assert(Math.abs(slope - difference) <= 2e-3 * Math.abs(slope), `slope ${slope}, difference ${difference}`);
});

Deno.test("softSelectionAttention() has the same numbers while training whatever memory it has", async () => {
  await useBackend("cpu");
  const [x, G] = [normals([19, N, D], 1), normals([19, N, D], 2)];
  const run = (options: object) => {
    const layer = softSelectionAttention({ heads: HEADS, seed: 3, ...options });
    const { output, gradients } = trainingCall(layer, x, G);
    return [output, gradients, values(layer)];
  };
  // one slot: every part but the last is done again on the way back, with the statistics and the selection that it had
  assertEquals(run({ memoryBytes: 1 }), run({}));
});

Deno.test("softSelectionAttention() answers by the kept averages in inference, and changes them only when it trains", async () => {
  await useBackend("cpu");
  const [x, G] = [normals([9, N, D], 1), normals([9, N, D], 2)];
  const layer = softSelectionAttention(FIXED);
  const start = attention(layer, x).dataSync();
  const before = values(layer);
  tf.grads((x: tf.Tensor) => attention(layer, x))([x], G);
  assertEquals(values(layer), before);
  // a sample answers the same alone as in company: no statistics of the others
  assertEquals(attention(layer, tf.slice(x, [3, 0, 0], [1, N, D])).dataSync(), start.slice(3 * N * D, 4 * N * D));
  const { output } = trainingCall(layer, x, G);
  assert(output.some((value, i) => value !== start[i]));
  assert(attention(layer, x).dataSync().some((value, i) => value !== start[i]));
  // frozen, it is as in inference
  const frozen = softSelectionAttention({ ...FIXED, trainable: false });
  const call = trainingCall(frozen, x, G);
  assertEquals(call.output, start);
  assertEquals(values(frozen), call.before);
});

Deno.test("softSelectionAttention() keeps nothing of an empty batch", async () => {
  await useBackend("cpu");
  const layer = softSelectionAttention(FIXED);
  const { before } = trainingCall(layer, tf.zeros([0, N, D]), tf.zeros([0, N, D]));
  assertEquals(values(layer), before);
});

Deno.test("softSelectionAttention() is loaded with its numbers: getConfig() makes the same layer again", () => {
  const cases: SoftSelectionAttentionOptions[] = [
    { heads: 2, seed: 9, q: 2, cQuadratic: 0.5, cLinear: 0.25, penalty: 1, longRange: 0.1, sweeps: 3 },
    { heads: 2, seed: 9, solver: "fixed", density: 0.25 },
  ];
  for (const options of cases) {
    const layer = softSelectionAttention(options);
    const again = softSelectionAttention({ heads: 1, ...JSON.parse(JSON.stringify(layer.getConfig())) });
    assertEquals(again.getConfig(), layer.getConfig());
    const x = normals([2, N, D], 1);
    const plain = softSelectionAttention({ heads: 2, seed: 9 });
    assertEquals(attention(again, x).dataSync(), attention(layer, x).dataSync());
    assert(attention(plain, x).dataSync().some((value, i) => value !== attention(layer, x).dataSync()[i]));
  }
});

Deno.test("softSelectionAttention() refuses what it does not know before it is built", () => {
  const make = (options: object) => () => softSelectionAttention({ heads: 2, ...options });
  assertThrows(make({ solver: "magic" }), TypeError, "no solver magic; known are annealedSoftSelection, fixed");
  assertThrows(make({ density: 0.5 }), TypeError, "no option density with solver annealedSoftSelection");
  assertThrows(make({ solver: "fixed", density: 2 }), RangeError, "density must be from 0 to 1, got 2");
  assertThrows(make({ q: 17 }), RangeError, "q must be an integer from 1 to 16, got 17");
  assertThrows(make({ penalty: NaN }), RangeError, "penalty must be a finite number");
});
