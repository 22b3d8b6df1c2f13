import type * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { boltzmannBlock } from "../attention/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { blockOutputAndGradients, normals, outputAndGradients, useBackend } from "./_test_layers.ts";
import { boltzmannAttention } from "./boltzmann_attention.ts";

const [B, N, HEADS, D] = [3, 5, 2, 8];

Deno.test("boltzmannAttention() gives output and gradients of its block", async () => {
  await useBackend("cpu");
  const settings = { reach: 3, exactTokens: 4, chains: 3, sweeps: 2 }, seed = 3;
  const layer = boltzmannAttention({ heads: HEADS, seed, settings });
  const [x, G] = [normals([B, N, D], 1), normals([B, N, D], 2)];
  const { output, gradients } = outputAndGradients(layer, x, G);
  const kernels = wasmKernels();
  const block = boltzmannBlock(kernels, { samples: B, tokens: N, heads: HEADS, width: D / HEADS }, settings);
  const expected = blockOutputAndGradients(kernels, block, layer, seed, x, G);
  assertTensorClose(output, Float64Array.from(expected.output), 1e-6);
  expected.gradients.forEach((slope, i) => assertTensorClose(gradients[i], Float64Array.from(slope), 1e-5));
  layer.dispose();
});

Deno.test("boltzmannAttention() is the same layer again from its configuration", async () => {
  await useBackend("cpu");
  const layer = boltzmannAttention({ heads: HEADS, seed: 3, settings: { reach: 0 } });
  const x = normals([1, N, D], 1);
  const first = layer.apply(x) as tf.Tensor;
  const again = boltzmannAttention({ ...layer.getConfig(), weights: layer.getWeights() } as never);
  assertEquals((again.apply(x) as tf.Tensor).dataSync(), first.dataSync());
  assertThrows(() => boltzmannAttention({ heads: 2, beta: 1 } as never), TypeError, "there is no option beta");
});
