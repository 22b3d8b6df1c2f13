import { wasmKernels } from "../kernels/mod.ts";
import { openOperator } from "./operators.ts";
import { SimpleVit } from "./simple_vit.ts";
import type { TextData } from "./text_data.ts";
import { TextModel } from "./text_model.ts";
import { textShapeOf } from "./_text_shape.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import type { OperatorName } from "./types.ts";
import { WordVectors } from "./_word_vectors.ts";

/** Which model {@link initialWeights} draws. */
export interface InitialWeightsOptions {
  /** What stands in its attention slot. */
  readonly operator: OperatorName;
  /** Seed of the run. */
  readonly seed: number;
}

/**
 * Draws the weights that a training run starts from: the model before its first step, to compare the trained one with.
 *
 * @param data the pictures or texts, which decide the sizes
 * @param options which model
 * @returns fresh weights in the order of a checkpoint, word vectors last; `inspectModel` takes them
 * @throws {RangeError} if the operator is unknown, or the seed is none
 *
 * Cost O(parameters).
 *
 * @example One number for each weight of the model
 * ```ts
 * import { initialWeights, SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(16), labels: Uint8Array.of(0), count: 1 };
 * const size = { rows: 4, columns: 4, channels: 1 };
 * const data = { name: "blank", synthetic: true, ...size, classes: ["a"], train: split, test: split, checksums: {} };
 * const { weights } = new SimpleVit(wasmKernels(), { ...size, classes: 1 }, () => null);
 * assertEquals(initialWeights(data, { operator: "none", seed: 1 }).length, weights.length);
 * ```
 */
export function initialWeights(data: TrainingData, { operator, seed }: InitialWeightsOptions): Float32Array {
  const kind = isTextData(data) ? "texts" : "pictures";
  // sweeps change no weight
  const open = (kernels: Parameters<typeof openOperator>[1], shape: Parameters<typeof openOperator>[2]) =>
    openOperator(operator, kernels, shape, { sweeps: 0, seed, data: kind });
  if (!isTextData(data)) {
    const { rows, columns, channels, classes } = data;
    const model = new SimpleVit(wasmKernels(), { rows, columns, channels, classes: classes.length }, open, 1);
    model.initialise(seed);
    return model.weights.slice();
  }
  const model = new TextModel(wasmKernels(), textShapeOf(data), open, 1);
  model.initialise(seed);
  return data.features ? model.weights.slice() : withWords(model, data, seed);
}

function withWords(model: TextModel, data: TextData, seed: number): Float32Array {
  const words = new WordVectors(data.vocabulary.length, model.shape.width);
  words.initialise(seed);
  const whole = new Float32Array(model.weights.length + words.table.length);
  whole.set(model.weights);
  whole.set(words.table, model.weights.length);
  return whole;
}
