import type { Floats } from "../kernels/mod.ts";
import {
  Command,
  Control,
  EVALUATION_PART,
  selects,
  SHARDS,
  type SharedBuffers,
  StepWorker,
  WHOLE_PROGRESS,
} from "./_shared_step.ts";
import { ADAM, EVALUATION_STREAM } from "./conventions.ts";
import { awaitWork } from "./_await_change.ts";
import { checkPlan } from "./_check_plan.ts";
import { checkProgress } from "./_check_training.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { KeptAverages } from "./_kept_averages.ts";
import { openWords, placesOf, shareSplits } from "./_shared_data.ts";
import type { TrainingData } from "./training_data.ts";
import { copyState, takeState } from "./_weights_state.ts";
import type { WordVectors } from "./_word_vectors.ts";
import type { ModelPlan } from "./types.ts";

/** A thread that works finishes a few items, and says so, between two looks; without a word over all of them it is given up. */
const LOOK_MS = 1000, LOOKS = 120;
/** How long a thread without work looks for more before it sleeps: longer than the gap between two steps. */
const SPIN_MS = 2;

/** Sums over a batch or a test set. */
export interface StepTotals {
  /** Sum of the cross-entropies, nats. */
  readonly loss: number;
  /** Pictures classified right. */
  readonly hits: number;
  /** (head, token) pairs chosen; -1 where the operator selects nothing. */
  readonly chosen: number;
}

/**
 * The threads that share the steps of one training run, this one among them: for a loop of one's own.
 *
 * A batch is cut into fixed parts; each thread takes the next part when it is free, and gradients are summed in the order
 * of the parts. So the number of threads changes no result, not even the last bit. The calling thread works too, and waits
 * at the end of each step.
 *
 * Cost of a step: that of the model, and one copy of the weights and of each part's gradients; a thread costs about 130 MiB
 * of reserved address space, of which a tenth is touched.
 *
 * @example Two steps on one thread
 * ```ts
 * import { TrainingTeam } from "qama/training";
 * import { assert } from "@std/assert";
 * const split = { images: new Uint8Array(32).fill(9, 0, 5), labels: Uint8Array.of(0, 1), count: 2 };
 * const shape = { rows: 4, columns: 4, channels: 1, classes: 2 };
 * const data = { ...shape, name: "", synthetic: true, classes: ["a", "b"], train: split, test: split, checksums: {} };
 * const team = await TrainingTeam.open({ shape, operator: "none", sweeps: 0, seed: 1 }, data, 2, 1);
 * const losses = [1, 2].map((step) => team.step(Int32Array.of(0, 1), 0, step, 1e-2).loss);
 * team.close();
 * assert(losses[1] < losses[0]);
 * ```
 */
export class TrainingTeam {
  /** All weights, in the order of the model's parameters. */
  readonly weights: Floats;
  /** First moments of Adam. */
  readonly m: Floats;
  /** Second moments of Adam. */
  readonly v: Floats;
  readonly #local: StepWorker;
  readonly #others: Worker[];
  readonly #shared: SharedBuffers;
  readonly #words: WordVectors | null;
  readonly #places: number;
  readonly #batchTokens: Int32Array;
  readonly #kept: KeptAverages;
  #closed = false;

  private constructor(
    local: StepWorker,
    others: Worker[],
    shared: SharedBuffers,
    words: WordVectors | null,
    places: number,
  ) {
    this.#local = local;
    this.#others = others;
    this.#shared = shared;
    this.#words = words;
    this.#places = places;
    this.#batchTokens = new Int32Array(words && shared.words ? shared.words.gradients.length / words.width : 0);
    const { kernels, model } = local;
    this.weights = model.weights;
    this.m = kernels.float32(model.weights.length);
    this.v = kernels.float32(model.weights.length);
    this.#kept = new KeptAverages(model.parameters);
  }

