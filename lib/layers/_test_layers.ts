import * as tf from "@tensorflow/tfjs";
import { type AttentionBlock, sizeOf } from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import type { AttentionLayer } from "./attention_layer.ts";
import { useWasmBackend } from "./use_wasm_backend.ts";

/** The backends that layers are tested on. */
export const BACKENDS = ["cpu", "wasm"] as const;

/** Makes a backend the current one. */
export async function useBackend(name: "cpu" | "wasm"): Promise<void> {
  if (name === "wasm") await useWasmBackend();
  else await tf.setBackend("cpu");
}

/** A tensor from N(0, 1). */
export function normals(shape: number[], seed: number): tf.Tensor {
  const rng = new Rng(seed);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.normal()), shape);
}

/** The tensor that a layer gives, for code that wants one tensor. */
export function attention(layer: AttentionLayer, x: tf.Tensor, training = false): tf.Tensor {
  const y = layer.apply(x, { training });
  if (!(y instanceof tf.Tensor)) throw new TypeError("Expected one tensor");
  return y;
}

/** Output, and the gradients of `sum attention(x) G` for x and every weight, as arrays. */
export function outputAndGradients(
  layer: AttentionLayer,
  x: tf.Tensor,
  G: tf.Tensor,
): { output: Float32Array; gradients: Float32Array[] } {
  return tf.tidy(() => {
    const output = attention(layer, x).dataSync<"float32">();
    const weights = layer.weights.map((weight) => weight.read());
    const gradients = tf.grads((x: tf.Tensor) => attention(layer, x))([x, ...weights], G);
    return { output, gradients: gradients.map((gradient) => gradient.dataSync<"float32">()) };
  });
}

/** The same of a block with the weights of a layer, by the random numbers of the layer's inference. */
export function blockOutputAndGradients(
  kernels: Kernels,
  block: AttentionBlock,
  layer: AttentionLayer,
  seed: number,
  x: tf.Tensor,
  G: tf.Tensor,
): { output: Float32Array; gradients: Float32Array[] } {
  const place = (values: ArrayLike<number>) => {
    const array = kernels.float32(values.length);
    array.set(values);
    return array;
  };
  const slopes = block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape)));
  block.bind(layer.getWeights().map((weight) => place(weight.dataSync<"float32">())), slopes);
  block.refresh();
  block.setTraining?.(false);
  const [output, dx] = [kernels.float32(x.size), kernels.float32(x.size)];
  // inference is call 0 of a layer
  block.forward(x.shape[0], place(x.dataSync<"float32">()), output, new Rng(seed, 2 ** 32).uint32(), 0);
  block.backward(x.shape[0], place(G.dataSync<"float32">()), dx);
  block.collect();
  return { output, gradients: [dx, ...slopes] };
}
