import * as tf from "@tensorflow/tfjs";

/**
 * Loads the WebAssembly backend of TensorFlow.js, on one thread, and makes it the current one.
 *
 * Attention layers run on any backend; this one is the fastest that needs no GPU. It has no gradient for the stock
 * `embedding` and convolution layers.
 *
 * @throws {Error} if the backend cannot start
 *
 * Cost about 50 ms, once.
 *
 * @example The backend is there after the wait
 * ```ts
 * import { useWasmBackend } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * await useWasmBackend();
 * assertEquals(tf.getBackend(), "wasm");
 * ```
 */
export async function useWasmBackend(): Promise<void> {
  // on import the backend would make itself the default, and it is not ready at once
  const { setThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
  if (tf.getBackend() !== "wasm") setThreadsCount(1);
  if (!await tf.setBackend("wasm")) {
    throw new Error('Cannot start the WebAssembly backend of TensorFlow.js; go on with tf.setBackend("cpu")');
  }
}