  /**
   * Starts `workers - 1` threads beside this one.
   *
   * @param plan the model
   * @param data pictures of the sizes of `plan.shape`, or texts of its words and no longer than its tokens
   * @param batchSize pictures or texts of a step at most
   * @param workers threads, this one among them
   * @throws {TypeError} if the data are not of the sizes of the model
   * @throws {RangeError} if a number is no integer of 1 or more, or the data do not fit their labels
   * @throws {Error} if a thread does not start; the others are then ended
   */
  static async open(
    plan: ModelPlan,
    data: TrainingData,
    batchSize: number,
    workers: number,
  ): Promise<TrainingTeam> {
    checkPlan(plan, data, { batchSize, workers });
    const { words, sharedWords } = openWords(plan, data, batchSize);
    const local = new StepWorker(plan, sharedWords);
    const parameters = local.model.weights.length;
    const parts = Math.max(SHARDS, Math.ceil(data.test.count / EVALUATION_PART));
    const shared: SharedBuffers = {
      control: new Int32Array(new SharedArrayBuffer(64)),
      weights: new Float32Array(new SharedArrayBuffer(4 * parameters)),
      gradients: new Float32Array(new SharedArrayBuffer(4 * SHARDS * parameters)),
      totals: new Float64Array(new SharedArrayBuffer(8 * 3 * parts)),
      batch: new Int32Array(new SharedArrayBuffer(4 * batchSize)),
      ...shareSplits(data),
      words: sharedWords,
    };
    shared.control[Control.spinUs] = workers <= navigator.hardwareConcurrency ? 1000 * SPIN_MS : 0;
    const others = Array.from({ length: workers - 1 }, () => {
      return new Worker(new URL("./_worker.ts", import.meta.url), { type: "module" });
    });
    try {
      await Promise.all(others.map((worker) => start(worker, plan, shared)));
    } catch (error) {
      for (const worker of others) worker.terminate();
      throw error;
    }
    local.model.initialise(plan.seed);
    words?.initialise(plan.seed);
    return new TrainingTeam(local, others, shared, words, placesOf(plan, data));
  }

