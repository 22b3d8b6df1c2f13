import type { Doubles, Kernels } from "../kernels/mod.ts";
import { EVALUATION_STREAM } from "./conventions.ts";
import { openRunner, type Runner, type SharedPictures, type SharedTexts, type SharedWords } from "./_runners.ts";
import type { ModelPlan } from "./types.ts";

/** Parts of a batch whose gradients are summed in order, whoever computed them. */
export const SHARDS = 8;
/** Pictures of one part of an evaluation. */
export const EVALUATION_PART = 128;

/** Places of the control words. */
export const Control = {
  generation: 0,
  next: 1,
  done: 2,
  failed: 3,
  command: 4,
  count: 5,
  streamLow: 6,
  streamHigh: 7,
  spinUs: 8,
  progress: 9,
  beats: 10,
} as const;
/** What stands in the control words for the whole of training. */
export const WHOLE_PROGRESS = 2 ** 30;
/** What a generation asks for. */
export const Command = { train: 1, evaluate: 2, stop: 3 } as const;

/** Everything that threads share; plain buffers, so that it can be posted. */
export interface SharedBuffers {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly weights: Float32Array<SharedArrayBuffer>;
  /** `[SHARDS, P]`. */
  readonly gradients: Float32Array<SharedArrayBuffer>;
  /** Loss, hits and chosen tokens of each part. */
  readonly totals: Float64Array<SharedArrayBuffer>;
  /** Items of the batch, as indices. */
  readonly batch: Int32Array<SharedArrayBuffer>;
  readonly train: SharedPictures | SharedTexts;
  readonly test: SharedPictures | SharedTexts;
  /** Word vectors; null where there are none to train. */
  readonly words: SharedWords | null;
}

/** A model on its own arena that works off parts of a shared step. */
export class StepWorker {
  readonly model: Runner["model"];
  readonly kernels: Kernels;
  readonly #runner: Runner;
  readonly #totals: Doubles;
  readonly #seed: number;

  constructor(plan: ModelPlan, words: SharedWords | null) {
    this.#runner = openRunner(plan, words);
    this.model = this.#runner.model;
    this.kernels = this.#runner.kernels;
    this.#totals = this.kernels.float64(2);
    this.#seed = plan.seed;
  }

  /** Works off parts until none is left; parts are taken by whoever is free. */
  work(shared: SharedBuffers): void {
    const { control } = shared;
    const count = control[Control.count];
    const train = control[Control.command] === Command.train;
    this.model.weights.set(shared.weights);
    this.model.attention?.setTraining?.(train);
    this.model.attention?.setProgress?.(control[Control.progress] / WHOLE_PROGRESS);
    this.model.refresh();
    const size = train ? Math.ceil(count / SHARDS) : EVALUATION_PART;
    const parts = Math.ceil(count / size);
    for (;;) {
      const part = Atomics.add(control, Control.next, 1);
      if (part >= parts) return;
      const from = part * size, to = Math.min(count, from + size);
      if (train) this.#trainPart(shared, part, from, to, count);
      else this.#evaluatePart(shared, part, from, to);
    }
  }

  /** Closes the files that its model reads. */
  close(): void {
    this.#runner.close?.();
  }

  #trainPart(shared: SharedBuffers, part: number, from: number, to: number, count: number): void {
    const { control, train, batch } = shared;
    const stream = (control[Control.streamLow] >>> 0) + control[Control.streamHigh] * 2 ** 32;
    this.model.gradients.fill(0);
    this.#totals.fill(0);
    const { together } = this.#runner;
    for (let at = from; at < to; at += together) {
      const n = Math.min(together, to - at);
      this.#runner.forward(train, (s) => batch[at + s], n, this.#seed, stream + at);
      this.#runner.backward(n, at, count, this.#totals);
      Atomics.add(control, Control.beats, 1);
    }
    this.model.collect();
    shared.gradients.set(this.model.gradients, part * this.model.gradients.length);
    shared.totals.set(this.#totals, 3 * part);
  }

  #evaluatePart(shared: SharedBuffers, part: number, from: number, to: number): void {
    let chosen = 0;
    this.#totals.fill(0);
    const { together } = this.#runner;
    for (let at = from; at < to; at += together) {
      const n = Math.min(together, to - at);
      this.#runner.forward(shared.test, (s) => at + s, n, this.#seed, EVALUATION_STREAM + at);
      this.#runner.score(n, this.#totals);
      chosen += this.#runner.countChosen();
      Atomics.add(shared.control, Control.beats, 1);
    }
    shared.totals.set(this.#totals, 3 * part);
    shared.totals[3 * part + 2] = chosen;
  }
}

/** Whether the operator selects tokens at all. */
export function selects(model: Runner["model"]): boolean {
  return model.attention?.chosen != null;
}
