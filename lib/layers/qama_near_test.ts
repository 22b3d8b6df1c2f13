import type * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { parameterCount, qamaBlock, qamaNear } from "../attention/mod.ts";
import { typescriptKernels } from "../kernels/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { normals, outputAndGradients, useBackend } from "./_test_layers.ts";
import { quantumAnnealingAttention } from "./quantum_annealing_attention.ts";

const [B, N, HEADS, D] = [11, 9, 2, 8];

Deno.test("quantumAnnealingAttention() has qamaNear by name: the same layer from its configuration, and from the object", async () => {
  await useBackend("cpu");
  const named = { share: 0.3, grid: "square", queryBlocks: 3 } as const;
  const layer = quantumAnnealingAttention({ heads: HEADS, seed: 3, operator: "qamaNear", ...named });
  const [x, G] = [normals([B, N, D], 1), normals([B, N, D], 2)];
  const { output, gradients } = outputAndGradients(layer, x, G);
  // a selection a head and block of queries
  assertEquals(layer.chosen?.length, B * HEADS * 3 * N);
  const block = qamaBlock(typescriptKernels(), { samples: 1, tokens: N, heads: HEADS, width: 4 }, qamaNear(named));
  assertEquals(layer.getWeights().reduce((sum, { size }) => sum + size, 0), parameterCount(block));
  const again = quantumAnnealingAttention({ ...layer.getConfig(), weights: layer.getWeights() } as never);
  assertEquals((again.apply(x) as tf.Tensor).dataSync(), output);
  const object = quantumAnnealingAttention({
    heads: HEADS,
    seed: 3,
    operator: qamaNear(named),
    weights: layer.getWeights(),
  });
  const other = outputAndGradients(object, x, G);
  assertEquals(other.output, output);
  other.gradients.forEach((gradient, i) => assertTensorClose(gradient, Float64Array.from(gradients[i]), 1e-6));
});