  /** Number of values that a run ends with: trained ones, word vectors and kept averages. */
  get parameters(): number {
    return this.weights.length + (this.#words?.table.length ?? 0);
  }

  /** Number of trainable values, word vectors included, kept averages not. */
  get trainable(): number {
    return this.parameters - this.#kept.count;
  }

  /** Weights and moments, copied out: those of `weights`, then the word vectors. */
  state(): Readonly<Record<"weights" | "m" | "v", Floats>> {
    return copyState(this, this.#words);
  }

  /** Takes up weights and moments that {@link state} gave. */
  restore(state: Checkpoint["arrays"]): void {
    takeState(state, this, this.#words);
  }

  /**
   * One step of Adam on the pictures named; solvers use streams from `stream` on.
   *
   * @param pictures indices of training pictures, at most a batch of them
   * @param stream solver stream of the first picture, the others follow; below 2^40, where those of the test begin
   * @param step number of the step, from 1
   * @param rate Adam's step size
   * @param progress share of training that is done, 0 to 1, for blocks whose energy changes over it. @default {1}
   * @throws {RangeError} if one of these is out of range
   * @throws {TypeError} if the team is closed
   */
  step(pictures: Int32Array, stream: number, step: number, rate: number, progress: number = 1): StepTotals {
    this.#checkStep(pictures, stream, step, rate);
    this.#setProgress(progress);
    const { gradients, batch } = this.#shared;
    const { model, kernels } = this.#local;
    batch.set(pictures);
    const tokens = this.#layOut(pictures);
    const parts = Math.ceil(pictures.length / Math.ceil(pictures.length / SHARDS));
    const totals = this.#run(Command.train, pictures.length, stream, parts);
    const sum = model.gradients, P = sum.length;
    sum.set(gradients.subarray(0, P));
    for (let part = 1; part < parts; part++) {
      for (let i = 0, from = part * P; i < P; i++) sum[i] += gradients[from + i];
    }
    this.#kept.take(model.weights, sum, pictures.length);
    kernels.adam(P, model.weights, sum, this.m, this.v, { rate, ...ADAM, step });
    if (tokens && this.#shared.words) this.#words?.step(tokens, this.#shared.words.gradients, { rate, ...ADAM, step });
    return totals;
  }

  /** Says where the rows of each text of the batch are; returns its words, one text after the other. */
  #layOut(texts: Int32Array): Int32Array | null {
    const { train, words } = this.#shared;
    if (train.kind !== "texts" || !words) return null;
    let row = 0;
    texts.forEach((text, i) => {
      words.rows[i] = row;
      const own = train.tokens.subarray(train.starts[text], train.starts[text + 1]);
      this.#batchTokens.set(own, row);
      row += own.length;
    });
    return this.#batchTokens.subarray(0, row);
  }

  /**
   * Scores the test pictures; `chosen` is -1 where the operator selects nothing.
   *
   * @param progress as that of `step`. @default {1}
   * @throws {RangeError} if it is out of range
   */
  evaluate(progress: number = 1): StepTotals {
    this.#setProgress(progress);
    const count = this.#shared.test.labels.length;
    const totals = this.#run(Command.evaluate, count, 0, Math.ceil(count / EVALUATION_PART));
    return selects(this.#local.model) ? totals : { ...totals, chosen: -1 };
  }

  /** Number of (head, token) pairs of the test set. */
  get places(): number {
    return this.#places;
  }

  #setProgress(progress: number): void {
    checkProgress(progress);
    this.#shared.control[Control.progress] = Math.round(WHOLE_PROGRESS * progress);
  }

  #checkStep(pictures: Int32Array, stream: number, step: number, rate: number): void {
    const { batch, train } = this.#shared;
    const refuse = (text: string) => new RangeError(`Cannot take a step: ${text}`);
    if (pictures.length < 1 || pictures.length > batch.length) {
      throw refuse(`the team was opened for 1 to ${batch.length} pictures a batch, got ${pictures.length}`);
    }
    const count = train.labels.length;
    const wrong = pictures.find((picture) => picture < 0 || picture >= count);
    if (wrong !== undefined) throw refuse(`there is no training picture ${wrong}, expected 0 to ${count - 1}`);
    if (!Number.isSafeInteger(stream) || stream < 0 || stream + pictures.length > EVALUATION_STREAM) {
      throw refuse(`stream must be an integer from 0 and end below 2^40, where those of the test begin, got ${stream}`);
    }
    if (!Number.isSafeInteger(step) || step < 1) throw refuse(`step must be an integer of 1 or more, got ${step}`);
    if (!(rate >= 0 && Number.isFinite(rate))) throw refuse(`rate must be a finite number of 0 or more, got ${rate}`);
  }

  #run(command: number, count: number, stream: number, parts: number): StepTotals {
    if (this.#closed) throw new TypeError("Cannot go on training: the team is closed; open another");
    const { control, weights, totals } = this.#shared;
    weights.set(this.#local.model.weights);
    control[Control.command] = command;
    control[Control.count] = count;
    control[Control.streamLow] = stream % 2 ** 32;
    control[Control.streamHigh] = Math.floor(stream / 2 ** 32);
    Atomics.store(control, Control.next, 0);
    Atomics.store(control, Control.done, 0);
    Atomics.add(control, Control.generation, 1);
    Atomics.notify(control, Control.generation);
    try {
      this.#local.work(this.#shared);
    } catch (error) {
      // the other threads are still at work: what they end would count for the next step
      this.close();
      throw error;
    }
    const limits = { spinMs: control[Control.spinUs] / 1000, lookMs: LOOK_MS, looks: LOOKS };
    if (!awaitWork(control, Control.done, this.#others.length, Control.beats, limits)) {
      this.close();
      throw new Error(`Cannot go on training: a thread has done nothing for ${LOOKS * LOOK_MS / 1000} s`);
    }
    if (Atomics.load(control, Control.failed)) throw new Error("Cannot go on training: a thread failed, see above");
    let loss = 0, hits = 0, chosen = 0;
    for (let part = 0; part < parts; part++) {
      loss += totals[3 * part];
      hits += totals[3 * part + 1];
      chosen += totals[3 * part + 2];
    }
    return { loss, hits, chosen };
  }

  /** Ends the other threads and closes files of features; once closed, closing again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { control } = this.#shared;
    control[Control.command] = Command.stop;
    Atomics.add(control, Control.generation, 1);
    Atomics.notify(control, Control.generation);
    for (const worker of this.#others) worker.terminate();
    this.#local.close();
  }
}

function start(worker: Worker, plan: ModelPlan, shared: SharedBuffers): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot start a training thread: ${event.message}`));
    };
    worker.postMessage({ plan, shared });
  });
}
