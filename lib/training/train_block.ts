import process from "node:process";
import { wasmKernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { stopSignal } from "../samplers/mod.ts";
import { checkNumbers, checkTexts } from "./_check_training.ts";
import { chosenOf } from "./_chosen_of.ts";
import { ADAM, epochOrder, EVALUATION_STREAM } from "./conventions.ts";
import { textShapeOf } from "./_text_shape.ts";
import { WordVectors } from "./_word_vectors.ts";
import type { OpenBlock } from "./simple_vit.ts";
import type { TextData, TextSplit } from "./text_data.ts";
import { TextModel } from "./text_model.ts";
import type { EpochResult } from "./types.ts";

const ARENA_BYTES = 3 * 2 ** 30;

/** How {@link trainBlock} trains. */
export interface TrainBlockOptions {
  /** Passes over the training texts. */
  readonly epochs: number;
  /** Seed of weights, word vectors, shuffles and solver. @default {1} */
  readonly seed?: number;
  /** Texts a step. @default {24} */
  readonly batchSize?: number;
  /** Adam's step size. @default {1e-3} */
  readonly learningRate?: number;
  /** H. @default {1} */
  readonly heads?: number;
  /** The most that the model may take, bytes; what is never touched costs nothing. @default {3 GiB} */
  readonly bytes?: number;
  /** Stops after the current step. @default {`stopSignal()`} */
  readonly signal?: AbortSignal;
  /** Called after every step with the share of all steps that is done. */
  readonly onStep?: (share: number) => void;
}

/** What a training by {@link trainBlock} came to. */
export interface TrainedBlock {
  /** Every epoch. */
  readonly epochs: readonly EpochResult[];
  /** Wall time of all training steps, ms. */
  readonly trainMs: number;
  /** Processor time of this process in them, ms: what other programs take of the computer does not count. */
  readonly processorMs: number;
  /** Wall time of all tests, ms. */
  readonly testMs: number;
  /** Trainable numbers, word vectors included. */
  readonly parameters: number;
  /** What the attention block takes of the arena for one text at a time, weights left out, bytes; 0 without one. */
  readonly attentionBytes: number;
  /** What the whole model takes. */
  readonly modelBytes: number;
}

/**
 * Trains a text model around any attention block, one text at a time on one thread: for long texts, and for blocks without a name.
 *
 * The model, the optimiser, the shuffles and the seeds are those of `train`; gradients are added text by text, so the numbers
 * differ from those of `train` in rounding. Memory is that of one text, whatever the batch.
 *
 * @param data texts as token numbers
 * @param openBlock what opens the block in the attention slot; gives null for none
 * @param options see {@link TrainBlockOptions}
 * @returns every epoch, clocks and sizes; null if the signal came first
 * @throws {RangeError} if an option is out of range, the texts do not fit their labels, the model does not fit `bytes`, or the
 *   loss is no longer a number
 * @throws {TypeError} if an option is unknown
 *
 * Cost epochs * tokens * (12 D^2 operations, those of the block, and twice both backward).
 * Source: the text experiments of QAMA, arXiv 2504.11083.
 *
 * @example No attention, two sequences
 * ```ts
 * import { trainBlock } from "qama/training";
 * import { loadLongSequences } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadLongSequences("parity", { tokens: 8, trainCount: 2, testCount: 2 });
 * assertEquals((await trainBlock(data, () => null, { epochs: 2 }))?.epochs.length, 2);
 * ```
 */
export async function trainBlock(
  data: TextData,
  openBlock: OpenBlock,
  options: TrainBlockOptions,
): Promise<TrainedBlock | null> {
  const { epochs, seed, batchSize, learningRate, heads, bytes } = checked(data, options);
  const { signal = stopSignal(), onStep } = options;
  const kernels = wasmKernels({ bytes });
  const from = kernels.used;
  let attentionBytes = 0;
  const open: OpenBlock = (arena, sizes) => {
    const before = arena.used, block = openBlock(arena, sizes);
    attentionBytes = block ? arena.used - before : 0;
    return block;
  };
  const model = new TextModel(kernels, { ...textShapeOf(data), heads }, open, 1);
  const size = model.weights.length, [m, v] = [kernels.float32(size), kernels.float32(size)];
  const label = kernels.uint8(1), totals = kernels.float64(2), lengths = new Int32Array(1);
  const modelBytes = kernels.used - from, { width } = model.shape;
  const words = new WordVectors(data.vocabulary.length, width);
  model.initialise(seed);
  words.initialise(seed);
  const textOf = ({ tokens, starts, labels }: TextSplit, text: number) => {
    label[0] = labels[text];
    const own = tokens.subarray(starts[text], starts[text + 1]);
    lengths[0] = own.length;
    return own;
  };
  const forward = (tokens: Int32Array, stream: number) =>
    model.forward({ tokens, table: words.table }, lengths, 1, seed, stream);
  const results: EpochResult[] = [];
  const { train, test } = data, steps = Math.ceil(train.count / batchSize);
  let [trainMs, processorMs, testMs, step] = [0, 0, 0, 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(train.count, seed, epoch);
    let [loss, hits] = [0, 0];
    for (let at = 0; at < order.length; at += batchSize) {
      // signals get their turn
      await new Promise((resolve) => setTimeout(resolve));
      if (signal?.aborted) return null;
      const started = performance.now(), startedCpu = process.cpuUsage(), batch = order.subarray(at, at + batchSize);
      model.attention?.setTraining?.(true);
      model.attention?.setProgress?.(step / (steps * epochs));
      model.refresh();
      totals.fill(0);
      const rows = batch.reduce((sum, text) => sum + train.starts[text + 1] - train.starts[text], 0);
      const seen = new Int32Array(rows), slopes = new Float32Array(rows * width);
      let row = 0;
      batch.forEach((text, s) => {
        const tokens = textOf(train, text);
        forward(tokens, epoch * train.count + at + s);
        model.backward(1, label, batch.length, totals);
        seen.set(tokens, row);
        slopes.set(model.dx, row * width);
        row += tokens.length;
      });
      model.collect();
      const adam = { rate: learningRate, ...ADAM, step: ++step };
      kernels.adam(size, model.weights, model.gradients, m, v, adam);
      words.step(seen, slopes, adam);
      trainMs += performance.now() - started;
      const { user, system } = process.cpuUsage(startedCpu);
      processorMs += (user + system) / 1000;
      if (!Number.isFinite(totals[0])) {
        throw new RangeError(`Cannot go on training: the loss is ${totals[0]} at step ${step}; lower learningRate`);
      }
      loss += totals[0];
      hits += totals[1];
      onStep?.(step / (steps * epochs));
    }
    const started = performance.now();
    model.attention?.setTraining?.(false);
    model.attention?.setProgress?.(step / (steps * epochs));
    model.refresh();
    totals.fill(0);
    let [chosen, places] = [0, 0];
    for (let text = 0; text < test.count; text++) {
      const tokens = textOf(test, text);
      forward(tokens, EVALUATION_STREAM + text);
      model.score(1, label, totals);
      const own = chosenOf(model.attention, heads * tokens.length);
      places += own?.length ?? 0;
      chosen += own?.reduce((sum, x) => sum + x, 0) ?? 0;
    }
    testMs += performance.now() - started;
    results.push({
      ...{ epoch: epoch + 1, trainLoss: loss / train.count, trainAccuracy: hits / train.count },
      ...{ testLoss: totals[0] / test.count, testAccuracy: totals[1] / test.count },
      density: places === 0 ? null : chosen / places,
    });
  }
  const clocks = { trainMs, processorMs, testMs };
  return { epochs: results, ...clocks, parameters: size + words.table.length, attentionBytes, modelBytes };
}

function checked(data: TextData, options: TrainBlockOptions) {
  const cannot = "Cannot train the block";
  const { epochs, seed = 1, batchSize = 24, learningRate = 1e-3, heads = 1, bytes = ARENA_BYTES } = options;
  const settings = { epochs, seed, batchSize, learningRate, heads, bytes };
  checkOptionNames(cannot, options, [...Object.keys(settings), "signal", "onStep"]);
  checkTexts(cannot, data);
  checkNumbers(cannot, { epochs, seed, batchSize, learningRate });
  return settings;
}
