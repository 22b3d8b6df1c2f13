import { type Bytes, type Doubles, type Floats, type Kernels, wasmKernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkNumbers, checkProgress, checkTexts } from "./_check_training.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { KeptAverages } from "./_kept_averages.ts";
import { chosenOf } from "./_chosen_of.ts";
import { ADAM, EVALUATION_STREAM } from "./conventions.ts";
import { textShapeOf } from "./_text_shape.ts";
import { copyState, takeState } from "./_weights_state.ts";
import { WordVectors } from "./_word_vectors.ts";
import type { OpenBlock } from "./simple_vit.ts";
import type { TextData, TextSplit } from "./text_data.ts";
import { TextModel } from "./text_model.ts";

const ARENA_BYTES = 3 * 2 ** 30;

/** How {@link BlockTrainer} trains. */
export interface BlockTrainerOptions {
  /** Seed of weights, word vectors and solver. @default {1} */
  readonly seed?: number;
  /** Adam's step size. @default {1e-3} */
  readonly learningRate?: number;
  /** H. @default {1} */
  readonly heads?: number;
  /** The most that the model may take, bytes; what is never touched costs nothing. @default {3 GiB} */
  readonly bytes?: number;
}

/** A step of training: which texts, and where it stands. */
export interface BlockStep {
  /** Training texts, by number; the mean over them is what is differentiated. */
  readonly texts: Int32Array;
  /** Stream of the solver for the first of them; the others have the next ones. */
  readonly firstStream: number;
  /** Share of the training that is done, for blocks that change with it. @default {1} */
  readonly progress?: number;
}

/** What a test came to. */
export interface BlockTest {
  /** Sum of the losses. */
  readonly loss: number;
  /** How many texts were classified right. */
  readonly hits: number;
  /** Share of (head, token) pairs that was chosen; null where nothing chooses. */
  readonly density: number | null;
}

/**
 * A text model around any attention block that is trained step by step, one text at a time on one thread.
 *
 * Gradients are added text by text, so that memory is that of one text, whatever the batch.
 *
 * @throws {RangeError} if an option is out of range, the texts do not fit their labels, or the model does not fit `bytes`
 * @throws {TypeError} if an option is unknown, or the data have frozen features in place of words
 *
 * Cost of a step: tokens * (12 D^2 operations, those of the block, and twice both backward).
 * Source: the text experiments of QAMA, arXiv 2504.11083.
 *
 * @example One step without attention
 * ```ts
 * import { BlockTrainer } from "qama/training";
 * import { loadLongSequences } from "qama/datasets";
 * import { assert } from "@std/assert";
 * const data = await loadLongSequences("parity", { tokens: 8, trainCount: 2, testCount: 2 });
 * assert(new BlockTrainer(data, () => null).step({ texts: Int32Array.of(0, 1), firstStream: 0 }).loss > 0);
 * ```
 */
export class BlockTrainer {
  /** Trainable numbers, word vectors included, kept averages not. */
  readonly parameters: number;
  /** What the attention block takes of the arena for one text at a time, weights left out, bytes; 0 without one. */
  readonly attentionBytes: number;
  /** What the whole model takes. */
  readonly modelBytes: number;
  readonly #data: TextData;
  readonly #kernels: Kernels;
  readonly #model: TextModel;
  readonly #words: WordVectors;
  readonly #kept: KeptAverages;
  readonly #own: Readonly<Record<"weights" | "m" | "v", Floats>>;
  readonly #label: Bytes;
  readonly #totals: Doubles;
  readonly #lengths: Int32Array = new Int32Array(1);
  readonly #seed: number;
  readonly #heads: number;
  readonly #rate: number;
  #steps = 0;

