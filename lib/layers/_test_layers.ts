import * as tf from "@tensorflow/tfjs";
import type { AttentionSolver } from "../attention/mod.ts";
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

/** Gives problem b of a batch the given selection, `[B, H, N]`. */
export function givenSelection(x: ArrayLike<number>): AttentionSolver {
  return {
    name: "given",
    solve({ batch, heads, tokens }, { firstStream = 0 }) {
      const chosen = Uint8Array.from(x).slice(firstStream * heads * tokens, (firstStream + batch) * heads * tokens);
      return { chosen, energies: new Float64Array(batch), solver: "given" };
    },
  };
}
