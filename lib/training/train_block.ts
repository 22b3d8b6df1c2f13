import process from "node:process";
import { stopSignal } from "../samplers/mod.ts";
import { BlockTrainer, type BlockTrainerOptions } from "./block_trainer.ts";
import { checkCounts } from "./_check_training.ts";
import { epochOrder } from "./conventions.ts";
import type { OpenBlock } from "./simple_vit.ts";
import type { TextData } from "./text_data.ts";
import type { EpochResult } from "./types.ts";

/** How {@link trainBlock} trains. */
export interface TrainBlockOptions extends BlockTrainerOptions {
  /** Passes over the training texts. */
  readonly epochs: number;
  /** Texts a step. @default {24} */
  readonly batchSize?: number;
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
  const { epochs, batchSize = 24, signal = stopSignal(), onStep, ...rest } = options, { seed = 1 } = rest;
  checkCounts("Cannot train the block", { epochs, batchSize });
  const trainer = new BlockTrainer(data, openBlock, rest), { train, test } = data, results: EpochResult[] = [];
  const steps = Math.ceil(train.count / batchSize) * epochs;
  let [trainMs, processorMs, testMs, step] = [0, 0, 0, 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(train.count, seed, epoch);
    let [loss, hits] = [0, 0];
    for (let at = 0; at < order.length; at += batchSize) {
      // signals get their turn
      await new Promise((resolve) => setTimeout(resolve));
      if (signal?.aborted) return null;
      const started = performance.now(), startedCpu = process.cpuUsage();
      const texts = order.subarray(at, at + batchSize), firstStream = epoch * train.count + at;
      const found = trainer.step({ texts, firstStream, progress: step / steps });
      trainMs += performance.now() - started;
      const { user, system } = process.cpuUsage(startedCpu);
      processorMs += (user + system) / 1000;
      loss += found.loss;
      hits += found.hits;
      step++;
      onStep?.(step / steps);
    }
    const started = performance.now(), found = trainer.test(step / steps);
    testMs += performance.now() - started;
    results.push({
      ...{ epoch: epoch + 1, trainLoss: loss / train.count, trainAccuracy: hits / train.count },
      ...{ testLoss: found.loss / test.count, testAccuracy: found.hits / test.count, density: found.density },
    });
  }
  const { parameters, attentionBytes, modelBytes } = trainer;
  return { epochs: results, trainMs, processorMs, testMs, parameters, attentionBytes, modelBytes };
}
