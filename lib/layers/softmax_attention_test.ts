import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { assertTensorClose, loadVector } from "../testing/mod.ts";
import { BACKENDS, outputAndGradients, useBackend } from "./_test_layers.ts";
import { softmaxAttention } from "./softmax_attention.ts";

for (const backend of BACKENDS) {
  Deno.test(`softmaxAttention() gives output and gradients of softmax_mha on ${backend}`, async () => {
    const vector = loadVector("softmax_mha");
    if (vector === null) return;
    await useBackend(backend);
    const { B, N, D, H } = vector.shapes;
    const { ln, Wqkv } = vector.weights;
    const tensor = ({ data }: { data: Float64Array }, shape: number[]) => tf.tensor(Float32Array.from(data), shape);
    const layer = softmaxAttention({
      heads: H,
      weights: [ln.gamma, ln.beta, Wqkv].map((w) => tensor(w, [...w.shape])),
    });
    const { output, gradients } = outputAndGradients(
      layer,
      tensor(vector.inputs.X, [B, N, D]),
      tensor(vector.G, [B, N, D]),
    );
    assertTensorClose(output, vector.output.data, 2e-5);
    const { X, ln: dln, Wqkv: dWqkv } = vector.gradients;
    [X, dln.gamma, dln.beta, dWqkv].forEach(({ data }, i) => assertTensorClose(gradients[i], data, 2e-5));
    assertEquals(gradients.length, 4);
    assertEquals(layer.chosen, null);
    layer.dispose();
  });
}

Deno.test("softmaxAttention() refuses to be made without options", () => {
  const bare = softmaxAttention as unknown as () => void;
  assertThrows(() => bare(), TypeError, "Cannot make SoftmaxAttention: expected options");
});
