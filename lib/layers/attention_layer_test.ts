import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { assertTensorClose } from "../testing/mod.ts";
import { attention, BACKENDS, normals, outputAndGradients, useBackend } from "./_test_layers.ts";
import type { AttentionLayer, AttentionLayerOptions } from "./attention_layer.ts";
import { quantumAnnealingAttention } from "./quantum_annealing_attention.ts";
import { softSelectionAttention } from "./soft_selection_attention.ts";
import { softmaxAttention } from "./softmax_attention.ts";

const LAYERS: Readonly<Record<string, (options: AttentionLayerOptions) => AttentionLayer>> = {
  softmaxAttention,
  qamaV2: quantumAnnealingAttention,
  qamaSelected: (options) => quantumAnnealingAttention({ ...options, operator: "qamaSelected", k: 2 }),
  qamaV1: softSelectionAttention,
};

for (const [name, make] of Object.entries(LAYERS)) {
  Deno.test(`${name} draws the weights that its block asks for, by its seed`, async () => {
    await useBackend("cpu");
    const [one, again, two] = [1, 1, 2].map((seed) => {
      const layer = make({ heads: 4, seed });
      layer.build([null, 3, 64]);
      return layer.weights.map((weight) => ({ name: weight.originalName, values: [...weight.read().dataSync()] }));
    });
    assertEquals(one, again);
    one.forEach(({ name, values }, i) => {
      if (/gain|gamma|var/.test(name)) assertEquals(new Set(values), new Set([1]));
      else if (/shift|beta|mean/.test(name)) assertEquals(new Set(values), new Set([0]));
      else assertNotEquals(values, two[i].values);
      if (!name.includes("W")) return;
      // uniform on [-1/8, 1/8], 4096 draws or more: the largest is below 0.99 of the bound with probability 0.99^4096 < 1e-17
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      assert(largest <= 0.125 && largest > 0.99 * 0.125, `${name} reaches ${largest}`);
    });
  });

  Deno.test(`${name} has the same gradients with memory for a part of the batch as with memory for all`, async () => {
    await useBackend("cpu");
    const [x, G] = [normals([27, 5, 8], 1), normals([27, 5, 8], 2)];
    const ample = outputAndGradients(make({ heads: 2, seed: 1 }), x, G);
    // samples one by one; then eight a part in one slot, so that all parts but the last are done again on the way back
    for (const memoryBytes of [1, 100_000]) {
      const scarce = outputAndGradients(make({ heads: 2, seed: 1, memoryBytes }), x, G);
      assertEquals(scarce.output, ample.output);
      assertEquals(scarce.gradients[0], ample.gradients[0]);
      // 27 * 5 float32 terms added in other groups: 135 * 2^-24 = 8e-6 of the sum of their sizes
      scarce.gradients.forEach((gradient, i) => assertTensorClose(gradient, ample.gradients[i], 1e-5));
    }
  });

  Deno.test(`${name} goes back through what its forward pass saw, whatever ran or changed since`, async () => {
    await useBackend("cpu");
    const [x, other, G] = [normals([3, 4, 4], 1), normals([20, 4, 4], 2), normals([3, 4, 4], 3)];
    const layer = make({ heads: 2, seed: 1 });
    const expected = outputAndGradients(layer, x, G).gradients;
    const gradients = tf.grads((x: tf.Tensor) => {
      const y = attention(layer, x);
      layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, 3)));
      attention(layer, other);
      return y;
    })([x, ...layer.weights.map((weight) => weight.read())], G);
    gradients.forEach((gradient, i) => assertEquals(gradient.dataSync(), expected[i]));
  });

  Deno.test(`${name} has gradients that agree with central differences along a line`, async () => {
    await useBackend("cpu");
    const [x, direction, G] = [1, 2, 3].map((seed) => normals([2, 5, 8], seed));
    const layer = make({ heads: 2, seed: 1 });
    const { gradients } = outputAndGradients(layer, x, G);
    const slope = tf.sum(tf.mul(tf.tensor(gradients[0], x.shape), direction)).dataSync()[0];
    const [h, selections] = [2e-3, new Set<string>()];
    const loss = (t: number) => {
      const y = attention(layer, tf.add(x, tf.mul(direction, t)));
      selections.add(String(layer.chosen));
      return tf.sum(tf.mul(y, G)).dataSync()[0];
    };
    const difference = (loss(h) - loss(-h)) / (2 * h);
    assertEquals(selections.size, 1);
    assert(Math.abs(slope - difference) <= 2e-3 * Math.abs(slope) + 2e-2, `slope ${slope}, difference ${difference}`);
  });

  for (const backend of BACKENDS) {
    Deno.test(`${name} leaves no tensor behind in 1000 steps on ${backend}, and none at all after dispose()`, async () => {
      await useBackend(backend);
      const before = tf.memory().numTensors;
      const layer = make({ heads: 1, seed: 1 });
      const x = normals([2, 2, 2], 1);
      attention(layer, x).dispose();
      const optimizer = tf.train.sgd(1e-3);
      const step = () => optimizer.minimize(() => tf.sum(tf.square(attention(layer, x, true))).asScalar());
      step();
      const after = tf.memory().numTensors;
      for (let i = 0; i < 1000; i++) step();
      assertEquals(tf.memory().numTensors, after);
      assertEquals(layer.trainingCalls, 1001);
      for (const tensors of [x, optimizer, layer]) tensors.dispose();
      assertEquals(tf.memory().numTensors, before);
      assertThrows(() => layer.apply(tf.zeros([2, 2, 2])), Error, "disposed");
      // the block is gone, and its memory with it
      assertThrows(() => layer.call(tf.zeros([2, 2, 2]), {}), TypeError, "it is not built");
    });
  }

  Deno.test(`${name} is left alone by an optimizer while trainable is false`, async () => {
    await useBackend("cpu");
    const layer = make({ heads: 1, seed: 1, trainable: false, inputShape: [2, 2] });
    const dense = tf.layers.dense({ units: 1 });
    const model = tf.sequential({ layers: [layer, dense] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const weights = () => layer.getWeights().map((weight) => [...weight.dataSync()]);
    const before = weights();
    await model.fit(normals([4, 2, 2], 1), normals([4, 2, 1], 2), { verbose: 0 });
    assertEquals(weights(), before);
  });

  Deno.test(`${name} says what is wrong with its input`, async () => {
    await useBackend("cpu");
    const layer = make({ heads: 2, seed: 1, name: "slot" });
    assertThrows(() => layer.apply(tf.zeros([2, 4])), TypeError, "Cannot build slot: expected an input of rank 3");
    assertThrows(() => layer.build([null, null, 4]), TypeError, "must be fixed, got [any, any, 4]");
    assertThrows(() => layer.build([[null, 3, 4], [null, 3, 4]]), TypeError, "it takes one input");
    assertThrows(() => layer.apply(tf.zeros([1, 3, 5])), RangeError, "2 heads do not divide the width 5");
    assertThrows(() => layer.computeOutputShape([null, 3, 5]), RangeError, "2 heads do not divide the width 5");
    assertEquals(layer.computeOutputShape([null, 3, 4]), [null, 3, 4]);
    assertEquals(attention(layer, tf.zeros([1, 3, 4])).shape, [1, 3, 4]);
    assertThrows(() => layer.apply(tf.zeros([1, 2, 4])), TypeError, "built for [any, 3, 4], got an input of [1, 2, 4]");
    assertThrows(() => layer.apply(tf.zeros([1, 3, 4], "int32")), TypeError, "got int32; cast it with toFloat()");
    const broken = tf.tensor([0, 0, 0, 0, 0, 0, NaN, 0, 0, 0, 0, 0], [1, 3, 4]);
    assertThrows(() => layer.apply(broken), RangeError, "Cannot run slot: input[0, 1, 2] must be finite, got NaN");
    layer.setWeights(layer.getWeights().map((weight, i) => i === 0 ? tf.fill(weight.shape, Infinity) : weight));
    assertThrows(
      () => layer.apply(tf.zeros([1, 3, 4])),
      RangeError,
      "[0] must be finite, got Infinity; if training diverged",
    );
  });

  Deno.test(`${name} leaves no tensor behind in a step that it refuses`, async () => {
    await useBackend("cpu");
    const layer = make({ heads: 1, seed: 1 });
    attention(layer, normals([2, 2, 2], 1)).dispose();
    const [broken, optimizer] = [tf.fill([2, 2, 2], NaN), tf.train.sgd(1e-3)];
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const step = () => optimizer.minimize(() => tf.sum(attention(layer, broken, true)).asScalar());
      assertThrows(step, RangeError, "must be finite, got NaN");
    }
    assertEquals(tf.memory().numTensors, before);
    for (const tensors of [broken, optimizer, layer]) tensors.dispose();
  });

  Deno.test(`${name} refuses options that it does not know, or that are out of range`, () => {
    const wrong = (options: object) => () => make({ heads: 2, ...options });
    assertThrows(wrong({ head: 2 }), TypeError, "known are heads, seed, trainingCalls, memoryBytes, name, trainable");
    assertThrows(wrong({ seed: -1 }), RangeError, "seed must be an integer from 0, got -1");
    assertThrows(wrong({ memoryBytes: 0 }), RangeError, "memoryBytes must be an integer from 1, got 0");
    assertThrows(wrong({ dtype: "int32" }), TypeError, "dtype must be float32, got int32");
    assertNotEquals(make({ heads: 2 }).seed, make({ heads: 2 }).seed);
  });

  Deno.test(`${name} runs an empty batch`, async () => {
    await useBackend("cpu");
    assertEquals(attention(make({ heads: 2 }), tf.zeros([0, 3, 4])).shape, [0, 3, 4]);
  });
}
