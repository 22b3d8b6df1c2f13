import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { wasmKernels } from "../kernels/mod.ts";
import { openOperator, OPERATOR_NAMES } from "../training/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import {
  attention,
  BACKENDS,
  blockOutputAndGradients,
  normals,
  outputAndGradients,
  useBackend,
} from "./_test_layers.ts";
import { ATTENTION_NAMES, attentionByName, type AttentionName, peerAttention, type PeerAttentionName } from "./mod.ts";

const [B, N, HEADS, D] = [11, 20, 2, 8];

Deno.test("attentionByName() knows every operator that a model can be trained with, and no other", () => {
  assertEquals([...ATTENTION_NAMES].sort(), [...OPERATOR_NAMES].sort());
});

for (const backend of BACKENDS) {
  for (const name of OPERATOR_NAMES) {
    Deno.test(`attentionByName("${name}") gives output and gradients of what training opens on ${backend}`, async () => {
      await useBackend(backend);
      const seed = 3;
      const layer = attentionByName(name, { heads: HEADS, seed });
      const [x, G] = [normals([B, N, D], 1), normals([B, N, D], 2)];
      const { output, gradients } = outputAndGradients(layer, x, G);
      const again = outputAndGradients(layer, x, G);
      assertEquals([again.output, again.gradients], [output, gradients]);

      const kernels = wasmKernels();
      const shape = { samples: B, tokens: N, heads: HEADS, width: D / HEADS };
      // what peers draw once is a setting of theirs, what fixed selections draw is the layer's
      const drawn = name === "bigbird" || name === "performer" ? 1 : seed;
      const block = openOperator(name, kernels, shape, { sweeps: 20, seed: drawn });
      if (block === null) {
        assertEquals([output, gradients], [new Float32Array(B * N * D), [new Float32Array(B * N * D)]]);
        return;
      }
      const expected = blockOutputAndGradients(kernels, block, layer, seed, x, G);
      assertEquals(layer.chosen?.join(), block.chosen?.join());
      assertTensorClose(output, Float64Array.from(expected.output), 1e-6);
      expected.gradients.forEach((slope, i) => assertTensorClose(gradients[i], Float64Array.from(slope), 1e-5));
      assertEquals(gradients.length, 1 + block.parameters.length);
      layer.dispose();
    });
  }
}

for (const name of OPERATOR_NAMES) {
  Deno.test(`model.fit() trains a model with attentionByName("${name}") in it by name, to a smaller loss`, async () => {
    await useBackend("cpu");
    const input = tf.input({ shape: [N, D] });
    const slot = attentionByName(name, { heads: HEADS, seed: 1 }).apply(input) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([input, slot]) as tf.SymbolicTensor;
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
    const output = tf.layers.dense({ units: 1, kernelInitializer }).apply(sum) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    model.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError" });
    const [x, y] = [normals([B, N, D], 1), normals([B, N, 1], 2)];
    const { history } = await model.fit(x, y, { epochs: 4, batchSize: B, shuffle: false, verbose: 0 });
    const losses = history.loss.map(Number);
    assert(losses.every(Number.isFinite) && losses[3] < losses[0], `${losses}`);
    model.dispose();
  });
}

/** What saving and loading a model makes of it. */
async function copyOf(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } });
  }));
  assert(saved);
  return await tf.loadLayersModel(tf.io.fromMemory(saved));
}

Deno.test("every attention is saved and loaded by its class, settings included", async () => {
  await useBackend("cpu");
  const x = normals([2, N, D], 5);
  for (const name of ATTENTION_NAMES) {
    const layer = attentionByName(name, { heads: HEADS, seed: 3, inputShape: [N, D] });
    const model = tf.sequential({ layers: [layer] });
    const copy = await copyOf(model);
    const [a, b] = [model, copy].map((each) => (each.predict(x) as tf.Tensor).dataSync());
    assertEquals(b, a, name);
    model.dispose();
    copy.dispose();
  }
  const narrow = peerAttention({ attention: "longformer", heads: HEADS, seed: 3, settings: { window: 2 } });
  const config = narrow.getConfig();
  assertEquals([config.attention, config.settings], ["longformer", { window: 2 }]);
  const wide = peerAttention({ attention: "longformer", heads: HEADS, seed: 3 });
  assert(attention(narrow, x).dataSync().some((value, i) => value !== attention(wide, x).dataSync()[i]));
});

Deno.test("attentionByName() and peerAttention() name what they know", () => {
  const known = "known are mha, qamaV2, qamaV2Fixed, qamaSelected, qamaSelectedFixed, none, longformer";
  assertThrows(() => attentionByName("magic", { heads: 1 }), RangeError, `there is no attention magic; ${known}`);
  const unknown = { heads: 1, attention: "magic" as AttentionName as PeerAttentionName };
  assertThrows(() => peerAttention(unknown), TypeError, "there is no attention magic; known are longformer");
  assertThrows(
    () => attentionByName("bigbird", { heads: 1, window: 3 } as object & { heads: number }),
    TypeError,
    "window",
  );
  const wrong = peerAttention({ attention: "longformer", heads: 1, settings: { chunk: 3 } });
  assertThrows(() => wrong.apply(tf.zeros([1, 3, 4])), TypeError, "there is no option chunk");
});
