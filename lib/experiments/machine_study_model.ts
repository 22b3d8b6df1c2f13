import { type AttentionSolver, qamaBlock, qamaSelected, qamaV2 } from "../attention/mod.ts";
import { type Kernels, wasmKernels } from "../kernels/mod.ts";
import { sha256 } from "../model/mod.ts";
import { ADAM, epochOrder, EVALUATION_STREAM, type ImageData, type ImageSplit, SimpleVit } from "../training/mod.ts";

/** The operators of the machine study. */
export type StudyOperator = "qamaV2" | "qamaSelected";

/** Opens a model whose attention any solver solves, for `together` pictures a call, of patches of so many pixels a side. */
export function openStudyModel(
  kernels: Kernels,
  data: Pick<ImageData, "rows" | "columns" | "channels" | "classes">,
  operator: StudyOperator,
  solver: AttentionSolver,
  together: number,
  patch = 4,
): SimpleVit {
  const { rows, columns, channels, classes } = data;
  const options = operator === "qamaV2" ? qamaV2({ solver }) : qamaSelected({ solver });
  const shape = { rows, columns, channels, classes: classes.length, patch };
  return new SimpleVit(kernels, shape, (arena, sizes) => qamaBlock(arena, sizes, options), together);
}

/** How a few steps are trained. */
export interface StudyTrainingOptions {
  /** Who chooses the tokens. */
  readonly solver: AttentionSolver;
  /** Steps of Adam. */
  readonly steps: number;
  /** Pictures of a step. */
  readonly batch: number;
  /** Pictures that go through the model, and to the solver, together. */
  readonly together: number;
  /** Seed of weights, order and solver. */
  readonly seed: number;
  /** Adam's step size. */
  readonly rate: number;
  /** Edge of a patch in pixels. @default {4} */
  readonly patch?: number;
  /** Stops after the step under way. */
  readonly signal?: AbortSignal;
  /** Called after every step. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** What a few steps came to. */
export interface StudyTraining {
  /** Mean cross-entropy of each step's pictures, before the step, nats. */
  readonly losses: readonly number[];
  /** Pictures of each step classified right, before the step. */
  readonly hits: readonly number[];
  /** SHA-256 of the weights at the start. */
  readonly firstWeights: string;
  /** SHA-256 of the weights at the end. */
  readonly lastWeights: string;
  /** The weights at the end. */
  readonly weights: Float32Array;
}

/** Trains a SimpleViT of the published operator for some steps, with any solver behind its layer. */
export async function trainSteps(data: ImageData, options: StudyTrainingOptions): Promise<StudyTraining> {
  const { solver, steps, batch, together, seed, rate, patch, signal, onStep } = options;
  const kernels = wasmKernels();
  const model = openStudyModel(kernels, data, "qamaV2", solver, together, patch);
  const [m, v] = [kernels.float32(model.weights.length), kernels.float32(model.weights.length)];
  const labels = kernels.uint8(together);
  const totals = kernels.float64(2);
  model.initialise(seed);
  const firstWeights = await digestOf(model.weights);
  const order = epochOrder(data.train.count, seed, 0);
  const [losses, hits]: number[][] = [[], []];
  for (let step = 0; step < steps && !signal?.aborted; step++) {
    model.refresh();
    totals.fill(0);
    for (let at = 0; at < batch; at += together) {
      const n = Math.min(together, batch - at);
      const first = step * batch + at;
      const pictures = Array.from({ length: n }, (_, s) => order[(first + s) % order.length]);
      model.forward(picturesOf(data.train, pictures), n, seed, first);
      pictures.forEach((picture, s) => labels[s] = data.train.labels[picture]);
      model.backward(n, labels, batch, totals);
    }
    model.collect();
    kernels.adam(model.weights.length, model.weights, model.gradients, m, v, { rate, ...ADAM, step: step + 1 });
    losses.push(totals[0] / batch);
    hits.push(totals[1]);
    onStep?.(step + 1, totals[0] / batch);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { losses, hits, firstWeights, lastWeights: await digestOf(model.weights), weights: model.weights.slice() };
}

/** Which pictures a trained model is shown. */
export interface StudyInferenceOptions {
  /** What stands in its attention slot. */
  readonly operator: StudyOperator;
  /** Who chooses the tokens. */
  readonly solver: AttentionSolver;
  /** Test pictures, from the first. */
  readonly count: number;
  /** Pictures that go through the model, and to the solver, together. */
  readonly together: number;
  /** Seed of the solver. */
  readonly seed: number;
  /** Stops after the pictures under way. */
  readonly signal?: AbortSignal;
  /** Called after every few pictures. */
  readonly onPictures?: (done: number) => void;
}

/** Shows test pictures to a trained model, with any solver behind its layer; gives the class of the highest logit of each. */
export async function classify(
  data: ImageData,
  weights: Float32Array,
  { operator, solver, count, together, seed, signal, onPictures }: StudyInferenceOptions,
): Promise<Uint8Array> {
  const model = openStudyModel(wasmKernels(), data, operator, solver, together);
  if (weights.length !== model.weights.length) {
    throw new TypeError(`Cannot use the model: it has ${model.weights.length} weights, got ${weights.length}`);
  }
  model.weights.set(weights);
  model.refresh();
  const classes = data.classes.length;
  const predicted = new Uint8Array(count);
  for (let from = 0; from < count && !signal?.aborted; from += together) {
    const n = Math.min(together, count - from);
    const pictures = Array.from({ length: n }, (_, s) => from + s);
    const logits = model.forward(picturesOf(data.test, pictures), n, seed, EVALUATION_STREAM + from);
    for (let s = 0; s < n; s++) {
      const own = logits.subarray(s * classes, (s + 1) * classes);
      predicted[from + s] = own.indexOf(Math.max(...own));
    }
    onPictures?.(from + n);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return predicted;
}

function picturesOf({ images, count }: ImageSplit, pictures: readonly number[]): Uint8Array {
  const size = images.length / count;
  const own = new Uint8Array(pictures.length * size);
  pictures.forEach((picture, s) => own.set(images.subarray(picture * size, (picture + 1) * size), s * size));
  return own;
}

/** SHA-256 of weights. */
export async function digestOf(weights: Float32Array): Promise<string> {
  return await sha256(new Uint8Array(weights.slice().buffer));
}
