import process from "node:process";
import { stopSignal } from "../samplers/mod.ts";
import { type BlockStep, BlockTrainer, type BlockTrainerOptions } from "./block_trainer.ts";
import { checkCounts, checkTestLoss } from "./_check_training.ts";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { epochOrder } from "./conventions.ts";
import { openCheckpoint } from "./_open_checkpoint.ts";
import type { OpenBlock } from "./simple_vit.ts";
import type { TextData } from "./text_data.ts";
import type { EpochResult } from "./types.ts";

/** How long steps and tests run before timers and signals get their turn. */
const TURN_MS = 50;
/** Time between two checkpoints. */
const KEPT_MS = 60_000;

/** How {@link trainBlock} trains. */
export interface TrainBlockOptions extends BlockTrainerOptions {
  /** Passes over the training texts. */
  readonly epochs: number;
  /** Texts a step. @default {24} */
  readonly batchSize?: number;
  /** Where a stopped training goes on from. @default {none: it starts over} */
  readonly checkpoint?: BlockCheckpoint;
  /** Stops after the current step or text, keeping a checkpoint. @default {`stopSignal()`} */
  readonly signal?: AbortSignal;
  /** Called after every step, and after every text of a test, with the share of the work that is done. */
  readonly onProgress?: (share: number) => void;
}

/** File that a training by {@link trainBlock} keeps its state in. */
export interface BlockCheckpoint {
  /** Its path; the folder is there. */
  readonly path: string;
  /** What is trained, as text: data, block and options. A file of another one is refused. */
  readonly configuration: string;
  /** Time between two writes, ms; it is also written after each epoch and at a stop. @default {60,000} */
  readonly everyMs?: number;
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
  /** Trainable numbers, word vectors included, kept averages not. */
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
 * differ from those of `train` in rounding. Memory is that of one text, whatever the batch. Of the work a text of a test is taken for a
 * third of a training text. What a training ends with does not depend on how often it was stopped.
 *
 * @param data texts as token numbers
 * @param openBlock what opens the block in the attention slot; gives null for none
 * @param options see {@link TrainBlockOptions}
 * @returns every epoch, clocks over all parts, sizes; null if the signal came first, and a checkpoint was then kept
 * @throws {RangeError} if an option is out of range, the texts do not fit their labels, the model does not fit `bytes`, the
 *   loss is no longer a number, or the checkpoint holds more than the epochs asked for
 * @throws {TypeError} if an option is unknown, the data have frozen features in place of words, or the checkpoint is of another
 *   configuration
 * @throws {SyntaxError} if the checkpoint is unreadable
 * @throws {Error} if the checkpoint cannot be written where it is asked for
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
  const { epochs, batchSize = 24, signal = stopSignal(), onProgress, checkpoint, ...rest } = options;
  const { seed = 1 } = rest, { train, test } = data;
  checkCounts("Cannot train the block", { epochs, batchSize });
  const { everyMs = KEPT_MS } = checkpoint ?? {};
  if (!(everyMs >= 0)) {
    throw new RangeError(`Cannot train the block: checkpoint.everyMs must be a number of 0 or more, got ${everyMs}`);
  }
  const trainer = new BlockTrainer(data, openBlock, rest);
  const kept = checkpoint ? await openCheckpoint(checkpoint.path, checkpoint.configuration, epochs) : null;
  const run = new BlockRun(trainer, kept), steps = Math.ceil(train.count / batchSize);
  let turn = performance.now(), written = turn;
  const save = async () => {
    if (checkpoint) await writeCheckpoint(checkpoint.path, run.checkpoint(checkpoint.configuration));
    written = performance.now();
  };
  const show = (tested: number) => {
    const trained = Math.min(train.count, run.step * batchSize), { length } = run.epochs;
    const done = length * (train.count + test.count / 3) + trained + tested / 3;
    onProgress?.(done / (epochs * (train.count + test.count / 3)));
  };
  /** Gives signals their turn; true where it is to stop. */
  const stops = async () => {
    if (performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
    return signal?.aborted ?? false;
  };
  const share = () => (run.epochs.length * steps + run.step) / (epochs * steps);
  while (run.epochs.length < epochs) {
    const order = epochOrder(train.count, seed, run.epochs.length);
    while (run.step < steps) {
      if (await stops()) {
        await save();
        return null;
      }
      const at = run.step * batchSize, firstStream = run.epochs.length * train.count + at;
      run.train({ texts: order.subarray(at, at + batchSize), firstStream, progress: share() });
      show(0);
      if (performance.now() - written > everyMs) await save();
    }
    for (const tested of run.test(share(), train.count, test.count)) {
      if (await stops()) {
        await save();
        return null;
      }
      show(tested);
    }
    await save();
  }
  const { parameters, attentionBytes, modelBytes } = trainer, { epochs: results, clocks } = run;
  const { trainMs, processorMs, evaluateMs: testMs } = clocks;
  return { epochs: results, trainMs, processorMs, testMs, parameters, attentionBytes, modelBytes };
}

/** The state of a training between two steps. */
class BlockRun {
  readonly epochs: EpochResult[];
  readonly clocks: { trainMs: number; processorMs: number; evaluateMs: number };
  /** Steps of the epoch under way. */
  step: number;
  #running: { loss: number; hits: number };
  readonly #trainer: BlockTrainer;

  constructor(trainer: BlockTrainer, kept: Checkpoint | null) {
    const { trainMs = 0, processorMs = 0, evaluateMs = 0 } = kept?.clocks ?? {};
    this.epochs = [...kept?.epochs ?? []];
    this.clocks = { trainMs, processorMs, evaluateMs };
    this.step = kept?.step ?? 0;
    this.#running = { ...kept?.running ?? { loss: 0, hits: 0 } };
    this.#trainer = trainer;
    if (kept) trainer.restore(kept.arrays, kept.optimiserStep);
  }

  train(step: BlockStep): void {
    const started = performance.now(), startedCpu = process.cpuUsage();
    const { loss, hits } = this.#trainer.step(step);
    this.clocks.trainMs += performance.now() - started;
    const { user, system } = process.cpuUsage(startedCpu);
    this.clocks.processorMs += (user + system) / 1000;
    this.#running.loss += loss;
    this.#running.hits += hits;
    this.step++;
  }

  /** Tests text by text; closes the epoch after the last one. The time of a test that was left does not count. */
  *test(progress: number, trained: number, tested: number): Generator<number, void> {
    const started = performance.now(), { loss, hits, density } = yield* this.#trainer.testing(progress);
    this.clocks.evaluateMs += performance.now() - started;
    checkTestLoss(loss, this.#trainer.steps);
    this.epochs.push({
      epoch: this.epochs.length + 1,
      ...{ trainLoss: this.#running.loss / trained, trainAccuracy: this.#running.hits / trained },
      ...{ testLoss: loss / tested, testAccuracy: hits / tested, density },
    });
    this.step = 0;
    this.#running = { loss: 0, hits: 0 };
  }

  checkpoint(configuration: string): Checkpoint {
    const { epochs, step, clocks } = this, running = this.#running, { steps: optimiserStep } = this.#trainer;
    return { configuration, epochs, step, optimiserStep, running, clocks, arrays: this.#trainer.state() };
  }
}