  /** Opens the model, with its starting weights. */
  constructor(data: TextData, openBlock: OpenBlock, options: BlockTrainerOptions = {}) {
    const cannot = "Cannot train the block";
    const { seed = 1, learningRate = 1e-3, heads = 1, bytes = ARENA_BYTES } = options;
    checkOptionNames(cannot, options, ["seed", "learningRate", "heads", "bytes"]);
    checkTexts(cannot, data);
    if (data.features) {
      throw new TypeError(
        `${cannot}: it trains word vectors, the data have frozen features of ${data.features.model}; leave out features, ` +
          "or take train()",
      );
    }
    checkNumbers(cannot, { seed, learningRate });
    const kernels = wasmKernels({ bytes }), from = kernels.used;
    let attentionBytes = 0;
    const open: OpenBlock = (arena, sizes) => {
      const before = arena.used, block = openBlock(arena, sizes);
      attentionBytes = block ? arena.used - before : 0;
      return block;
    };
    const model = new TextModel(kernels, { ...textShapeOf(data), heads }, open, 1), size = model.weights.length;
    [this.#data, this.#kernels, this.#model] = [data, kernels, model];
    this.#own = { weights: model.weights, m: kernels.float32(size), v: kernels.float32(size) };
    [this.#label, this.#totals] = [kernels.uint8(1), kernels.float64(2)];
    [this.#seed, this.#heads, this.#rate] = [seed, heads, learningRate];
    this.#words = new WordVectors(data.vocabulary.length, model.shape.width);
    model.initialise(seed);
    this.#words.initialise(seed);
    this.attentionBytes = attentionBytes;
    this.modelBytes = kernels.used - from;
    this.#kept = new KeptAverages(model.parameters);
    this.parameters = size - this.#kept.count + this.#words.table.length;
  }

  #forward({ tokens, starts, labels }: TextSplit, text: number, stream: number): Int32Array {
    const own = tokens.subarray(starts[text], starts[text + 1]);
    this.#label[0] = labels[text];
    this.#lengths[0] = own.length;
    this.#model.forward({ tokens: own, table: this.#words.table }, this.#lengths, 1, this.#seed, stream);
    return own;
  }

  #begin(training: boolean, progress: number): void {
    checkProgress(progress);
    const { attention } = this.#model;
    attention?.setTraining?.(training);
    attention?.setProgress?.(progress);
    this.#model.refresh();
    this.#totals.fill(0);
  }

  /**
   * Makes one step of Adam on the mean loss of its texts.
   *
   * @param step its texts
   * @returns the sum of their losses before the step, and how many were classified right
   * @throws {RangeError} if there is no text, a number is none of a training text, the share is out of range, or the loss is no
   *   longer a number
   */
  step({ texts, firstStream, progress = 1 }: BlockStep): { readonly loss: number; readonly hits: number } {
    const model = this.#model, totals = this.#totals, { train } = this.#data, { width } = model.shape;
    const wrong = texts.find((text) => !(text >= 0 && text < train.count));
    if (texts.length === 0 || wrong !== undefined) {
      throw new RangeError(
        `Cannot train the block: texts must be one or more numbers from 0 to ${train.count - 1}, got ${
          wrong ?? "none"
        }`,
      );
    }
    this.#begin(true, progress);
    const rows = texts.reduce((sum, text) => sum + train.starts[text + 1] - train.starts[text], 0);
    const seen = new Int32Array(rows), slopes = new Float32Array(rows * width);
    let row = 0;
    texts.forEach((text, s) => {
      const tokens = this.#forward(train, text, firstStream + s);
      model.backward(1, this.#label, texts.length, totals);
      seen.set(tokens, row);
      slopes.set(model.dx, row * width);
      row += tokens.length;
    });
    model.collect();
    const adam = { rate: this.#rate, ...ADAM, step: ++this.#steps }, { weights, m, v } = this.#own;
    this.#kept.take(weights, model.gradients, texts.length);
    this.#kernels.adam(weights.length, weights, model.gradients, m, v, adam);
    this.#words.step(seen, slopes, adam);
    if (!Number.isFinite(totals[0])) {
      throw new RangeError(
        `Cannot go on training: the loss is ${totals[0]} at step ${this.#steps}; lower learningRate`,
      );
    }
    return { loss: totals[0], hits: totals[1] };
  }

  /**
   * Tests on all test texts.
   *
   * @param progress as of {@link BlockStep}
   * @returns what {@link testing} returns
   * @throws {RangeError} if the share is out of range
   */
  test(progress = 1): BlockTest {
    const testing = this.testing(progress);
    for (;;) {
      const { done, value } = testing.next();
      if (done) return value;
    }
  }

  /**
   * Tests text by text, so that a long test can be watched and left.
   *
   * @param progress as of {@link BlockStep}
   * @yields the number of texts tested
   * @returns sums over all test texts
   * @throws {RangeError} if the share is out of range
   */
  *testing(progress = 1): Generator<number, BlockTest> {
    const { test } = this.#data, { attention } = this.#model;
    this.#begin(false, progress);
    let [chosen, places] = [0, 0];
    for (let text = 0; text < test.count; text++) {
      const { length } = this.#forward(test, text, EVALUATION_STREAM + text);
      this.#model.score(1, this.#label, this.#totals);
      const own = chosenOf(attention, this.#heads * length);
      places += own?.length ?? 0;
      chosen += own?.reduce((sum, x) => sum + x, 0) ?? 0;
      yield text + 1;
    }
    return { loss: this.#totals[0], hits: this.#totals[1], density: places === 0 ? null : chosen / places };
  }

  /** Steps of Adam so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Weights and moments of Adam, copied out: those of the model, then the word vectors. */
  state(): Readonly<Record<"weights" | "m" | "v", Floats>> {
    return copyState(this.#own, this.#words);
  }

  /**
   * Takes up weights and moments that {@link state} gave.
   *
   * @param state those of a model of these sizes
   * @param steps steps of Adam that led to them
   * @throws {TypeError} if they are of another size
   */
  restore(state: Checkpoint["arrays"], steps: number): void {
    takeState(state, this.#own, this.#words);
    this.#steps = steps;
  }
}
