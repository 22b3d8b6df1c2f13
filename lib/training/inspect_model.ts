import type { AttentionProblem, AttentionSolver } from "../attention/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { chosenOf } from "./_chosen_of.ts";
import { openFeatureTable } from "./feature_table.ts";
import { openOperator } from "./operators.ts";
import { PICTURES_TOGETHER } from "./_runners.ts";
import { EVALUATION_STREAM } from "./conventions.ts";
import { type OpenBlock, SimpleVit } from "./simple_vit.ts";
import type { TextData } from "./text_data.ts";
import { TextModel } from "./text_model.ts";
import { textShapeOf } from "./_text_shape.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import type { ImageData, OperatorName } from "./types.ts";

/** What a trained model did with a few test items of one length. */
export interface InspectedPart {
  /** Number of the first item. */
  readonly from: number;
  /** Number of items. */
  readonly count: number;
  /** Class of highest logit, `[count]`. */
  readonly predicted: Uint8Array;
  /** What the attention block solved, a problem an item; null where it solves nothing. */
  readonly problem: AttentionProblem | null;
  /** x, `[count, H, N]`, N the tokens of these items; null where nothing is selected. */
  readonly chosen: Uint8Array | null;
}

/** Which model is inspected. */
export interface InspectOptions {
  /** What stands in its attention slot. */
  readonly operator: OperatorName;
  /** Seed of the run. */
  readonly seed: number;
  /** Sweeps of the annealer. @default {20} */
  readonly sweeps?: number;
  /** Number of test items, from the first. @default {all} */
  readonly count?: number;
  /** Chooses in place of the operator's own solver. @default {the operator's own} */
  readonly solver?: AttentionSolver;
}

/**
 * Runs test items through a trained model as the test after an epoch does, and shows what its attention solved and chose.
 *
 * Weights are those of a checkpoint's end, streams those of the test: accuracy and density over all items are the record's.
 *
 * @param data the pictures or texts that the model was trained and tested on
 * @param weights all weights of a checkpoint: the model's, followed by word vectors where it has some
 * @param options which model
 * @returns a few pictures, or one text, at a time, in their order; arrays are fresh
 * @throws {TypeError} if there are more or fewer weights than the model has
 * @throws {RangeError} if the operator is unknown, or `count` is not from 1 to the number of test items
 *
 * Cost that of testing on so many items, on one core.
 *
 * @example Without attention nothing is solved
 * ```ts
 * import { inspectModel, SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(32), labels: Uint8Array.of(0, 1), count: 2 };
 * const size = { rows: 4, columns: 4, channels: 1 };
 * const data = { name: "blank", synthetic: true, ...size, classes: ["a", "b"], train: split, test: split, checksums: {} };
 * const { weights } = new SimpleVit(wasmKernels(), { ...size, classes: 2 }, () => null);
 * const [part] = inspectModel(data, weights, { operator: "none", seed: 1 });
 * assertEquals([part.count, part.problem], [2, null]);
 * ```
 */
export function* inspectModel(
  data: TrainingData,
  weights: Float32Array,
  options: InspectOptions,
): Generator<InspectedPart> {
  const { count = data.test.count } = options;
  if (!Number.isInteger(count) || count < 1 || count > data.test.count) {
    throw new RangeError(`Cannot inspect the model: count must be from 1 to ${data.test.count}, got ${count}`);
  }
  yield* isTextData(data) ? texts(data, weights, options, count) : pictures(data, weights, options, count);
}

function* pictures(data: ImageData, weights: Float32Array, options: InspectOptions, count: number) {
  const size = { rows: data.rows, columns: data.columns, channels: data.channels, classes: data.classes.length };
  const model = new SimpleVit(wasmKernels(), size, opener(options, "pictures"), PICTURES_TOGETHER);
  takeWeights(model, weights);
  const pixels = data.rows * data.columns * data.channels;
  for (let from = 0; from < count; from += PICTURES_TOGETHER) {
    const n = Math.min(PICTURES_TOGETHER, count - from);
    const images = data.test.images.subarray(from * pixels, (from + n) * pixels);
    const logits = model.forward(images, n, options.seed, EVALUATION_STREAM + from);
    yield part(model, logits, from, n, model.shape.tokens);
  }
}

function* texts(data: TextData, weights: Float32Array, options: InspectOptions, count: number) {
  const model = new TextModel(wasmKernels(), textShapeOf(data), opener(options, "texts"), 1);
  const own = model.weights.length;
  const vectors = data.features ? 0 : data.vocabulary.length * model.shape.width;
  takeWeights(model, weights, vectors);
  const table = weights.slice(own);
  using features = data.features && openFeatureTable(data.features.testPath);
  const { tokens, starts } = data.test;
  for (let s = 0; s < count; s++) {
    const length = starts[s + 1] - starts[s];
    if (features) features.read(starts[s], length, model.features.subarray(0, length * features.width));
    const words = features ? null : { tokens: tokens.subarray(starts[s], starts[s + 1]), table };
    const logits = model.forward(words, Int32Array.of(length), 1, options.seed, EVALUATION_STREAM + s);
    yield part(model, logits, s, 1, length);
  }
}

function opener({ operator, seed, sweeps = 20, solver }: InspectOptions, data: "pictures" | "texts"): OpenBlock {
  return (kernels, shape) => openOperator(operator, kernels, shape, { sweeps, seed, data, solver });
}

function takeWeights(model: SimpleVit | TextModel, weights: Float32Array, more = 0): void {
  const expected = model.weights.length + more;
  if (weights.length !== expected) {
    throw new TypeError(`Cannot inspect the model: it has ${expected} weights, got ${weights.length}`);
  }
  model.weights.set(weights.subarray(0, model.weights.length));
  model.attention?.setTraining?.(false);
  model.refresh();
}

function part(
  { attention, shape: { classes, heads } }: SimpleVit | TextModel,
  logits: ArrayLike<number>,
  from: number,
  count: number,
  tokens: number,
): InspectedPart {
  const predicted = Uint8Array.from({ length: count }, (_, s) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[s * classes + c] > logits[s * classes + best]) best = c;
    return best;
  });
  const problem = attention?.problem?.(count) ?? null;
  const chosen = chosenOf(attention, count * heads * tokens)?.slice() ?? null;
  return { from, count, predicted, problem, chosen };
}
