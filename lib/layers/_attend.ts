import * as tf from "@tensorflow/tfjs";
import type { FusedRuns, Run } from "./_fused_runs.ts";
import { checkFinite } from "./_layer_options.ts";

/** What a layer is told of its run. */
export interface Watch {
  /** Called after the forward pass, with the selection. */
  onChosen(chosen: Uint8Array | null): void;
  /** Called on the way back of a training run, for weight i, a kept average: the mean of what the samples saw. */
  onSeen(i: number, mean: Float32Array): void;
}

/**
 * One operation on the tape: `attention(x)`, with gradients for x and every weight. First derivatives only.
 *
 * Kept averages count as constants: their gradient is 0.
 */
export function attend(
  layer: string,
  runs: FusedRuns,
  x: tf.Tensor,
  weights: readonly tf.Tensor[],
  call: Pick<Run, "seed" | "training">,
  watch: Watch,
): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const tensors = inputs.filter((input) => input instanceof tf.Tensor);
    const [x, ...weights] = tensors;
    const values = floats(x);
    checkFinite(`Cannot run ${layer}: input`, values, x.shape, "look at what comes before the layer");
    const weightValues = weights.map(floats);
    weightValues.forEach((weight, i) => {
      const what = `Cannot run ${layer}: weight ${runs.parameters[i].name}`;
      checkFinite(what, weight, weights[i].shape, "if training diverged, take smaller steps");
    });
    const { y, run } = runs.forward(values, weightValues, call);
    // whatever happens between now and the backward pass, this is what the forward pass saw; nobody would free what was
    // saved before an error
    for (const save of inputs) if (typeof save === "function") save(tensors);
    watch.onChosen(run.chosen);
    return {
      value: tf.tensor(y, x.shape, "float32"),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, ...weights] = saved;
        const { dx, gradients } = runs.backward(run, () => floats(x), weights.map(floats), floats(dy));
        runs.parameters.forEach(({ running }, i) => {
          if (!running) return;
          // of no samples there is no mean
          if (run.training && run.samples > 0) watch.onSeen(i, gradients[i].map((sum) => sum / run.samples));
          gradients[i].fill(0);
        });
        return [tf.tensor(dx, x.shape), ...gradients.map((gradient, i) => tf.tensor(gradient, weights[i].shape))];
      },
    };
  });
  return operation(x, ...weights);
}

function floats(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync<"float32">();
}
