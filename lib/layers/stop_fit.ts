import { stopSignal } from "../samplers/mod.ts";

/** What of a model of TensorFlow.js is needed to end its `fit`. */
export interface StoppableModel {
  /** True makes `fit` return after the batch that runs. */
  stopTraining: boolean;
}

/** A callback that `fit` takes. */
export interface FitCallback {
  /** Called between two batches. */
  onBatchEnd(): void;
}

/**
 * Makes a callback by which Stop ends the `fit` of a TensorFlow.js model, after the batch that runs; the weights so far stay.
 *
 * Without it nothing ends `fit` but its last epoch. In a loop of one's own, `await tf.nextFrame()` lets Stop come through, and
 * `stopSignal()?.aborted` says that it was pressed.
 *
 * @param model the model that is trained
 * @param signal what ends it @default {the Stop button, in a notebook}
 * @returns a value for `callbacks`
 *
 * Cost one look at a signal a batch.
 *
 * @example Aborted before it begins, a training ends after one batch
 * ```ts
 * import { stopFit } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 * const callbacks = stopFit(model, AbortSignal.abort());
 * const { epoch } = await model.fit(tf.ones([4, 1]), tf.ones([4, 1]), { batchSize: 1, epochs: 9, verbose: 0, callbacks });
 * assertEquals([epoch.length, model.optimizer.iterations], [1, 1]);
 * ```
 */
export function stopFit(model: StoppableModel, signal?: AbortSignal): FitCallback {
  const onBatchEnd = () => {
    if ((signal ?? stopSignal())?.aborted) model.stopTraining = true;
  };
  return { onBatchEnd };
}
