import type { AttentionProblem } from "../attention/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { openOperator } from "./operators.ts";
import { resolveVitShape, SimpleVit } from "./simple_vit.ts";
import { PICTURES_TOGETHER } from "./_runners.ts";
import { EVALUATION_STREAM } from "./_shared_step.ts";
import type { ImageData, OperatorName } from "./types.ts";

/** What a trained model did with a few test pictures. */
export interface InspectedPart {
  /** Number of the first picture. */
  readonly from: number;
  /** Number of pictures. */
  readonly count: number;
  /** Class of highest logit, `[count]`. */
  readonly predicted: Uint8Array;
  /** What the attention block solved, a problem a picture; null where it solves nothing. */
  readonly problem: AttentionProblem | null;
  /** x, `[count, H, N]`; null where nothing is selected. */
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
  /** Number of test pictures, from the first. @default {all} */
  readonly count?: number;
}

/**
 * Runs test pictures through a trained model as the test after an epoch does, and shows what its attention solved and chose.
 *
 * Weights are those of a checkpoint's end, streams those of the test: accuracy and density over all pictures are the record's.
 *
 * @param data the pictures that the model was trained and tested on
 * @param weights all weights, in the order of `SimpleVit.weights`
 * @param options which model
 * @returns a few pictures at a time, in their order; arrays are fresh
 * @throws {TypeError} if there are more or fewer weights than the model has
 * @throws {RangeError} if the operator is unknown, or `count` is not from 1 to the number of test pictures
 *
 * Cost that of testing on so many pictures, on one core.
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
  data: ImageData,
  weights: Float32Array,
  options: InspectOptions,
): Generator<InspectedPart> {
  const { operator, seed, sweeps = 20, count = data.test.count } = options;
  if (!Number.isInteger(count) || count < 1 || count > data.test.count) {
    throw new RangeError(`Cannot inspect the model: count must be from 1 to ${data.test.count}, got ${count}`);
  }
  const size = { rows: data.rows, columns: data.columns, channels: data.channels, classes: data.classes.length };
  const { heads, tokens, classes } = resolveVitShape(size);
  const model = new SimpleVit(
    wasmKernels(),
    size,
    (kernels, shape) => openOperator(operator, kernels, shape, { sweeps, seed }),
    PICTURES_TOGETHER,
  );
  if (weights.length !== model.weights.length) {
    throw new TypeError(`Cannot inspect the model: it has ${model.weights.length} weights, got ${weights.length}`);
  }
  model.weights.set(weights);
  model.attention?.setTraining?.(false);
  model.refresh();
  const pixels = data.rows * data.columns * data.channels;
  for (let from = 0; from < count; from += PICTURES_TOGETHER) {
    const n = Math.min(PICTURES_TOGETHER, count - from);
    const images = data.test.images.subarray(from * pixels, (from + n) * pixels);
    const logits = model.forward(images, n, seed, EVALUATION_STREAM + from);
    const predicted = Uint8Array.from(
      { length: n },
      (_, s) => highest(logits.subarray(s * classes, (s + 1) * classes)),
    );
    const problem = model.attention?.problem?.(n) ?? null;
    const chosen = model.attention?.chosen?.slice(0, n * heads * tokens) ?? null;
    yield { from, count: n, predicted, problem, chosen };
  }
}

function highest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
