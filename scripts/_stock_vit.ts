import * as tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { resolveVitShape, SimpleVit, type SimpleVitShape } from "qama/training";
import { typescriptKernels } from "qama/kernels";
import { softmaxBlock } from "qama/attention";

/** The same SimpleViT with softmax attention, made of stock TensorFlow.js operations: what the fused one is timed against. */
export interface StockVit {
  /** One training step on a batch; returns the loss. */
  step(): number;
  /** The loss of the starting weights, and its gradient, to compare models with. */
  lossAndGradients(): { loss: number; gradients: Record<string, Float32Array> };
}

/** Opens TensorFlow.js on its wasm backend with one thread. */
export async function openTfjs(): Promise<string> {
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  return `tfjs ${tf.version_core} ${tf.getBackend()}`;
}

/** Builds the model with the starting weights that the fused model draws from `seed`, on one fixed batch. */
export function stockVit(
  shape: SimpleVitShape,
  patches: Float32Array,
  positions: Float32Array,
  labels: Uint8Array,
  seed: number,
): StockVit {
  const { tokens, width: D, heads, classes } = resolveVitShape(shape);
  const batch = labels.length;
  const twin = new SimpleVit(typescriptKernels(), shape, (kernels, s) => softmaxBlock(kernels, s), 1);
  twin.initialise(seed);
  const w: Record<string, tf.Variable> = {};
  let top = 0;
  for (const { name, shape } of twin.parameters) {
    const size = shape.reduce((a, b) => a * b, 1);
    w[name] = tf.variable(tf.tensor(twin.weights.slice(top, top += size), [...shape]));
  }
  const x0 = tf.tensor(patches, [batch * tokens, patches.length / batch / tokens]);
  const places = tf.tensor(positions, [1, tokens, D]);
  const targets = tf.oneHot(tf.tensor1d(Array.from(labels), "int32"), classes).toFloat();
  const norm = (x: tf.Tensor, name: string): tf.Tensor => {
    const mean = x.mean(-1, true);
    const centred = x.sub(mean);
    const variance = centred.square().mean(-1, true);
    return centred.mul(variance.add(1e-5).rsqrt()).mul(w[`${name}gain`]).add(w[`${name}shift`]);
  };
  const linear = (x: tf.Tensor, name: string) =>
    tf.matMul(x as tf.Tensor2D, w[`${name}/W`] as unknown as tf.Tensor2D, false, true).add(w[`${name}/b`]);
  const gelu = (x: tf.Tensor) => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5));
  const attention = (x: tf.Tensor): tf.Tensor => {
    const d = D / heads;
    const rows = tf.matMul(
      norm(x, "attention/") as tf.Tensor2D,
      w["attention/Wqkv"] as unknown as tf.Tensor2D,
      false,
      true,
    );
    const [q, k, v] = tf.split(rows, 3, 1).map((part) =>
      part.reshape([batch, tokens, heads, d]).transpose([0, 2, 1, 3])
    );
    const p = tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(d)));
    return tf.matMul(p, v).transpose([0, 2, 1, 3]).reshape([batch * tokens, D]);
  };
  const loss = (): tf.Scalar => {
    const embedded = norm(linear(norm(x0, "patchNorm/"), "embed"), "embedNorm/");
    let x: tf.Tensor = embedded.reshape([batch, tokens, D]).add(places).reshape([batch * tokens, D]);
    x = x.add(attention(x));
    x = x.add(linear(gelu(linear(norm(x, "mlpNorm/"), "mlp1")), "mlp2"));
    const pooled = norm(x, "headNorm/").reshape([batch, tokens, D]).mean(1);
    return tf.losses.softmaxCrossEntropy(targets, linear(pooled, "head")) as tf.Scalar;
  };
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  return {
    step: () => {
      const value = optimizer.minimize(loss, true, Object.values(w))!;
      const number = value.dataSync()[0];
      value.dispose();
      return number;
    },
    lossAndGradients: () => {
      const { value, grads } = tf.variableGrads(loss, Object.values(w));
      const byName = new Map(Object.entries(w).map(([name, variable]) => [variable.name, name]));
      return {
        loss: value.dataSync()[0],
        gradients: Object.fromEntries(
          Object.entries(grads).map(([name, g]) => [byName.get(name)!, g.dataSync() as Float32Array]),
        ),
      };
    },
  };
}
