import { type Bytes, type Doubles, type Kernels, wasmKernels } from "../kernels/mod.ts";
import { openOperator } from "./operators.ts";
import { SimpleVit } from "./simple_vit.ts";
import type { ModelPlan } from "./types.ts";

/** Pictures that run through the model together: small enough for the cache. */
export const MICRO_BATCH = 8;
/** Parts of a batch whose gradients are summed in order, whoever computed them. */
export const SHARDS = 8;
/** Pictures of one part of an evaluation. */
export const EVALUATION_PART = 128;
/** Streams of evaluation start here, far above those of training. */
export const EVALUATION_STREAM = 2 ** 40;

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
} as const;
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
  /** Pictures of the batch, as indices. */
  readonly batch: Int32Array<SharedArrayBuffer>;
  readonly train: { readonly images: Uint8Array<SharedArrayBuffer>; readonly labels: Uint8Array<SharedArrayBuffer> };
  readonly test: { readonly images: Uint8Array<SharedArrayBuffer>; readonly labels: Uint8Array<SharedArrayBuffer> };
}

/** A model on its own arena that works off parts of a shared step. */
export class StepWorker {
  readonly model: SimpleVit;
  readonly kernels: Kernels;
  readonly #images: Uint8Array;
  readonly #labels: Bytes;
  readonly #totals: Doubles;
  readonly #pixels: number;
  readonly #seed: number;

  constructor(plan: ModelPlan) {
    this.kernels = wasmKernels();
    this.model = new SimpleVit(
      this.kernels,
      plan.shape,
      (kernels, shape) => openOperator(plan.operator, kernels, shape, plan),
      MICRO_BATCH,
    );
    this.#pixels = plan.shape.rows * plan.shape.columns * plan.shape.channels;
    this.#images = new Uint8Array(MICRO_BATCH * this.#pixels);
    this.#labels = this.kernels.uint8(MICRO_BATCH);
    this.#totals = this.kernels.float64(2);
    this.#seed = plan.seed;
  }

  /** Works off parts until none is left; parts are taken by whoever is free. */
  work(shared: SharedBuffers): void {
    const { control } = shared;
    const count = control[Control.count];
    const train = control[Control.command] === Command.train;
    this.model.weights.set(shared.weights);
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

  #trainPart(shared: SharedBuffers, part: number, from: number, to: number, count: number): void {
    const { control, train, batch } = shared;
    const stream = (control[Control.streamLow] >>> 0) + control[Control.streamHigh] * 2 ** 32;
    this.model.gradients.fill(0);
    this.#totals.fill(0);
    for (let at = from; at < to; at += MICRO_BATCH) {
      const n = Math.min(MICRO_BATCH, to - at);
      for (let s = 0; s < n; s++) this.#load(train, batch[at + s], s);
      this.model.forward(this.#images, n, this.#seed, stream + at);
      this.model.backward(n, this.#labels, count, this.#totals);
    }
    this.model.collect();
    shared.gradients.set(this.model.gradients, part * this.model.gradients.length);
    shared.totals.set(this.#totals, 3 * part);
  }

  #evaluatePart(shared: SharedBuffers, part: number, from: number, to: number): void {
    let chosen = 0;
    this.#totals.fill(0);
    for (let at = from; at < to; at += MICRO_BATCH) {
      const n = Math.min(MICRO_BATCH, to - at);
      for (let s = 0; s < n; s++) this.#load(shared.test, at + s, s);
      this.model.forward(this.#images, n, this.#seed, EVALUATION_STREAM + at);
      this.model.score(n, this.#labels, this.#totals);
      chosen += countChosen(this.model, n);
    }
    shared.totals.set(this.#totals, 3 * part);
    shared.totals[3 * part + 2] = chosen;
  }

  #load(split: SharedBuffers["train"], picture: number, s: number): void {
    const from = picture * this.#pixels;
    this.#images.set(split.images.subarray(from, from + this.#pixels), s * this.#pixels);
    this.#labels[s] = split.labels[picture];
  }
}

function countChosen(model: SimpleVit, samples: number): number {
  const chosen = model.attention?.chosen;
  if (!chosen) return 0;
  const n = samples * model.shape.heads * model.shape.tokens;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += chosen[i];
  return sum;
}

/** Whether the operator selects tokens at all. */
export function selects(model: SimpleVit): boolean {
  return model.attention?.chosen != null;
}
