import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { BACKENDS, normals, useBackend } from "./_test_layers.ts";
import { attentionByName, peerAttention, quantumAnnealingAttention, softmaxAttention } from "./mod.ts";

const LAYERS = {
  softmaxAttention: () => softmaxAttention({ heads: 2, seed: 1 }),
  qamaV2: () => quantumAnnealingAttention({ heads: 2, seed: 1 }),
  qamaSelected: () => quantumAnnealingAttention({ heads: 2, seed: 1, operator: "qamaSelected", k: 2 }),
  linformer: () => attentionByName("linformer", { heads: 2, seed: 1 }),
  performer: () => attentionByName("performer", { heads: 2, seed: 1 }),
  qamaV1: () => attentionByName("qamaV1", { heads: 2, seed: 1 }),
  qamaV1Fixed: () => attentionByName("qamaV1Fixed", { heads: 2, seed: 1 }),
  qamaV2Fixed: () => attentionByName("qamaV2Fixed", { heads: 2, seed: 1 }),
  reformer: () => peerAttention({ attention: "reformer", heads: 2, seed: 1, settings: { chunk: 2 } }),
};
const [SAMPLES, TOKENS, WIDTH] = [24, 4, 8];

/** x + attention(x), mean over tokens, two classes. */
function makeModel(layer: tf.layers.Layer): tf.LayersModel {
  const input = tf.input({ shape: [TOKENS, WIDTH] });
  const slot = layer.apply(input);
  assert(slot instanceof tf.SymbolicTensor);
  const sum = tf.layers.add().apply([input, slot]);
  const mean = tf.layers.globalAveragePooling1d({}).apply(sum);
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const output = tf.layers.dense({ units: 2, kernelInitializer, activation: "softmax" }).apply(mean);
  assert(output instanceof tf.SymbolicTensor);
  return tf.model({ inputs: input, outputs: output });
}

/** Pictures of class 1 have one token that stands out. */
function makeTask(): [x: tf.Tensor, y: tf.Tensor] {
  const rng = new Rng(11);
  const labels = Array.from({ length: SAMPLES }, (_, s) => s % 2);
  const x = labels.map((label) => {
    const marked = rng.integer(TOKENS);
    return Array.from({ length: TOKENS }, (_, i) => {
      return Array.from({ length: WIDTH }, (_, a) => rng.normal() + (label === 1 && i === marked && a < 2 ? 4 : 0));
    });
  });
  return [tf.tensor3d(x), tf.oneHot(tf.tensor1d(labels, "int32"), 2).toFloat()];
}

const fitOptions = { epochs: 12, batchSize: SAMPLES, shuffle: false, verbose: 0 } as const;

for (const [name, make] of Object.entries(LAYERS)) {
  for (const backend of BACKENDS) {
    Deno.test(`model.fit() lowers the loss of a model with ${name} on ${backend}, as a hand-written loop does`, async () => {
      await useBackend(backend);
      const [x, y] = makeTask();
      const fitted = makeModel(make());
      fitted.compile({ optimizer: tf.train.adam(0.03), loss: "categoricalCrossentropy" });
      const { history } = await fitted.fit(x, y, fitOptions);
      const losses = history.loss.map(Number);
      const last = losses[losses.length - 1];
      assert(last < 0.7 * losses[0], `loss went from ${losses[0]} to ${last}`);

      const byHand = makeModel(make());
      const optimizer = tf.train.adam(0.03);
      for (let epoch = 0; epoch < fitOptions.epochs; epoch++) {
        optimizer.minimize(() => {
          const output = byHand.apply(x, { training: true });
          assert(output instanceof tf.Tensor);
          return tf.metrics.categoricalCrossentropy(y, output).mean().asScalar();
        });
      }
      const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());
      weights(byHand).forEach((values, i) => assertTensorClose(values, weights(fitted)[i], 1e-5));
    });
  }

  Deno.test(`a saved model with ${name} predicts the same when it is loaded, and goes on training the same`, async () => {
    await useBackend("cpu");
    const [x, y] = makeTask();
    const model = makeModel(make());
    const compile = (model: tf.LayersModel) =>
      model.compile({ optimizer: tf.train.sgd(0.1), loss: "categoricalCrossentropy" });
    compile(model);
    await model.fit(x, y, { ...fitOptions, epochs: 2 });
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } });
    }));
    assert(saved !== undefined);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    const predictions = (model: tf.LayersModel) => {
      const output = model.predict(x);
      assert(output instanceof tf.Tensor);
      return output.dataSync();
    };
    assertEquals(predictions(loaded), predictions(model));
    compile(loaded);
    for (const each of [model, loaded]) await each.fit(x, y, { ...fitOptions, epochs: 1 });
    assertEquals(predictions(loaded), predictions(model));
  });

  Deno.test(`one layer with ${name} twice in a model has the gradients of both places`, async () => {
    await useBackend("cpu");
    const layer = make();
    const [x, G] = [normals([2, TOKENS, WIDTH], 1), normals([2, TOKENS, WIDTH], 2)];
    const once = (x: tf.Tensor) => {
      const y = layer.apply(x);
      assert(y instanceof tf.Tensor);
      return y;
    };
    const [direct] = tf.grads((x: tf.Tensor) => once(tf.add(x, once(x))))([x], G);
    const middle = tf.add(x, once(x));
    const [outer] = tf.grads(once)([middle], G);
    const [inner] = tf.grads(once)([x], outer);
    assertEquals(direct.dataSync(), tf.add(outer, inner).dataSync());
  });
}
